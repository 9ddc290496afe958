"""Comparison and division with remainder of integers of any length, by differences that a network takes.

x < y exactly if something is still borrowed after the highest digit of x − y. A quotient is found digit by digit, as on
paper: how many of the multiples y, 2y … (B − 1)·y fit into what is left, each tried by a difference.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from models.arithmetic.adder import Adder
from models.arithmetic.carry import (
    IN_DIGITS,
    READ_OFF,
    account,
    added,
    require_base,
    subtracted,
    unproven_differences,
    unproven_sums,
)
from models.arithmetic.digits import digits_of, length_of, numbers_of
from models.arithmetic.ledger import LongResult
from models.errors import RecipeError

LAST_BORROW = "what the last borrow means, and whether every digit of the difference is 0"
NEXT_DIGIT = "setting the next digit of x beside what is left, and counting how many multiples of y fit into that"


def compare(adder: Adder, x: Sequence[int], y: Sequence[int], base: int) -> LongResult:
    """−1 where x < y, 0 where both are equal, 1 where x > y; of whole numbers from 0 on, pair by pair, side by side.

    Args:
        adder: a network for a modulus of at least twice the base.
        x: n numbers.
        y: n numbers.
        base: B, at least 2.

    Raises:
        RecipeError: the modulus is too small for the base, or a number is negative.

    >>> from models import evaluate, own_recipe, transplant, zoo
    >>> network = transplant(zoo.load("one-hot-97"), own_recipe(20, range(1, 49)))
    >>> compare(Adder(network, evaluate(network)), [999, 12, 7], [1000, 12, 0], 10).numbers
    [-1, 0, 1]
    """
    require_base(adder, base, x, y)
    length = length_of([*x, *y], base)
    digits, borrow = subtracted(adder, digits_of(x, base, length), digits_of(y, base, length), base)
    found = torch.where(borrow == 1, -1, (digits != 0).any(1).long())
    outside = (IN_DIGITS, READ_OFF, LAST_BORROW)
    return LongResult(found.tolist(), account(adder, base, outside, unproven_differences(adder, base)))


def divide(adder: Adder, x: Sequence[int], y: Sequence[int], base: int) -> LongResult:
    """⌊x/y⌋ and, as `remainders`, what is left; of whole numbers, y from 1 on, pair by pair, side by side.

    Raises:
        RecipeError: the modulus is too small for the base, a number is negative, or one is to be divided by 0.
    """
    require_base(adder, base, x, y)
    if 0 in y:
        raise RecipeError("A number was to be divided by 0; expected divisors from 1 on.")
    width = length_of(y, base) + 1  # what is left is below y, and below B·y with the next digit
    multiples = _multiples(adder, digits_of(y, base, width), base)
    rest = torch.zeros(len(x), width, dtype=torch.int64)
    quotient = digits_of(x, base, length_of(x, base))
    for place in reversed(range(quotient.shape[1])):
        rest = torch.cat([quotient[:, place, None], rest[:, :-1]], dim=1)
        quotient[:, place], rest = _fitting(adder, rest, multiples, base)
    unproven = unproven_sums(adder, base) + unproven_differences(adder, base)
    ledger = account(adder, base, (IN_DIGITS, READ_OFF, LAST_BORROW, NEXT_DIGIT), unproven)
    return LongResult(numbers_of(quotient, base), ledger, numbers_of(rest, base))


def _multiples(adder: Adder, y: Tensor, base: int) -> Tensor:
    """[B − 1, n, width]: the digits of y, 2y … (B − 1)·y, each a sum of the one before and y."""
    found = [y]
    for _ in range(base - 2):
        found.append(added(adder, found[-1], y, base))
    return torch.stack(found)


def _fitting(adder: Adder, rest: Tensor, multiples: Tensor, base: int) -> tuple[Tensor, Tensor]:
    """How many times y fits into what is left [n, width], and what is left then: all multiples are tried at once."""
    count, width = multiples.shape[0], rest.shape[1]
    left, borrow = subtracted(adder, rest.repeat(count, 1), multiples.reshape(-1, width), base)
    fits = (borrow == 0).reshape(count, -1).sum(0)
    tried = torch.cat([rest[None], left.reshape(count, -1, width)])
    return fits, tried[fits, torch.arange(len(rest))]
