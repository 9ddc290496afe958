"""What stands at the positions of a sequence while a transformer runs: rows by operand as long as one decides alone.

A position that has seen a alone takes q different values, not one for each pair. Rows stay a table by operand until
rows of another operand join them; so keys and values of a token, and under a causal mask whole layers, are computed
once per number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from torch import Tensor

T = TypeVar("T")
S = TypeVar("S")
Operands = Literal["", "a", "b", "pair"]  # what rows belong to: nothing (one row), numbers of an operand, or pairs


@dataclass(frozen=True, eq=False)
class Rows(Generic[T]):
    """A tensor, an enclosure or one for each head, and what its rows belong to."""

    values: T
    of: Operands

    def with_values(self, change: Callable[[T], S]) -> "Rows[S]":
        """Changed row by row."""
        return Rows(change(self.values), self.of)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which pairs are asked for, [n] each, out of tables of so many numbers."""

    a: Tensor
    b: Tensor
    numbers: int

    def deciding(self, parts: Iterable[Rows[Any]]) -> Operands:
        """What decides all of some rows together."""
        found = {part.of for part in parts} - {""}
        return "" if not found else found.pop() if len(found) == 1 else "pair"

    def as_rows_of(self, of: Operands, rows: Rows[T], look_up: Callable[[T, Tensor], T]) -> T:
        """Rows as a table of what decides more than they do. `look_up(values, row numbers)` takes them."""
        if rows.of == of:
            return rows.values
        if rows.of == "a":
            return look_up(rows.values, self.a)
        if rows.of == "b":
            return look_up(rows.values, self.b)
        return look_up(rows.values, self.a.new_zeros(len(self.a) if of == "pair" else self.numbers))

    def each(self, rows: Rows[T], look_up: Callable[[T, Tensor], T]) -> T:
        """One row for each pair."""
        return self.as_rows_of("pair", rows, look_up)
