"""Whether figures that a file records of its training bear out a reading of it."""

import torch
from torch import Tensor

from models.readings.candidate import Candidate, Tried
from models.readings.recorded import Figures

AGREES = 2.0  # a loss within this factor of the recorded one,
AGREES_WITHIN = 0.02  # an accuracy within this much of it: farther counts as a larger factor
TOLD_APART = 1.05  # times the factor of the nearest reading: one that is farther off is told apart from it
SMALLEST_LOSS = 1e-6  # nats; what is below was recorded as rounding left it
ERRORS_ALLOWED = 2  # standard errors of a loss on some pairs: a few of thousands can make up most of it
SHARES = torch.linspace(0.1, 0.9, 801, dtype=torch.float64)  # of training pairs, that recorded figures are mixed by


def factor_apart(tried: Tried, recorded: Figures) -> float:
    """How far accuracy and loss over all pairs are from the nearest mix of those recorded for training and others.

    1 is no distance. The loss is compared by its factor, the accuracy so that AGREES_WITHIN comes to AGREES, the larger
    of both counts; both have one share of training pairs. What the choice of pairs explains is no distance.
    """
    largest = torch.ones_like(SHARES)
    if recorded.loss:
        largest = largest.maximum(_loss_apart(_mixed(recorded.loss), tried))
    if recorded.accuracy:
        chance = (
            ERRORS_ALLOWED * (tried.accuracy * (1 - tried.accuracy) / tried.pairs) ** 0.5 if tried.loss_error else 0
        )
        off = ((_mixed(recorded.accuracy) - tried.accuracy).abs() - chance).clamp_min(0)
        largest = largest.maximum(AGREES ** (off / AGREES_WITHIN))
    return float(largest.min())


def told_apart(apart: list[tuple[Candidate, float]]) -> list[Candidate]:
    """The readings that agree with the recorded figures, without those that are told apart from the nearest."""
    nearest = min(factor for _, factor in apart)
    return [one for one, factor in apart if factor <= min(AGREES, TOLD_APART * nearest)]


def _mixed(figures: tuple[float, ...]) -> Tensor:
    """Of all pairs [shares], from those of training pairs (first) and of other pairs (last)."""
    return SHARES * figures[0] + (1 - SHARES) * figures[-1]


def _loss_apart(expected: Tensor, tried: Tried) -> Tensor:
    explained = ERRORS_ALLOWED * tried.loss_error
    measured = torch.full_like(expected, tried.loss)
    nearest = expected.clamp(measured - explained, measured + explained).clamp_min(SMALLEST_LOSS)
    expected = expected.clamp_min(SMALLEST_LOSS)
    return torch.maximum(nearest / expected, expected / nearest)
