"""Sums and differences of integers of any length by ripple carry: two calls a digit, modulo at least twice the base.

Of digits x, y < B the sum is at most 2B − 2, and with a carry 2B − 1: modulo 2B nothing wraps, so that the network's
answer is the sum itself. Which digit stays and whether one is carried is read off it: s < B or not. A difference is a
sum with the negative of the second digit; modulo 2B it lies below B exactly if nothing was borrowed.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from models.arithmetic.adder import Adder
from models.arithmetic.digits import digits_of, length_of, numbers_of, require_naturals
from models.arithmetic.ledger import Ledger, LongResult
from models.errors import RecipeError

READ_OFF = "whether a sum reaches the base, and what is left of it then: one comparison and one subtraction a digit"
IN_DIGITS = "writing the numbers as digits, and the digits as a number"
LARGER_FIRST = "which of the two numbers is the larger; the smaller is taken from it, and the sign is set"


def add(adder: Adder, x: Sequence[int], y: Sequence[int], base: int) -> LongResult:
    """x + y of whole numbers from 0 on, pair by pair, all of them side by side.

    Args:
        adder: a network for a modulus of at least twice the base.
        x: n numbers.
        y: n numbers.
        base: B, at least 2.

    Raises:
        RecipeError: the modulus is too small for the base, or a number is negative.

    >>> from models import evaluate, own_recipe, transplant, zoo
    >>> network = transplant(zoo.load("one-hot-97"), own_recipe(20, range(1, 49)))
    >>> add(Adder(network, evaluate(network)), [999, 12], [1, 30], 10).numbers
    [1000, 42]
    """
    require_base(adder, base, x, y)
    length = length_of([*x, *y], base) + 1
    digits = added(adder, digits_of(x, base, length), digits_of(y, base, length), base)
    unproven = unproven_sums(adder, base)
    return LongResult(numbers_of(digits, base), account(adder, base, (IN_DIGITS, READ_OFF), unproven))


def subtract(adder: Adder, x: Sequence[int], y: Sequence[int], base: int) -> LongResult:
    """x − y, as `add`; results may be negative."""
    require_base(adder, base, x, y)
    larger, smaller = [max(pair) for pair in zip(x, y, strict=True)], [min(pair) for pair in zip(x, y, strict=True)]
    length = length_of(larger, base)
    digits, _ = subtracted(adder, digits_of(larger, base, length), digits_of(smaller, base, length), base)
    numbers = [found if a >= b else -found for found, a, b in zip(numbers_of(digits, base), x, y, strict=True)]
    outside = (IN_DIGITS, READ_OFF, LARGER_FIRST)
    return LongResult(numbers, account(adder, base, outside, unproven_differences(adder, base)))


def added(adder: Adder, x: Tensor, y: Tensor, base: int) -> Tensor:
    """Digits [n, length] of sums of digits [n, length], whose last digits have room for the last carry."""
    carry, found = torch.zeros(len(x), dtype=torch.int64), []
    for place in range(x.shape[1]):
        total = adder.sums(adder.sums(x[:, place], y[:, place]), carry)
        carry = (total >= base).long()
        found.append(total - base * carry)
    return torch.stack(found, dim=1)


def unproven_sums(adder: Adder, base: int) -> tuple[str, ...]:
    """The first pair of each kind of call of `added` that is not proven right."""
    digits, sums, carries = torch.arange(base), torch.arange(2 * base - 1), torch.arange(2)
    return _named(adder, ("digit + digit", digits, digits), ("sum + carry", sums, carries))


def subtracted(adder: Adder, x: Tensor, y: Tensor, base: int) -> tuple[Tensor, Tensor]:
    """Digits [n, length] of differences of digits [n, length], and what is borrowed at their end: 1 where x < y."""
    q = adder.modulus
    borrow, found = torch.zeros(len(x), dtype=torch.int64), []
    for place in range(x.shape[1]):
        rest = adder.sums(adder.sums(x[:, place], -y[:, place] % q), -borrow % q)
        borrow = (rest >= base).long()
        found.append(rest - (q - base) * borrow)
    return torch.stack(found, dim=1), borrow


def unproven_differences(adder: Adder, base: int) -> tuple[str, ...]:
    """The first pair of each kind of call of `subtracted` that is not proven right."""
    q = adder.modulus
    digits, borrows = torch.arange(base), torch.tensor([0, q - 1])
    rests = torch.arange(1 - base, base) % q
    return _named(adder, ("digit − digit", digits, -digits % q), ("difference − borrow", rests, borrows))


def _named(adder: Adder, *kinds: tuple[str, Tensor, Tensor]) -> tuple[str, ...]:
    found = ((name, adder.first_unproven(a[:, None], b)) for name, a, b in kinds)
    return tuple(f"{name}: {pair[0]} + {pair[1]} mod {adder.modulus}" for name, pair in found if pair)


def account(adder: Adder, base: int, outside: tuple[str, ...], unproven: tuple[str, ...]) -> Ledger:
    """Of calculations by one network, so far."""
    return Ledger(base, (adder.modulus,), adder.calls, adder.forward_passes, outside, unproven)


def require_base(adder: Adder, base: int, x: Sequence[int], y: Sequence[int]) -> None:
    """Raises RecipeError where the modulus is too small for the base, or a number is negative."""
    if base < 2 or adder.modulus < 2 * base:
        raise RecipeError(
            f"Base {base} needs a modulus of at least {2 * base}, so that no sum of two digits wraps; found "
            f"{adder.modulus}."
        )
    require_naturals([*x, *y])
