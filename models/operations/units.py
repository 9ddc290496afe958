"""Products mod n of powers of both operands: by discrete logarithms they are sums.

What an operand stands for is looked up in its own table: a itself, a power of it, or a power with a in the exponent.
Where that shares a factor with n, as 0 does, it has no logarithm.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.errors import RecipeError, shown
from models.groups.naming import LARGEST_ORDER
from models.groups.primes import is_prime
from models.groups.units import units
from models.operations.operation import NO_ELEMENT, Operation


@dataclass(frozen=True)
class Power:
    """What a number m stands for in a product: m**exponent · base**m.

    >>> Power(exponent=2).of(3, 7), Power(base=3).of(2, 7), Power(-1).of(5, 7), Power(-1).of(0, 7)
    (2, 2, 3, None)
    """

    exponent: int = 0
    base: int = 1

    def of(self, number: int, n: int) -> int | None:
        """Modulo n; None where it has no inverse and one is asked for."""
        if self.exponent < 0 and math.gcd(number, n) > 1:
            return None
        return pow(number, self.exponent, n) * pow(self.base, number, n) % n


ITSELF = Power(exponent=1)


def times(n: int) -> Operation:
    """a·b mod n of numbers 0 to n − 1; those that share a factor with n are left out. Raises RecipeError below 3.

    >>> found = times(7)
    >>> found.group.order, int(found.answers()[3, 4]), int(found.answers()[0, 4])
    (6, 5, -1)
    """
    return product_of_powers(n, ITSELF, ITSELF, "a*b")


def over(n: int) -> Operation:
    """a/b mod n: the number that times b is a.

    >>> int(over(7).answers()[5, 4])
    3
    """
    return product_of_powers(n, ITSELF, Power(exponent=-1), "a/b")


def product_of_powers(n: int, of_a: Power, of_b: Power, formula: str, factor: int = 1) -> Operation:
    """factor · (what a stands for) · (what b stands for) mod n, of numbers 0 to n − 1.

    Raises:
        RecipeError: n is below 3 or too large, or the factor shares a factor with it.

    >>> int(product_of_powers(11, Power(exponent=3), Power(base=2), "a**3*2**b").answers()[4, 5])  # 64·32 mod 11
    2
    """
    if not 3 <= n <= LARGEST_ORDER:
        raise RecipeError(f"Modulus {shown(n)} is out of range for {formula}; expected 3 to {LARGEST_ORDER}.")
    if math.gcd(factor, n) > 1:
        raise RecipeError(
            f"{factor} in {formula} shares a factor with {n} and has no logarithm; expected one that has."
        )
    group, numbers = units(n)
    logarithm = torch.full((n,), NO_ELEMENT)
    logarithm[numbers] = group.elements()
    first, second = ([power.of(number, n) for number in range(n)] for power in (of_a, of_b))
    element_of_a = _looked_up(logarithm, [None if each is None else factor * each % n for each in first])
    why = "0 has no logarithm" if is_prime(n) else f"numbers that share a factor with {n} have no logarithm"
    return Operation(formula, group, element_of_a, _looked_up(logarithm, second), numbers, why)


def _looked_up(logarithm: Tensor, numbers: list[int | None]) -> Tensor:
    return torch.tensor([NO_ELEMENT if number is None else int(logarithm[number]) for number in numbers])
