"""The task: addition modulo p, all of its pairs, and the seeded split into training and test pairs."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Addition:
    """a + b = c (mod modulus)."""

    modulus: int

    @property
    def pair_count(self) -> int:
        """p², every (a, b)."""
        return self.modulus**2

    def pairs(self) -> tuple[Tensor, Tensor]:
        """All operands (a, b), each int64 [p²], row by row: pair number a·p + b."""
        numbers = torch.arange(self.modulus)
        return numbers.repeat_interleave(self.modulus), numbers.repeat(self.modulus)

    def answers(self, a: Tensor, b: Tensor) -> Tensor:
        """The right class c of each pair, in the shape of a and b."""
        return (a + b) % self.modulus

    def split(self, fraction: float, seed: int) -> tuple[Tensor, Tensor]:
        """Pair numbers of the training part and of the rest: a seeded random permutation, cut at `fraction`."""
        order = torch.randperm(self.pair_count, generator=torch.Generator().manual_seed(seed))
        cut = int(fraction * self.pair_count)
        return order[:cut], order[cut:]
