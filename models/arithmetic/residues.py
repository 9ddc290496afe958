"""Sums and differences of integers of any length by their remainders, put together by the Chinese remainder theorem.

With moduli that share no factor, remainders tell all numbers below their product M apart. A long number is cut into
limbs below B = ⌊M/2⌋; the sum of two limbs and a carry stays below M, and each of its remainders is a sum that the
network takes for one modulus.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from models.arithmetic.adder import Adder
from models.arithmetic.digits import length_of, require_naturals
from models.arithmetic.ledger import Ledger, LongResult
from models.errors import RecipeError

OUTSIDE = (
    "cutting the numbers into limbs and putting the limbs together",
    "remainders of each limb, and the limb that has given remainders",
    "whether the sum of two limbs needs a carry: one comparison and one subtraction a limb",
)


def coprime_moduli(largest: int, count: int) -> list[int]:
    """The first moduli from the largest down that share no factor with those before.

    >>> coprime_moduli(256, 4)
    [256, 255, 253, 251]
    """
    found: list[int] = []
    for modulus in range(largest, 1, -1):
        if len(found) < count and math.gcd(modulus, math.prod(found)) == 1:
            found.append(modulus)
    return found


def add(adders: Sequence[Adder], x: Sequence[int], y: Sequence[int]) -> LongResult:
    """x + y of whole numbers from 0 on, pair by pair, all of them side by side.

    Args:
        adders: networks for moduli that share no factor with each other.
        x: n numbers.
        y: n numbers.

    Raises:
        RecipeError: moduli share a factor, or a number is negative.
    """
    return _combined(adders, x, y, 1)


def subtract(adders: Sequence[Adder], x: Sequence[int], y: Sequence[int]) -> LongResult:
    """x − y, as `add`; results may be negative."""
    return _combined(adders, x, y, -1)


def _combined(adders: Sequence[Adder], x: Sequence[int], y: Sequence[int], sign: int) -> LongResult:
    moduli = [adder.modulus for adder in adders]
    if math.lcm(*moduli) != math.prod(moduli):
        raise RecipeError(f"The moduli {moduli} share a factor; expected none that divides two of them.")
    require_naturals([*x, *y])
    whole, limb = math.prod(moduli), math.prod(moduli) // 2
    carries, found = [0] * len(x), [0] * len(x)
    for place in range(length_of([*x, *y], limb)):
        unit = limb**place
        of_x, of_y = ([number // unit % limb for number in numbers] for numbers in (x, y))
        remainders = [_one(adder, of_x, of_y, carries, sign) for adder in adders]
        totals = list(_numbers_with(remainders, moduli))
        carries = [int(total >= limb) for total in totals]
        spare = limb if sign > 0 else whole - limb
        found = [sum_ + unit * (t - spare * c) for sum_, t, c in zip(found, totals, carries, strict=True)]
    unit *= limb
    numbers = [total + sign * unit * carry for total, carry in zip(found, carries, strict=True)]
    calls, passes = sum(adder.calls for adder in adders), sum(adder.forward_passes for adder in adders)
    unproven = tuple(name for adder in adders if (name := _unproven(adder)))
    return LongResult(numbers, Ledger(limb, tuple(moduli), calls, passes, OUTSIDE, unproven))


def _one(adder: Adder, x: Sequence[int], y: Sequence[int], carries: Sequence[int], sign: int) -> Tensor:
    """Remainders [n] of x ± y ± carry for one modulus, by two calls each."""
    q = adder.modulus
    of_x, of_y, carry = (torch.tensor([number % q for number in numbers]) for numbers in (x, y, carries))
    return adder.sums(adder.sums(of_x, sign * of_y % q), sign * carry % q)


def _numbers_with(remainders: Sequence[Tensor], moduli: Sequence[int]) -> Iterator[int]:
    """The numbers below the product of the moduli that leave these remainders."""
    whole = math.prod(moduli)
    units = [whole // modulus * pow(whole // modulus, -1, modulus) for modulus in moduli]
    for each in zip(*(remainder.tolist() for remainder in remainders), strict=True):
        yield sum(remainder * unit for remainder, unit in zip(each, units, strict=True)) % whole


def _unproven(adder: Adder) -> str:
    """Any two remainders can meet: the first pair that is not proven right."""
    numbers = torch.arange(adder.modulus)
    pair = adder.first_unproven(numbers[:, None], numbers)
    return f"remainder + remainder: {pair[0]} + {pair[1]} mod {adder.modulus}" if pair else ""
