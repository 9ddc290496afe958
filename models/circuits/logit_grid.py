"""The logits of every pair, float64, in parts of whole rows of the grid."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from models.network import Network
from models.runtime.cost import numbers_of_a_pair
from models.runtime.interruption import may_be_interrupted

NUMBERS_AT_ONCE = 2**22  # that one part may compute with: 32 megabytes
MOST_RETAINED = 2**25  # logits that stay in memory, 256 megabytes: p up to 322; more are made anew for each measure


@dataclass(frozen=True, eq=False)
class LogitPart:
    """Some whole rows of the grid; units of the logits."""

    rows: Tensor  # int64 [n], the operands a
    centred: Tensor  # float64 [n, p, p], over b and classes c, less their mean over c
    mean: Tensor  # float64 [n, p], the mean over c
    sums: Tensor  # int64 [n, p], a + b mod p


class LogitGrid:
    """All p² pairs of a network, passed through it in the given precision; sums are float64.

    Reading it part by part keeps memory bounded at any modulus.
    """

    def __init__(self, network: Network, precision: torch.dtype = torch.float64) -> None:
        self.network, self.precision = network, precision
        self._retained: list[LogitPart] | None = None

    @property
    def modulus(self) -> int:
        """p."""
        return self.network.modulus

    def parts(self) -> Iterator[LogitPart]:
        """Rows in order; computed once where all of them fit."""
        if self._retained is None and self.modulus**3 <= MOST_RETAINED:
            self._retained = list(self._computed())
        yield from self._computed() if self._retained is None else self._retained

    def _computed(self) -> Iterator[LogitPart]:
        network, p = self.network.cast(self.precision), self.modulus
        numbers = torch.arange(p)
        for rows in numbers.split(max(1, NUMBERS_AT_ONCE // (p * numbers_of_a_pair(network)))):
            may_be_interrupted()
            with torch.no_grad():
                logits = network.logits(rows.repeat_interleave(p), numbers.repeat(len(rows))).double()
            logits = logits.unflatten(0, (-1, p))
            mean = logits.mean(-1)
            yield LogitPart(rows, logits - mean[..., None], mean, self.network.task.answers(rows[:, None], numbers))

    @cached_property
    def by_sum(self) -> Tensor:
        """float64 [p, p]: centred logits of every class c, averaged over the p pairs of each sum a + b mod p."""
        total = torch.zeros(self.modulus, self.modulus, dtype=torch.float64)
        for part in self.parts():
            total.index_add_(0, part.sums.flatten(), part.centred.flatten(0, 1))
        return total / self.modulus

    @cached_property
    def by_distance(self) -> Tensor:
        """float64 [p]: centred logit of class a + b − δ mod p, averaged over all pairs, for δ = 0..p−1."""
        group = self.network.task.group
        sums = group.elements()
        return self.by_sum.gather(1, group.difference(sums[:, None], sums)).mean(0)

    @cached_property
    def power(self) -> float:
        """Sum of the squared centred logits over all pairs and classes."""
        return sum(float(part.centred.square().sum()) for part in self.parts())

    @cached_property
    def correct(self) -> Tensor:
        """float64 [p, p]: the logit of the right class of every pair, as the network gives it."""
        found = [part.centred.gather(2, part.sums[..., None])[..., 0] + part.mean for part in self.parts()]
        return torch.cat(found)
