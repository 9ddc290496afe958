"""Surrogates: tables with the same spectrum and random phases, and how far a figure stands above theirs.

The phases of all columns are turned together, so that columns stay as alike as they were. Source: Prichard and Theiler
1994, doi 10.1103/PhysRevLett.73.951. A spectrum of power cannot tell a surrogate from the table: it is the same.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups.characters import FULL_TURN

EULER = 0.5772156649015329


@dataclass(frozen=True)
class Standing:
    """Where a figure stands among those of surrogates.

    Attributes:
        score: standard deviations above the mean of the surrogates.
        chance: that a surrogate reaches it, by the Gumbel law with their mean and spread, since each is a largest one.
    """

    score: float
    chance: float


def standing(value: float, surrogates: Tensor) -> Standing:
    """Where a value stands among the surrogates' [s].

    >>> standing(3.0, torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)).score
    2.0
    """
    mean, spread = float(surrogates.mean()), float(surrogates.std())
    if spread <= 0:
        return Standing(0.0, 1.0)
    scale = spread * math.sqrt(6) / math.pi
    above = (value - (mean - EULER * scale)) / scale
    return Standing((value - mean) / spread, -math.expm1(-math.exp(-above)) if above > -50 else 1.0)


def random_turns(count: int, frequencies: int, seed: int) -> Tensor:
    """complex128 [count, frequencies]: factors of length 1 at random angles.

    >>> random_turns(2, 3, 0).abs().round().unique()
    tensor([1.], dtype=torch.float64)
    """
    generator = torch.Generator().manual_seed(seed)
    angles = FULL_TURN * torch.rand(count, frequencies, generator=generator, dtype=torch.float64)
    return torch.polar(torch.ones_like(angles), angles)
