"""A long sum or difference place by place, to be looked at: what the network was asked and what it answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models.arithmetic.adder import Adder
from models.arithmetic.carry import require_base
from models.arithmetic.digits import digits_of, length_of


@dataclass(frozen=True)
class Step:
    """One place: two digits, what the place before hands on, and the network's two answers mod q."""

    x: int
    y: int
    handed: int  # 0 or 1: carried by a sum, borrowed by a difference
    first: int  # the answer to x + y, or to x − y
    then: int  # and with what was handed on
    digit: int  # what is written
    hands: int  # 0 or 1, to the next place


def sum_steps(adder: Adder, x: int, y: int, base: int) -> tuple[Step, ...]:
    """x + y of whole numbers from 0 on, the lowest place first; the last place holds the last carry.

    Raises:
        RecipeError: the modulus is too small for the base, or a number is negative.

    >>> from models import evaluate, own_recipe, transplant, zoo
    >>> network = transplant(zoo.load("one-hot-97"), own_recipe(20, range(1, 49)))
    >>> steps = sum_steps(Adder(network, evaluate(network)), 85, 17, 10)
    >>> [(step.first, step.then, step.digit, step.hands) for step in steps]
    [(12, 12, 2, 1), (9, 10, 0, 1), (0, 1, 1, 0)]
    """
    require_base(adder, base, [x], [y])
    return _steps(adder, (x, y), base, length_of([x, y], base) + 1, 1)


def difference_steps(adder: Adder, x: int, y: int, base: int) -> tuple[Step, ...]:
    """x − y of whole numbers x ≥ y from 0 on, as `sum_steps`: a negative digit is added as its remainder mod q."""
    require_base(adder, base, [x], [y])
    return _steps(adder, (x, y), base, length_of([x, y], base), -1)


def _steps(adder: Adder, numbers: Sequence[int], base: int, length: int, sign: int) -> tuple[Step, ...]:
    """All answers at once, with and without what may be handed on; then place by place which of them was asked for."""
    q, x_and_y = adder.modulus, digits_of(numbers, base, length)
    first = adder.sums(x_and_y[0], sign * x_and_y[1] % q)
    both = adder.sums(first[:, None], sign * torch.arange(2) % q)
    handed, found = 0, []
    for x, y, answer, then in zip(*x_and_y.tolist(), first.tolist(), both.tolist(), strict=True):
        hands = int(then[handed] >= base)
        left = base if sign > 0 else q - base
        found.append(Step(x, y, handed, answer, then[handed], then[handed] - hands * left, hands))
        handed = hands
    return tuple(found)
