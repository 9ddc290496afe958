"""Restricted and excluded loss: what is left with the key frequencies alone, and without them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.circuits.logit_fit import LogitFit
from models.circuits.logit_grid import LogitGrid
from models.groups import Cyclic


@dataclass(frozen=True)
class Losses:
    """Mean cross-entropy over all pairs in nats: for the chosen frequencies together, and for each alone."""

    together: float
    by_frequency: Mapping[int, float]


@dataclass(frozen=True)
class RestrictedAndExcluded:
    """Restricted: everything else removed. Excluded: the frequencies themselves removed."""

    restricted: Losses
    excluded: Losses


def sum_direction_losses(grid: LogitGrid, chosen: tuple[int, ...]) -> RestrictedAndExcluded:
    """By the directions cos(2πk(a + b)/p) and sin(2πk(a + b)/p) over the grid, for every class.

    Restricted keeps them and the mean over inputs. Source: Nanda et al. 2023, arXiv 2301.05217.
    """
    spoken = {k: at_frequency(grid.by_sum, k) for k in chosen}
    return _losses(grid, lambda some: sum((spoken[k] for k in some), torch.zeros_like(grid.by_sum)), chosen, True)


def logit_fit_losses(grid: LogitGrid, fit: LogitFit, chosen: tuple[int, ...]) -> RestrictedAndExcluded:
    """By the least-squares fit of the centred logits on cos(2πk(a + b − c)/p).

    Source: Chughtai et al. 2023, arXiv 2302.03025.
    """
    return _losses(grid, fit.by_sum, chosen, False)


def _losses(
    grid: LogitGrid, component: Callable[[tuple[int, ...]], Tensor], chosen: tuple[int, ...], with_mean: bool
) -> RestrictedAndExcluded:
    """Losses by components [p, p] of the logits that depend on a + b mod p and the class alone."""
    parts = [component(chosen), *(component((k,)) for k in chosen)]
    mean = grid.by_sum.mean(0) if with_mean else torch.zeros(grid.modulus, dtype=torch.float64)
    answers = torch.arange(grid.modulus)
    restricted = [float(cross_entropy(part + mean, answers)) for part in parts]
    excluded = [0.0] * len(parts)
    for rows in grid.parts():
        classes = rows.sums.flatten()
        for number, part in enumerate(parts):
            left = rows.centred.flatten(0, 1) - part[classes]
            excluded[number] += float(cross_entropy(left, classes, reduction="sum")) / grid.modulus**2
    return RestrictedAndExcluded(
        *(Losses(all_[0], dict(zip(chosen, all_[1:], strict=True))) for all_ in (restricted, excluded))
    )


def at_frequency(by_sum: Tensor, k: int) -> Tensor:
    """The part of a table [p, p] that turns k times along its rows; of `LogitGrid.by_sum`, what Nanda et al. keep."""
    p, group = len(by_sum), Cyclic(len(by_sum))
    cosine, sine = group.character(k, group.elements())
    scale = (1 if 2 * k == p else 2) / p
    return scale * (torch.outer(cosine, cosine @ by_sum) + torch.outer(sine, sine @ by_sum))
