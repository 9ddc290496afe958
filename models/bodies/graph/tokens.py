"""What is fed in the place of tokens: marks that say of which pair, and of which operand, a token is.

A pair's operands are rows of tables that surgery re-cuts, so their numbers in the file's own table mean nothing after
it. Where tokens are whole numbers, pair i's a is fed as A + i and its b as B + i, far above any number of a row; where
they are one-hot vectors, the 1 of pair i's a is fed as CODE + i and that of its b as −(CODE + i). What only moves or
adds numbers leaves these marks readable where the table is read, and there the operand's own row takes the place.
"""

import torch
from torch import Tensor

A, B = 2**28, 2**29  # whole numbers of 32 bits hold both
REACH = 2**27  # how far a graph may shift its tokens, and how many pairs are fed at a time
MARKED_A, MARKED_B = 2, 3  # where in its one-hot vector an operand is marked: rows before the numbers stand at 0 and 1
CODE = 16  # of pair 0: constant tokens are marked by 1, which some networks add up


def is_a(index: Tensor) -> Tensor:
    """Which tokens are pairs' first operands."""
    return (index >= A) & (index < A + REACH)


def is_b(index: Tensor) -> Tensor:
    """Which tokens are pairs' second operands."""
    return (index >= B) & (index < B + REACH)


def a_places(index: Tensor) -> Tensor:
    """Of which pair a token is, where it is a first operand."""
    return index - A


def b_places(index: Tensor) -> Tensor:
    """Of which pair a token is, where it is a second operand."""
    return index - B


def marks_of(coded: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of coded one-hot vectors [..., D]: pairs' numbers of a and of b [...], −1 where there is none, and what is left.

    What is left [..., D] is what constant tokens have marked.
    """
    below = CODE - 1
    of_a, of_b = ((each.clamp_min(below) - below).sum(-1).long() - 1 for each in (coded, -coded))
    return of_a, of_b, torch.where(coded.abs() < CODE, coded, torch.zeros_like(coded))


def coded_vectors(index: Tensor, depth: int) -> Tensor:
    """One-hot vectors int64 [..., depth] of tokens [...]; of an operand the 1 says of which pair."""
    of_a, of_b = is_a(index), is_b(index)
    place = torch.where(of_a, MARKED_A, torch.where(of_b, MARKED_B, torch.where(index < 0, index + depth, index)))
    code = torch.where(of_a, a_places(index) + CODE, torch.where(of_b, -(b_places(index) + CODE), 1))
    return (torch.arange(depth) == place[..., None]) * code[..., None]
