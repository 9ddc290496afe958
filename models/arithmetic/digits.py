"""Integers as rows of digits, the lowest first."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from models.errors import RecipeError


def require_naturals(numbers: Iterable[int]) -> None:
    """Raises RecipeError where one is negative."""
    if any(number < 0 for number in numbers):
        raise RecipeError("A negative number was given; expected whole numbers from 0 on.")


def digits_of(numbers: Sequence[int], base: int, length: int) -> Tensor:
    """int64 [n, length] of whole numbers below base**length.

    >>> digits_of([305, 7], 10, 4).tolist()
    [[5, 0, 3, 0], [7, 0, 0, 0]]
    """
    rows = []
    for number in numbers:
        row, rest = [], number
        for _ in range(length):
            rest, digit = divmod(rest, base)
            row.append(digit)
        rows.append(row)
    return torch.tensor(rows, dtype=torch.int64).reshape(len(numbers), length)


def numbers_of(digits: Tensor, base: int) -> list[int]:
    """The whole numbers that rows [n, length] stand for.

    >>> numbers_of(torch.tensor([[5, 0, 3, 0]]), 10)
    [305]
    """
    return [sum(digit * base**place for place, digit in enumerate(row)) for row in digits.tolist()]


def length_of(numbers: Sequence[int], base: int) -> int:
    """How many digits the longest takes; at least one."""
    largest, length = max(numbers, default=0), 1
    while base**length <= largest:
        length += 1
    return length
