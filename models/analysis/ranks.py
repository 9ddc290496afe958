"""Rank correlation."""

import math

import torch
from torch import Tensor


def rank_correlation(x: Tensor, y: Tensor) -> float | None:
    """Spearman's ρ of two lists [n]: Pearson's r of their ranks, equal values at the mean of theirs.

    None where one of them has one value alone, so that nothing goes up or down with it.

    >>> rank_correlation(torch.tensor([1.0, 2.0, 9.0]), torch.tensor([5.0, 6.0, 7.0]))
    1.0
    >>> rank_correlation(torch.tensor([1.0, 2.0, 9.0]), torch.tensor([5.0, 5.0, 5.0])) is None
    True
    """
    ranks = [_ranks(each) - (len(each) - 1) / 2 for each in (x, y)]
    squares = [float(each.square().sum()) for each in ranks]
    if not all(squares):
        return None
    length = math.sqrt(squares[0] * squares[1])  # exact for equal ranks, on every processor
    return max(-1.0, min(1.0, float(ranks[0] @ ranks[1]) / length))


def _ranks(values: Tensor) -> Tensor:
    """float64 [n], from 0 on."""
    _, place, count = torch.unique(values.double(), return_inverse=True, return_counts=True)
    return (count.cumsum(0) - (count + 1) / 2).double()[place]
