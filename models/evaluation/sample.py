"""Shares of a sample, with their intervals: for what is too large to count, and never a certificate."""

from dataclasses import dataclass

import torch

from models.evaluation.plain import plain_logits, right_and_rival
from models.evaluation.results import State, states_of
from models.network import Network

NORMAL_95 = 1.959963984540054  # the 97.5th percentile of the normal distribution


@dataclass(frozen=True)
class Interval:
    """A sampled share with its 95% interval (Wilson): never a certificate."""

    right: int
    sampled: int
    low: float
    high: float

    def holds(self, share: float) -> bool:
        """Whether a share lies within."""
        return self.low <= share <= self.high


def wilson_interval(right: int, sampled: int, standard_errors: float = NORMAL_95) -> Interval:
    """The score interval of Wilson 1927 for `right` of `sampled` independent pairs; of 95% unless told otherwise."""
    z2 = standard_errors**2
    share = torch.tensor(right / sampled, dtype=torch.float64)
    middle = (share + z2 / (2 * sampled)) / (1 + z2 / sampled)
    half = standard_errors / (1 + z2 / sampled) * (share * (1 - share) / sampled + z2 / (4 * sampled**2)).sqrt()
    low = 0.0 if right == 0 else float(middle - half)
    high = 1.0 if right == sampled else float(middle + half)
    return Interval(right, sampled, low, high)


@torch.no_grad()
def sampled_interval(network: Network, pairs: int, *, seed: int = 0) -> Interval:
    """Right among so many random pairs, with its 95% interval: for moduli too large to exhaust, never a certificate.

    A pair is right as in a full count, so that ties are not: the logits' scale is that of the sample.
    """
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randint(network.modulus, (2, pairs), generator=generator)
    both = []
    for logits, *pair in plain_logits(network, a, b):
        both.append(right_and_rival(logits - logits.mean(1, keepdim=True), network.task.answers(*pair)))
    seen = torch.cat(both)
    states = states_of(seen[:, 0] - seen[:, 1], float(seen.abs().max()))
    return wilson_interval(int((states == State.RIGHT).sum()), pairs)
