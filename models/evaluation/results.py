"""What was counted: states of pairs, counts, and all pairs of a network together."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from models.groups import Group, group_with

COUNTING_VERSION = 1  # of what makes a pair right: raised where any pair's state may come out otherwise than before
TIE_TOLERANCE = 1e-9  # of the logits' scale, in float64: nearer than that, two classes are not told apart
UP = 1 + 2.0**-30  # on error bounds, for the rounding of the few operations that compute them
ROWS_AT_ONCE = 256  # of a large grid, and
COUNTED_AT_ONCE = 1_000_000  # pairs of it, so that counting takes little memory of its own


SCALE_ROWS = 8


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


@dataclass(frozen=True)
class Proof:
    """How the states of all pairs were proven: each by the first of these arithmetics whose error bound allowed it."""

    method: str  # "rows", "stripes" (difference classes), "plain", "exact" or "silent": models/evaluation/__init__.py
    in_float32: int  # pairs
    in_float64: int
    in_balls: int  # of higher precision
    unproven: int  # pairs that none of them could tell; they count as undecided
    largest_error: float  # bound on a margin's error among the pairs decided first, in units of the logits

    @property
    def recounted(self) -> float:
        """Share of the pairs that the first arithmetic could not decide."""
        first = self.in_float32 or self.in_float64 or self.in_balls
        return 1 - first / self.pairs if self.pairs else 0.0

    @property
    def pairs(self) -> int:
        """All of them."""
        return self.in_float32 + self.in_float64 + self.in_balls + self.unproven

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self) | {"share_recounted": self.recounted}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All q² pairs of a network, its weights taken as exact numbers and computed with as exact ones.

    A pair is right only if its class's logit exceeds every other by more than `tolerance`, wrong only if another
    exceeds it by more, and undecided between; each state is proven (docs/exactness.md), and what cannot be proven is
    undecided too. `scale` is the largest centred logit of right classes and rivals on up to eight evenly spaced rows,
    as it was computed: it defines the tolerance.
    """

    modulus: int
    states: Tensor  # uint8 [q, q] of State, row a, column b
    smallest_margin: float  # of any pair: right class's logit minus the largest other; negative where a pair is wrong
    smallest_at_least: float  # a proven lower bound on it
    scale: float
    proof: Proof
    seconds: float
    factors: tuple[int, ...] = ()  # of a product of cyclic groups; its elements are numbered

    @property
    def tolerance(self) -> float:
        """Margins nearer to 0 are ties."""
        return TIE_TOLERANCE * self.scale

    @cached_property
    def counts(self) -> Counts:
        """All pairs."""
        return counts_of(self.states)

    @cached_property
    def wrapping(self) -> Counts:
        """Pairs with a + b ≥ q: those that need the modulus; of a product, those where one of its digits does."""
        return sum_of(counts_of(states[wraps]) for states, wraps in self._rows_and_wraps())

    @cached_property
    def not_wrapping(self) -> Counts:
        """Pairs with a + b < q: plain addition."""
        return sum_of(counts_of(states[~wraps]) for states, wraps in self._rows_and_wraps())

    @property
    def group(self) -> Group:
        """What was added in."""
        return group_with(self.modulus, self.factors)

    def _rows_and_wraps(self) -> Iterator[tuple[Tensor, Tensor]]:
        numbers = torch.arange(self.modulus)
        for rows in numbers.split(ROWS_AT_ONCE):
            yield self.states[rows], self.group.wraps(rows[:, None], numbers)


def spread_rows(modulus: int, count: int = SCALE_ROWS) -> Tensor:
    """int64 [at most count]: rows spread evenly over the grid."""
    return torch.arange(modulus)[:: -(-modulus // count)]


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


def proven_states(margins: Tensor, errors: Tensor, tolerance: float) -> tuple[Tensor, Tensor]:
    """uint8 of State and whether it is proven, from float64 margins that may be off by `errors`.

    NaN on either side proves nothing.
    """
    off = errors * UP
    far, near = margins.abs() - off > tolerance, margins.abs() + off <= tolerance
    return torch.where(far, State.UNDECIDED + margins.sign(), State.UNDECIDED).to(torch.uint8), far | near
