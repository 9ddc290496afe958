"""Pairs in batches: as many at once as fit into a stated amount of memory, by what one pair really takes."""

from collections.abc import Iterator

from torch import Tensor

from models.network import Network
from models.runtime.cost import numbers_of_a_pair
from models.runtime.interruption import may_be_interrupted


def in_batches(network: Network, a: Tensor, b: Tensor, numbers: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Pairs a, b [n], so many at a time that their forward passes hold at most so many numbers; one at least.

    Between two batches the work may be interrupted.
    """
    at_once = pairs_at_once(network, numbers)
    for some_a, some_b in zip(a.split(at_once), b.split(at_once), strict=True):
        may_be_interrupted()
        yield some_a, some_b


def pairs_at_once(network: Network, numbers: int) -> int:
    """How many pairs' forward passes hold at most so many numbers; one at least."""
    return max(1, numbers // numbers_of_a_pair(network))
