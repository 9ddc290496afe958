"""Sums, differences and products of integers of any length by their remainders: the Chinese remainder theorem.

With moduli that share no factor, remainders tell all numbers below their product M apart. A long number is cut into
limbs below B = ⌊M/2⌋; the sum of two limbs and a carry stays below M, and each of its remainders is a sum that the
network takes for one modulus. Of products the limbs are shorter, so that a product of two stays below M; modulo a prime
it is a sum of logarithms.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from models.arithmetic.adder import Adder
from models.arithmetic.digits import length_of, require_naturals
from models.arithmetic.ledger import Ledger, LongResult
from models.arithmetic.products import LOGARITHMS, ZEROS, DigitProducts
from models.errors import RecipeError
from models.groups.primes import is_prime

OUTSIDE = (
    "cutting the numbers into limbs and putting the limbs together",
    "remainders of each limb, and the limb that has given remainders",
    "whether the sum of two limbs needs a carry: one comparison and one subtraction a limb",
)
PLACES = "which place a product of limbs stands at"


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


def coprime_primes(largest: int, count: int) -> list[int]:
    """The largest primes up to a number, from 5 on.

    >>> coprime_primes(128, 3)
    [127, 113, 109]
    """
    return [number for number in range(largest, 4, -1) if is_prime(number)][:count]


def multiply(logarithms: Sequence[Adder], sums: Sequence[Adder], x: Sequence[int], y: Sequence[int]) -> LongResult:
    """x·y of whole numbers from 0 on, pair by pair, all of them side by side.

    Args:
        logarithms: networks for P − 1 of different primes P.
        sums: networks for moduli that share no factor, by which the products of limbs are added.
        x: n numbers.
        y: n numbers.

    Raises:
        RecipeError: a modulus is not one less than a prime, moduli share a factor, or a number is negative.
    """
    primes = [adder.modulus + 1 for adder in logarithms]
    if not all(map(is_prime, primes)) or len(set(primes)) < len(primes):
        raise RecipeError(f"The moduli {[prime - 1 for prime in primes]} are not one less than different primes each.")
    _require_apart(sums)
    require_naturals([*x, *y])
    whole = math.prod(primes)
    limb, tables = math.isqrt(whole), [DigitProducts(adder) for adder in logarithms]
    limbs_of_x, limbs_of_y = (_limbs(numbers, limb) for numbers in (x, y))
    total = [0] * len(x)
    for place_x, of_x in enumerate(limbs_of_x):
        for place_y, of_y in enumerate(limbs_of_y):
            remainders = [_product(table, of_x, of_y) for table in tables]
            unit = limb ** (place_x + place_y)
            products = [unit * each for each in _numbers_with(remainders, primes)]
            total = list(add(sums, total, products).numbers)
    unproven = tuple(name for table in tables for name in table.unproven(table.prime))
    unproven += tuple(name for adder in sums if (name := _unproven(adder)))
    every = [*logarithms, *sums]
    calls, passes = sum(adder.calls for adder in every), sum(adder.forward_passes for adder in every)
    outside = (*OUTSIDE, LOGARITHMS, ZEROS, PLACES)
    return LongResult(total, Ledger(limb, tuple(adder.modulus for adder in every), calls, passes, outside, unproven))


def _limbs(numbers: Sequence[int], limb: int) -> list[list[int]]:
    """For each place, the limb of each number there; the lowest first."""
    return [[number // limb**place % limb for number in numbers] for place in range(length_of(numbers, limb))]


def _product(table: DigitProducts, x: Sequence[int], y: Sequence[int]) -> Tensor:
    """Remainders [n] of x·y for one prime."""
    of_x, of_y = (torch.tensor([number % table.prime for number in numbers]) for numbers in (x, y))
    return table.of(of_x, of_y)


def _require_apart(adders: Sequence[Adder]) -> None:
    """Raises RecipeError where two moduli share a factor."""
    moduli = [adder.modulus for adder in adders]
    if math.lcm(*moduli) != math.prod(moduli):
        raise RecipeError(f"The moduli {moduli} share a factor; expected none that divides two of them.")


def _combined(adders: Sequence[Adder], x: Sequence[int], y: Sequence[int], sign: int) -> LongResult:
    _require_apart(adders)
    moduli = [adder.modulus for adder in adders]
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
