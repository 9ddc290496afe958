"""The task: addition modulo p, all of its pairs, and the seeded split into training and test pairs."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups import Group, group_with


@dataclass(frozen=True)
class Operation:
    """What a network was trained on: x·a + y·b. With a' = x·a and b' = y·b it is a sum, and so it is treated."""

    x: int = 1
    y: int = 1

    def __str__(self) -> str:
        return f"{_term(self.x, 'a').removeprefix('+ ')} {_term(self.y, 'b')}"

    def is_sum_mod(self, modulus: int) -> bool:
        """Both operands can be renamed: x and y share no factor with the modulus."""
        return math.gcd(self.x, modulus) == math.gcd(self.y, modulus) == 1


SUM = Operation()


def _term(factor: int, operand: str) -> str:
    sign, size = "−" if factor < 0 else "+", abs(factor)
    return f"{sign} {'' if size == 1 else size}{operand}"


@dataclass(frozen=True)
class Addition:
    """a + b = c (mod modulus), or in a product of cyclic groups with these orders, whose elements are numbered."""

    modulus: int
    factors: tuple[int, ...] = ()

    @property
    def group(self) -> Group:
        """What it adds in."""
        return group_with(self.modulus, self.factors)

    @property
    def pair_count(self) -> int:
        """p², every (a, b)."""
        return self.modulus**2

    def pairs(self) -> tuple[Tensor, Tensor]:
        """All operands (a, b), each int64 [p²], row by row: pair number a·p + b."""
        numbers = self.group.elements()
        return numbers.repeat_interleave(self.modulus), numbers.repeat(self.modulus)

    def answer(self, a: int, b: int) -> int:
        """The right class of one pair."""
        return int(self.group.sum(torch.tensor(a), torch.tensor(b)))

    def answers(self, a: Tensor, b: Tensor) -> Tensor:
        """The right class c of each pair, in the shape of a and b."""
        return self.group.sum(a, b)

    def split(self, fraction: float, seed: int) -> tuple[Tensor, Tensor]:
        """Pair numbers of the training part and of the rest: a seeded random permutation, cut at `fraction`."""
        order = torch.randperm(self.pair_count, generator=torch.Generator().manual_seed(seed))
        cut = int(fraction * self.pair_count)
        return order[:cut], order[cut:]
