"""a·b and a/b mod n: by discrete logarithms, products are sums of exponents.

Numbers that share a factor with n, 0 among them, have no logarithm.
"""

import torch

from models.errors import RecipeError, shown
from models.groups.naming import LARGEST_ORDER
from models.groups.primes import is_prime
from models.groups.units import units
from models.operations.operation import NO_ELEMENT, Operation


def times(n: int) -> Operation:
    """a·b mod n of numbers 0 to n − 1; those that share a factor with n are left out. Raises RecipeError below 3.

    >>> found = times(7)
    >>> found.group.order, int(found.answers()[3, 4]), int(found.answers()[0, 4])
    (6, 5, -1)
    """
    return _by_logarithm(n, "a*b", 1)


def over(n: int) -> Operation:
    """a/b mod n: the number that times b is a.

    >>> int(over(7).answers()[5, 4])
    3
    """
    return _by_logarithm(n, "a/b", -1)


def _by_logarithm(n: int, formula: str, sign: int) -> Operation:
    if not 3 <= n <= LARGEST_ORDER:
        raise RecipeError(f"Modulus {shown(n)} is out of range for {formula}; expected 3 to {LARGEST_ORDER}.")
    group, numbers = units(n)
    logarithm = torch.full((n,), NO_ELEMENT)
    logarithm[numbers] = group.elements()
    of_b = torch.where(logarithm == NO_ELEMENT, NO_ELEMENT, group.multiple(sign, logarithm.clamp(min=0)))
    why = "0 has no logarithm" if is_prime(n) else f"numbers that share a factor with {n} have no logarithm"
    return Operation(formula, group, logarithm, of_b, numbers, why)
