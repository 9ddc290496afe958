"""What the network does at another modulus without any surgery."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.evaluation import predictions
from models.network import Network
from models.task import Addition


@dataclass(frozen=True)
class Baseline:
    """Fractions of all q² pairs; None above the trained modulus, where it has no rows for the numbers."""

    modulus: int
    raw: float | None  # its answer taken as it is
    reduced: float | None  # its answer read mod q


def baselines(network: Network, moduli: list[int]) -> list[Baseline]:
    """Both baselines at every modulus, from one pass over the trained grid.

    Raw accuracy of a perfect network is (q + 1)/(2q): the sums that never wrap. Reduced is 1 while 2q − 2 < p.
    """
    return baselines_from(predictions(network), moduli)


def baselines_from(predicted: Tensor, moduli: list[int]) -> list[Baseline]:
    """Both baselines from the trained network's predictions [p, p]."""
    return [_baseline(predicted, q) for q in moduli]


def _baseline(predicted: Tensor, q: int) -> Baseline:
    if q > len(predicted):
        return Baseline(q, None, None)
    numbers = torch.arange(q)
    answers = Addition(q).answers(numbers[:, None], numbers)
    answered = predicted[:q, :q]
    return Baseline(q, _fraction(answered == answers), _fraction(answered % q == answers))


def _fraction(hits: Tensor) -> float:
    return float(hits.double().mean())
