"""What a finite abelian group says of itself; elements are numbered from 0 to order − 1."""

from typing import Protocol

from torch import Tensor


class Group(Protocol):
    """A finite abelian group, written additively; every method takes and returns numbers of elements, int64."""

    @property
    def order(self) -> int:
        """How many elements."""

    def elements(self) -> Tensor:
        """All of them, [order]."""

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """a + b, in the shape to which a and b broadcast."""

    def difference(self, a: Tensor, b: Tensor) -> Tensor:
        """a − b, in the shape to which a and b broadcast."""

    def multiple(self, factor: int, a: Tensor) -> Tensor:
        """a + … + a, so many times; a negative factor takes the inverse."""

    def characters(self) -> Tensor:
        """Numbers of the characters other than the trivial one, one of each conjugate pair, in order."""

    def character(self, number: int | Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
        """Real and imaginary part of characters at elements, float64 in the shape to which both broadcast."""
