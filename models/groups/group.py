"""What a finite abelian group says of itself; elements are numbered from 0 to order − 1."""

from typing import Protocol

from torch import Tensor


class Group(Protocol):
    """A finite abelian group, written additively; every method takes and returns numbers of elements, int64."""

    @property
    def order(self) -> int:
        """How many elements."""

    @property
    def exponent(self) -> int:
        """The largest order of an element: characters take angles of whole parts of a turn, so many to the turn."""

    @property
    def rank(self) -> int:
        """How many elements generate it at least, and how many characters tell all of its elements apart at least."""

    @property
    def factors(self) -> tuple[int, ...]:
        """Orders of the cyclic groups that it is written as a product of."""

    def elements(self) -> Tensor:
        """All of them, [order]."""

    def digits_of(self, number: int) -> tuple[int, ...]:
        """One digit for each factor, of one element or character."""

    def number_of(self, digits: tuple[int, ...]) -> int:
        """The element or character with these digits, each taken modulo its factor."""

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """a + b, in the shape to which a and b broadcast."""

    def difference(self, a: Tensor, b: Tensor) -> Tensor:
        """a − b, in the shape to which a and b broadcast."""

    def multiple(self, factor: int, a: Tensor) -> Tensor:
        """a + … + a, so many times; a negative factor takes the inverse."""

    def wraps(self, a: Tensor, b: Tensor) -> Tensor:
        """bool, whether a + b needs a modulus: where it does not, the digits are added as whole numbers."""

    def characters(self) -> Tensor:
        """Numbers of the characters other than the trivial one, one of each conjugate pair, in order.

        The group and its characters are numbered alike, so these are also one of each pair of elements a and −a.
        """

    def is_own_inverse(self, number: Tensor) -> Tensor:
        """bool, of characters: whether all of their values are real."""

    def steps(self, number: Tensor, a: Tensor) -> Tensor:
        """The angle of characters at elements, in parts of a turn of which `exponent` are a whole one; float64."""

    def character(self, number: int | Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
        """Real and imaginary part of characters at elements, float64 in the shape to which both broadcast."""
