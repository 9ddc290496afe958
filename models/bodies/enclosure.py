"""The operations of a forward pass, as a body asks for them in an arithmetic that encloses its own errors."""

from collections.abc import Callable, Sequence
from typing import Protocol, Self

from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.graph.arithmetic import Arithmetic, Value


class Enclosure(Protocol):
    """Rows [n, d] that are known up to a proven error. Weights are exact: what a tensor holds is what is meant.

    models/enclosures has two such arithmetics: float64 with a radius for each row, and balls of any precision.
    """

    def like(self, table: Tensor) -> Self:
        """Exact rows [m, d] in the same arithmetic."""
        ...

    def at(self, rows: Tensor) -> Self:
        """[n, d] of a table [m, d] for row numbers [n]; a table of one row is that row for all."""
        ...

    def beside(self, other: Self) -> Self:
        """[n, d + e] of rows [n, d] and [n, e]."""
        ...

    def columns(self, start: int, stop: int) -> Self:
        """[n, stop − start] of rows [n, d]."""
        ...

    def __add__(self, other: Self) -> Self:
        """Row by row."""
        ...

    def plus(self, vector: Tensor) -> Self:
        """An exact vector [d] added to every row."""
        ...

    def times(self, weight: Tensor, bias: Tensor | None = None) -> Self:
        """[n, d] → [n, m]: x·weight + bias."""
        ...

    def times_each(self, vector: Tensor) -> Self:
        """Every row times an exact vector [d], entry by entry."""
        ...

    def product(self, other: Self) -> Self:
        """Row by row and entry by entry."""
        ...

    def normalised(self, eps: float, *, centred: bool) -> Self:
        """y / √(mean(y²) + eps) for every row, y = x − mean(x) or x itself."""
        ...

    def over_root(self, number: int) -> Self:
        """x / √number."""
        ...

    def dot(self, other: Self) -> Self:
        """[n, 1]: the scalar product of each row with its counterpart."""
        ...

    def scaled(self, column: Self) -> Self:
        """Every row times its number in a column [n, 1]."""
        ...

    def mixed_with_one(self, coefficient: float) -> Self:
        """coefficient·x + (1 − coefficient)."""
        ...

    def activated(self, activation: Activation) -> Self:
        """What neurons make of it."""
        ...

    def cosine(self) -> Self:
        """Of every entry, in radians."""
        ...

    def sine(self) -> Self:
        """Of every entry, in radians."""
        ...

    def softmax(self, columns: Sequence[Self]) -> list[Self]:
        """The softmax over columns [n, 1], in their order; of `self` only its arithmetic is used."""
        ...

    def through(self, other: Self, compute: Callable[[Arithmetic, Value, Value], Value]) -> Self:
        """Rows [n, m] that `compute` makes of these and of others, in an arithmetic of tensors of any shape.

        Raises TypeError where there is none: balls are asked only of bodies that are not `bounded_in_float64_alone`.
        """
        ...
