"""What an arithmetic found of some pairs."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.evaluation.results import UP


@dataclass(frozen=True, eq=False)
class Margins:
    """Margins of some pairs; a and b broadcast to the shape of the others."""

    a: Tensor  # int64
    b: Tensor  # int64
    values: Tensor  # float64: the right class's logit less the largest other
    errors: Tensor  # float64: no value is off by more; NaN where nothing is known


Finer = Callable[[Tensor, Tensor], Margins]  # pairs a, b [n], by an arithmetic of smaller errors


def with_twins(values: Tensor, errors: Tensor, tied: Tensor | None) -> tuple[Tensor, Tensor]:
    """Margins and errors where some right classes have a twin that `values` do not look at: no margin is above 0 there.

    Where the right class exceeds all others for certain, its margin over its twin is 0, exactly.
    """
    if tied is None:
        return values, errors
    above = tied & (values > errors * UP)
    return values.where(~tied, values.clamp_max(0)), errors.where(~above, 0.0)


def largest_logit(right: Tensor, runner_up: Tensor, tied: Tensor | None) -> float:
    """The largest of some right classes' logits and of the largest others, a twin being one of the others."""
    if tied is not None:
        runner_up = torch.where(tied, torch.maximum(right, runner_up), runner_up)
    return float(torch.stack([right, runner_up]).abs().max())
