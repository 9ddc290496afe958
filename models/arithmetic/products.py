"""Products of integers of any length, as they are multiplied on paper.

A product of two digits is a sum of discrete logarithms: modulo a prime above (B − 1)² it does not wrap. Its two digits
are added to what stands below them by ripple carry.
"""

from collections.abc import Sequence
from itertools import count

import torch
from torch import Tensor

from models.arithmetic.adder import Adder
from models.arithmetic.carry import IN_DIGITS, READ_OFF, added, unproven_sums
from models.arithmetic.digits import digits_of, length_of, numbers_of, require_naturals
from models.arithmetic.ledger import Ledger, LongResult
from models.errors import RecipeError
from models.groups.primes import is_prime
from models.operations.operation import NO_ELEMENT
from models.operations.units import times

LOGARITHMS = "logarithms of digits and back, from a table that belongs to the prime"
ZEROS = "products with a digit 0, which has no logarithm"
TWO_DIGITS = "the two digits of a product of digits"


def prime_for(base: int) -> int:
    """The least prime above (base − 1)² and above 2: modulo it no product of two digits wraps.

    >>> prime_for(10), prime_for(2)
    (83, 3)
    """
    return next(n for n in count(max(3, (base - 1) ** 2 + 1)) if is_prime(n))


def multiply(sums: Adder, logarithms: Adder, x: Sequence[int], y: Sequence[int], base: int) -> LongResult:
    """x·y of whole numbers from 0 on, pair by pair, all of them side by side.

    Args:
        sums: a network for a modulus of at least twice the base.
        logarithms: a network for P − 1 of a prime P above (base − 1)².
        x: n numbers.
        y: n numbers.
        base: B.

    Raises:
        RecipeError: a modulus is too small for the base, or a number is negative.
    """
    prime = logarithms.modulus + 1
    if prime <= (base - 1) ** 2 or sums.modulus < 2 * base:
        raise RecipeError(
            f"Base {base} needs sums modulo at least {2 * base} and a prime above {(base - 1) ** 2}; found "
            f"{sums.modulus} and {prime}."
        )
    require_naturals([*x, *y])
    of_x, of_y = length_of(x, base), length_of(y, base)
    first, second = digits_of(x, base, of_x), digits_of(y, base, of_y)
    table = DigitProducts(logarithms)
    total = torch.zeros(len(x), of_x + of_y, dtype=torch.int64)
    for place in range(of_y):
        products = table.of(first, second[:, place, None])
        window = slice(place, place + of_x + 1)  # x · digit < B^(of_x + 1): nothing is carried further
        low = torch.nn.functional.pad(products % base, (0, 1))
        high = torch.nn.functional.pad(products // base, (1, 0))
        row = added(sums, low, high, base)
        total[:, window] = added(sums, total[:, window], row, base)
    unproven = unproven_sums(sums, base) + table.unproven(base)
    calls = sums.calls + logarithms.calls
    passes = sums.forward_passes + logarithms.forward_passes
    outside = (IN_DIGITS, READ_OFF, TWO_DIGITS, LOGARITHMS, ZEROS)
    return LongResult(
        numbers_of(total, base), Ledger(base, (sums.modulus, logarithms.modulus), calls, passes, outside, unproven)
    )


class DigitProducts:
    """Products of digits by a network that adds their logarithms."""

    def __init__(self, adder: Adder) -> None:
        self.adder, self.prime = adder, adder.modulus + 1
        operation = times(self.prime)
        self.logarithm, self.number = operation.element_of_a, operation.number_of

    def of(self, a: Tensor, b: Tensor) -> Tensor:
        """a·b of digits, in the shape to which both broadcast."""
        a, b = torch.broadcast_tensors(a, b)
        found, seen = torch.zeros_like(a), (a != 0) & (b != 0)
        found[seen] = self.number[self.adder.sums(self.logarithm[a[seen]], self.logarithm[b[seen]])]
        return found

    def unproven(self, base: int) -> tuple[str, ...]:
        """The first product of digits below the base whose sum of logarithms is not proven right."""
        logarithms = self.logarithm[:base]
        logarithms = logarithms[logarithms != NO_ELEMENT]
        pair = self.adder.first_unproven(logarithms[:, None], logarithms)
        return (f"digit · digit: {pair[0]} + {pair[1]} mod {self.adder.modulus}",) if pair else ()
