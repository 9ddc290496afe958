"""Linear maps off the rows of a number table, judged on numbers that they were not fitted on."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models.numbers.table import NumberTable

FOLDS = 5
STRENGTHS = torch.logspace(-6, 3, 19, dtype=torch.float64)  # of the ridge, in units of the mean squared singular value


@dataclass(frozen=True, eq=False)
class LinearMap:
    """rows → values: (row − mean)/scale · weights + constant."""

    mean: Tensor  # [d]
    scale: Tensor  # [d]
    weights: Tensor  # [d, v]
    constant: Tensor  # [v]

    def __call__(self, rows: Tensor) -> Tensor:
        """Values [n, v] of rows [n, d]."""
        return (rows - self.mean) / self.scale @ self.weights + self.constant


def ridge(rows: Tensor, values: Tensor) -> LinearMap:
    """The ridge regression of values [n, v] on rows [n, d], its strength chosen by leave-one-out error.

    >>> rows = torch.eye(40, dtype=torch.float64)
    >>> ridge(rows, rows[:, :1]).weights.shape
    torch.Size([40, 1])
    """
    mean, constant = rows.mean(0), values.mean(0)
    scale = rows.std(0, unbiased=False).clamp_min(1e-12)
    left, singular, right = torch.linalg.svd((rows - mean) / scale, full_matrices=False)
    turned, squares = left.T @ (values - constant), singular.square()
    best, least = None, torch.inf
    for strength in STRENGTHS * squares.mean():
        kept = squares / (squares + strength)
        leverage = (left.square() @ kept + 1 / len(rows)).clamp_max(1 - 1e-9)
        missed = (values - constant - left @ (kept[:, None] * turned)) / (1 - leverage)[:, None]
        error = float(missed.square().mean())
        if error < least:
            least, best = error, strength
    assert best is not None
    weights = right.T @ ((singular / (squares + best))[:, None] * turned)
    return LinearMap(mean, scale, weights, constant)


def read_unseen(rows: Tensor, values: Tensor, seed: int) -> Tensor:
    """Values [n, v] read off rows [n, d], each row by a map that was fitted on other rows: one map a fold.

    >>> rows = torch.eye(40, dtype=torch.float64)
    >>> read_unseen(rows, rows[:, :1], 0).shape
    torch.Size([40, 1])
    """
    found = torch.empty_like(values)
    numbers = torch.arange(len(rows))
    for part in torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed)).chunk(FOLDS):
        rest = numbers[~torch.isin(numbers, part)]
        found[part] = ridge(rows[rest], values[rest])(rows[part])
    return found


def kappa(table: NumberTable, period: int, seed: int = 0) -> float:
    """Cohen's κ of a linear probe for n mod T, over all numbers, each judged by a fit that has not seen it.

    Spikes of power alone prove little (arXiv 2604.20817); this asks whether the remainder can be read off.

    Args:
        table: rows of the numbers.
        period: T, a whole number from 2 on.
        seed: of the folds.

    Returns:
        From −1 to 1: 0 where the probe is as good as guessing by how often each class occurs.
    """
    classes = torch.arange(table.count) % period
    values = one_hot(classes, period).double()
    told = read_unseen(table.rows, values, seed).argmax(1)
    agreed = float((told == classes).double().mean())
    by_chance = float((one_hot(told, period).double().mean(0) * values.mean(0)).sum())
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0
