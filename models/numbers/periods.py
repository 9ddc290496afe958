"""Power of a number table at periods, whole or not, beside what the same rows in random order have."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups.characters import FULL_TURN
from models.numbers.table import NumberTable

MARKED = (2.0, 2.5, 5.0, 10.0, 100.0)  # periods that language models were found to use, arXiv 2502.00873
SURROGATES = 40
MOST_SHOWN = 12


@dataclass(frozen=True)
class Period:
    """Power at one period by the median over all whole frequencies; `surrogate`: the 95% quantile of shuffled rows."""

    period: float
    power_over_median: float
    surrogate: float


def power_at(rows: Tensor, periods: Tensor) -> Tensor:
    """float64 [t]: Σ over the columns of |Σ_n (x_n − x̄)·exp(−2πi·n/T)|²/n, for rows [n, d] and periods T [t].

    >>> power_at(torch.eye(30, dtype=torch.float64), torch.tensor([2.0])).shape
    torch.Size([1])
    """
    centred = rows - rows.mean(0)
    angles = FULL_TURN * torch.arange(len(rows), dtype=torch.float64) / periods.double()[:, None]
    return ((angles.cos() @ centred).square() + (angles.sin() @ centred).square()).sum(1) / len(rows)


def periods_of(table: NumberTable, seed: int = 0) -> tuple[Period, ...]:
    """The marked periods that the table is long enough for, and the strongest of the others, the strongest first.

    Args:
        table: rows of the numbers 0 to n − 1.
        seed: of the surrogates: the same rows in random order.

    Returns:
        Periods with their power over the median, and what shuffled rows reach at the same period in 19 of 20 cases.
    """
    whole = torch.tensor([table.count / k for k in range(1, table.count // 2 + 1)], dtype=torch.float64)
    power = power_at(table.rows, whole)
    marked = [period for period in MARKED if period <= table.count / 2]
    strongest = [float(whole[place]) for place in power.argsort(descending=True, stable=True)[:MOST_SHOWN].tolist()]
    apart = [each for each in strongest if all(abs(table.count / each - table.count / m) >= 1 for m in marked)]
    asked = torch.tensor([*marked, *apart[: MOST_SHOWN - len(marked)]], dtype=torch.float64)
    found = power_at(table.rows, asked) / power.median()
    bound = _surrogates(table.rows, asked, whole, seed)
    listed = [Period(*values) for values in zip(asked.tolist(), found.tolist(), bound.tolist(), strict=True)]
    return tuple(sorted(listed, key=lambda each: -each.power_over_median))


def _surrogates(rows: Tensor, asked: Tensor, whole: Tensor, seed: int) -> Tensor:
    drawn = torch.Generator().manual_seed(seed)
    found = []
    for _ in range(SURROGATES):
        shuffled = rows[torch.randperm(len(rows), generator=drawn)]
        found.append(power_at(shuffled, asked) / power_at(shuffled, whole).median())
    return torch.stack(found).quantile(0.95, dim=0)
