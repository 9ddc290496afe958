"""The logits as a sum of cosines of a + b − c."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import cosine_amplitudes, require_frequencies
from models.network import Network
from models.runtime.batches import in_batches
from models.runtime.memo import memoised

NUMBERS_AT_ONCE = 4_000_000  # in one batch of forward passes


@dataclass(frozen=True, eq=False)
class CosineFit:
    """Logits ≈ Σ_k α_k·cos(2πk(a + b − c)/p): each frequency's α_k, in units of the logits."""

    frequencies: tuple[int, ...]
    alphas: Tensor  # float64 [k]

    @property
    def weights(self) -> Tensor:
        """[k] the α_k, scaled to sum 1; equal weights where they do not sum to anything positive."""
        total = float(self.alphas.sum())
        even = torch.full_like(self.alphas, 1 / max(1, len(self.alphas)))
        return self.alphas / total if total > 0 else even

    @property
    def weight_of(self) -> dict[int, float]:
        """The same by frequency."""
        return dict(zip(self.frequencies, self.weights.tolist(), strict=True))

    def strongest(self, most: int) -> "CosineFit":
        """At most so many frequencies, those of the largest |α_k|, in ascending order.

        >>> CosineFit((3, 5, 8), torch.tensor([0.1, -2.0, 1.0])).strongest(2).frequencies
        (5, 8)
        """
        places = self.alphas.abs().argsort(descending=True, stable=True)[:most].sort().values
        return CosineFit(tuple(self.frequencies[place] for place in places.tolist()), self.alphas[places])


@memoised
@torch.no_grad()
def logit_waves(network: Network, chosen: tuple[int, ...]) -> CosineFit:
    """Least-squares α_k over all pairs and classes (the cosines are orthogonal, so each is a projection).

    Args:
        network: with modulus p.
        chosen: the frequencies k, each from 1 to ⌊p/2⌋.

    Returns:
        Their α_k, in units of the logits. Every search starts from them, so they are retained with the network.

    Raises:
        RecipeError: a frequency that the network cannot have.

    Source: the logit fit of Nanda et al. 2023, arXiv 2301.05217, and Chughtai et al. 2023, arXiv 2302.03025.

    >>> from models import zoo
    >>> waves = logit_waves(zoo.load("mlp-113"), (3, 5))
    >>> waves.frequencies, tuple(waves.alphas.shape)
    ((3, 5), (2,))
    """
    require_frequencies(network.modulus, chosen)
    return CosineFit(chosen, cosine_amplitudes(mean_logit_by_distance(network), chosen))


def mean_logit_by_distance(network: Network) -> Tensor:
    """float64 [p]: the logit of class (a + b − δ) mod p, averaged over all pairs, for δ = 0..p−1; mean taken off."""
    p, group = network.modulus, network.task.group
    numbers = group.elements()
    total = torch.zeros(p, dtype=torch.float64)
    for a, b in in_batches(network, *network.task.pairs(), NUMBERS_AT_ONCE):
        classes = group.difference(group.sum(a, b)[:, None], numbers)  # [n, δ]
        total += network.logits(a, b).double().gather(1, classes).sum(0)
    return (total - total.mean()) / p**2
