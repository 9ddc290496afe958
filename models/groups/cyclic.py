"""The numbers mod q under addition."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups.characters import cosine_sine


@dataclass(frozen=True)
class Cyclic:
    """Z/q: character k at n is exp(2πi·kn/q), so that its number is a frequency.

    >>> clock = Cyclic(12)
    >>> int(clock.sum(torch.tensor(9), torch.tensor(5))), int(clock.difference(torch.tensor(2), torch.tensor(5)))
    (2, 9)
    >>> clock.characters().tolist()
    [1, 2, 3, 4, 5, 6]
    """

    order: int

    @property
    def exponent(self) -> int:
        """q."""
        return self.order

    @property
    def rank(self) -> int:
        """1, or 0 where there is one element alone."""
        return min(self.order - 1, 1)

    @property
    def factors(self) -> tuple[int, ...]:
        """(q,)."""
        return (self.order,)

    def __str__(self) -> str:
        return str(self.order)

    def elements(self) -> Tensor:
        """0 to q − 1."""
        return torch.arange(self.order)

    def digits_of(self, number: int) -> tuple[int, ...]:
        """(number,) as it is."""
        return (number,)

    def number_of(self, digits: tuple[int, ...]) -> int:
        """The one digit mod q."""
        return digits[0] % self.order

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """a + b mod q."""
        return (a + b) % self.order

    def difference(self, a: Tensor, b: Tensor) -> Tensor:
        """a − b mod q."""
        return (a - b) % self.order

    def multiple(self, factor: int, a: Tensor) -> Tensor:
        """factor·a mod q."""
        return (factor * a) % self.order

    def wraps(self, a: Tensor, b: Tensor) -> Tensor:
        """Whether a + b ≥ q."""
        return a + b >= self.order

    def characters(self) -> Tensor:
        """The frequencies 1 to ⌊q/2⌋."""
        return torch.arange(1, self.order // 2 + 1)

    def is_own_inverse(self, number: Tensor) -> Tensor:
        """bool: the frequency q/2 of an even q, whose values are 1 and −1; and the constant."""
        return 2 * number % self.order == 0

    def steps(self, number: Tensor, a: Tensor) -> Tensor:
        """number·a; real numbers and elements between two too, whose waves do not close or are read between."""
        return number * a

    def character(self, number: int | Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
        """Cosine and sine of 2π·number·a/q."""
        return cosine_sine(number * a, self.order)
