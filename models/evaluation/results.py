"""What was counted: states of pairs, counts, and all pairs of a network together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import torch
from torch import Tensor

TIE_TOLERANCE = 1e-9  # of the logits' scale, in float64: nearer than that, two classes are not told apart
ROWS_AT_ONCE = 256  # of a large grid, and
COUNTED_AT_ONCE = 1_000_000  # pairs of it, so that counting takes little memory of its own


class State(IntEnum):
    """What became of a pair."""

    WRONG = 0
    UNDECIDED = 1
    RIGHT = 2


@dataclass(frozen=True)
class Counts:
    """Pairs by state."""

    right: int
    undecided: int
    wrong: int

    @property
    def pairs(self) -> int:
        """All three together."""
        return self.right + self.undecided + self.wrong

    @property
    def accuracy(self) -> float:
        """Right pairs over all; 0 where there are none."""
        return self.right / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All q² pairs of a network.

    A pair is right only if its class's logit exceeds every other by more than TIE_TOLERANCE · scale, undecided within
    that distance, wrong below it. `scale` is the largest centred logit of right classes and rivals on up to eight
    evenly spaced rows.
    """

    modulus: int
    states: Tensor  # uint8 [q, q] of State, row a, column b
    smallest_margin: float  # of any pair: right class's logit minus the largest other; negative where a pair is wrong
    scale: float
    seconds: float

    @cached_property
    def counts(self) -> Counts:
        """All pairs."""
        return counts_of(self.states)

    @cached_property
    def wrapping(self) -> Counts:
        """Pairs with a + b ≥ q: those that need the modulus."""
        return sum_of(counts_of(states[wraps]) for states, wraps in self._rows_and_wraps())

    @cached_property
    def not_wrapping(self) -> Counts:
        """Pairs with a + b < q: plain addition."""
        return sum_of(counts_of(states[~wraps]) for states, wraps in self._rows_and_wraps())

    def _rows_and_wraps(self) -> Iterator[tuple[Tensor, Tensor]]:
        numbers = torch.arange(self.modulus)
        for rows in numbers.split(ROWS_AT_ONCE):
            yield self.states[rows], rows[:, None] + numbers >= self.modulus


def counts_of(states: Tensor) -> Counts:
    """How many of each state."""
    tally = torch.zeros(len(State), dtype=torch.int64)
    for part in states.flatten().split(COUNTED_AT_ONCE):
        tally += torch.bincount(part, minlength=len(State))
    return Counts(right=int(tally[State.RIGHT]), undecided=int(tally[State.UNDECIDED]), wrong=int(tally[State.WRONG]))


def sum_of(parts: Iterable[Counts]) -> Counts:
    """Counts of parts together."""
    right = undecided = wrong = 0
    for part in parts:
        right, undecided, wrong = right + part.right, undecided + part.undecided, wrong + part.wrong
    return Counts(right, undecided, wrong)


def states_of(margins: Tensor, scale: float) -> Tensor:
    """uint8 of State, from float64 margins."""
    tolerance = TIE_TOLERANCE * scale
    return 1 + (margins > tolerance).to(torch.uint8) - (margins < -tolerance).to(torch.uint8)
