"""The principal components of the embedding: how circular they are, and the two that hold a frequency's circle."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.spectra import component_power
from models.circuits.transforms.fourier import frequencies
from models.network import Network

FIRST = 4  # principal components that circularity looks at
EMPTY = 1e-6  # of the largest: a component that short is rounding


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components of a table [p, d], by falling length: table = mean + scores · directions."""

    mean: Tensor  # float64 [d]
    scores: Tensor  # float64 [p, n], orthogonal columns, units of the table
    directions: Tensor  # float64 [n, d], orthonormal rows

    def of_frequency(self, k: int) -> list[int]:
        """The numbers of the two components with the most power at k: its circle."""
        power = component_power(self.scores)[k - 1]
        return power.topk(min(2, len(power))).indices.tolist()

    def kept(self, numbers: list[int]) -> Tensor:
        """float64 [p, d]: the table with these components alone, its mean left where it is."""
        return self.mean + self.scores[:, numbers] @ self.directions[numbers]


def principal_components(table: Tensor) -> Components:
    """The components of a table [p, d] less its mean row; those without length left out."""
    exact = table.detach().double()
    left, lengths, right = torch.linalg.svd(exact - exact.mean(0), full_matrices=False)
    count = max(1, int((lengths > EMPTY * lengths.max()).sum()))
    return Components(exact.mean(0), left[:, :count] * lengths[:count], right[:count])


def circularity(network: Network) -> float:
    """Mean over the first four components v of E of max_k 2|Σ_n v_n·e^(2πikn/p)|²/(p‖v‖²): 1 for pure circles.

    Fewer where E has fewer. Source: Zhong et al. 2023, arXiv 2306.17844.
    """
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    scores = principal_components(torch.cat(tables, dim=1)).scores[:, :FIRST]
    if not frequencies(len(scores)) or not scores.any():
        return 0.0
    return float((component_power(scores).amax(0) / scores.square().sum(0)).mean())
