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

    def elements(self) -> Tensor:
        """0 to q − 1."""
        return torch.arange(self.order)

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """a + b mod q."""
        return (a + b) % self.order

    def difference(self, a: Tensor, b: Tensor) -> Tensor:
        """a − b mod q."""
        return (a - b) % self.order

    def multiple(self, factor: int, a: Tensor) -> Tensor:
        """factor·a mod q."""
        return (factor * a) % self.order

    def characters(self) -> Tensor:
        """The frequencies 1 to ⌊q/2⌋."""
        return torch.arange(1, self.order // 2 + 1)

    def character(self, number: int | Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
        """Cosine and sine of 2π·number·a/q."""
        return cosine_sine(number * a, self.order)
