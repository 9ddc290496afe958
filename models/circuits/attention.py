"""Where the first layer's attention looks: how much the last position reads of the first operand, over the grid."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.grid_spectrum import STILL, GridSpectrum, MapFrequencies
from models.network import Network


@dataclass(frozen=True, eq=False)
class AttentionHeads:
    """The heads of the first layer. Source: Nanda et al. 2023, arXiv 2301.05217."""

    weights: Tensor  # float64 [h, p, p], of the last position on a
    found: MapFrequencies  # each head's frequency, and the fraction of its map that this explains

    @property
    def explained(self) -> float:
        """Mean over the heads that look about at all."""
        moving = self.found.frequencies > 0
        return float(self.found.explained[moving].mean()) if moving.any() else 0.0


@torch.no_grad()
def attention_heads(network: Network) -> AttentionHeads | None:
    """The heads of the first layer over all pairs.

    Args:
        network: with modulus p.

    Returns:
        Weights float64 [h, p, p] from the last position to a, and the frequency that explains each; None where nothing
        attends: no transformer, or attention that is the same for all pairs.

    >>> from models import zoo
    >>> attention_heads(zoo.load("mlp-113")) is None
    True
    >>> attention_heads(zoo.load("transformer-113")).weights.shape
    torch.Size([4, 113, 113])
    """
    exact, p = network.cast(torch.float64), network.modulus
    attending = exact.body.attention
    if attending is None:
        return None
    weights = attending.first_attention(exact.table_a, exact.table_b, *network.task.pairs())[..., 0]
    weights = weights.reshape(p, p, -1)
    if float((weights - weights[0, 0]).abs().max()) <= STILL:
        return None
    spectrum = GridSpectrum(p, weights.shape[-1])
    spectrum.add(torch.arange(p), weights)
    return AttentionHeads(weights.permute(2, 0, 1), spectrum.result())
