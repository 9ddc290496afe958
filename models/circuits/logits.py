"""The logits as a sum of cosines of a + b − c."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from models.batches import in_batches
from models.circuits.basis import cosine_sine
from models.network import Network

NUMBERS_AT_ONCE = 4_000_000  # in one batch of forward passes


@dataclass(frozen=True, eq=False)
class LogitWaves:
    """Logits ≈ Σ_k α_k·cos(2πk(a + b − c)/p): each frequency's α_k, in units of the logits."""

    frequencies: tuple[int, ...]
    alphas: Tensor  # float64 [k]

    @property
    def weights(self) -> Tensor:
        """[k] the α_k, scaled to sum 1; equal weights where they do not sum to anything positive."""
        total = float(self.alphas.sum())
        even = torch.full_like(self.alphas, 1 / max(1, len(self.alphas)))
        return self.alphas / total if total > 0 else even


def logit_waves(network: Network, chosen: tuple[int, ...]) -> LogitWaves:
    """Least-squares α_k over all pairs and classes (the cosines are orthogonal, so each is a projection).

    Kept as long as the network is: every search starts from them. Source: the logit fit of Nanda et al. 2023 and
    Chughtai et al. 2023.
    """
    kept = _kept.setdefault(network, {})
    if chosen not in kept:
        kept[chosen] = _measured(network, chosen)
    return kept[chosen]


_kept: WeakKeyDictionary[Network, dict[tuple[int, ...], LogitWaves]] = WeakKeyDictionary()


@torch.no_grad()
def _measured(network: Network, chosen: tuple[int, ...]) -> LogitWaves:
    by_distance = mean_logit_by_distance(network)
    p = network.modulus
    distance = torch.arange(p)
    alphas = [float(cosine_sine(k * distance, p)[0] @ by_distance) * (1 if 2 * k == p else 2) / p for k in chosen]
    return LogitWaves(chosen, torch.tensor(alphas, dtype=torch.float64))


def mean_logit_by_distance(network: Network) -> Tensor:
    """float64 [p]: the logit of class (a + b − δ) mod p, averaged over all pairs, for δ = 0..p−1; mean taken off."""
    p = network.modulus
    numbers = torch.arange(p)
    total = torch.zeros(p, dtype=torch.float64)
    for a, b in in_batches(network, *network.task.pairs(), NUMBERS_AT_ONCE):
        classes = (a[:, None] + b[:, None] - numbers) % p  # [n, δ]
        total += network.logits(a, b).double().gather(1, classes).sum(0)
    return (total - total.mean()) / p**2
