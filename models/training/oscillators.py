"""Fresh networks of oscillators to train: random complex drives, phases anywhere, no table of n·ω given.

What each has built in: three-body coupling adds the drives' angles by itself; pairwise coupling has to find the
doubling of half a sum in its second harmonic; coupled oscillators, read at harmonic 1 alone, in their couplings.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.oscillators import OscillatorBody
from models.network import Layout, Network
from models.task import Addition

READOUT_SCALE = 0.05
COUPLING_SCALE = 0.5


@dataclass(frozen=True)
class Run:
    """How oscillators begin and for how long they run.

    Decay of rate·w a step keeps every weight below about 1/w, drives too: they need this time to pull a phase home.
    """

    steps: int
    step: float  # units of time
    drive_scale: float  # standard deviation of both parts
    harmonics: tuple[int, ...]


THREE_BODY = Run(steps=4, step=16.0, drive_scale=0.2, harmonics=(1,))
PAIRWISE = Run(steps=5, step=8.0, drive_scale=0.2, harmonics=(2,))
COUPLED = Run(steps=6, step=0.75, drive_scale=0.5, harmonics=(1,))


def fresh_three_body(modulus: int, count: int, seed: int) -> Network:
    """Uncoupled oscillators with three-body drives, read at harmonic 1."""
    return _fresh(modulus, count, seed, THREE_BODY, three_body=True)


def fresh_pairwise(modulus: int, count: int, seed: int) -> Network:
    """Uncoupled oscillators with pairwise drives, read at harmonic 2."""
    return _fresh(modulus, count, seed, PAIRWISE)


def fresh_coupled(modulus: int, count: int, seed: int) -> Network:
    """Oscillators with pairwise drives that hear one another, read at harmonic 1 alone."""
    return _fresh(modulus, count, seed, COUPLED, coupled=True)


def _fresh(
    modulus: int, count: int, seed: int, run: Run, *, three_body: bool = False, coupled: bool = False
) -> Network:
    generator = torch.Generator().manual_seed(seed)

    def normal(*size: int, scale: float) -> Tensor:
        return torch.randn(*size, generator=generator) * scale

    table = normal(modulus, 2 * count, scale=run.drive_scale)
    unembedding = normal(2 * count * len(run.harmonics), modulus, scale=READOUT_SCALE)
    scale = COUPLING_SCALE * count**-0.5
    body = OscillatorBody(
        frequency=torch.zeros(count) if coupled else None,
        phase=torch.rand(count, generator=generator) * 2 * math.pi,
        pairwise=None if three_body else torch.ones(1),
        three_body=torch.ones(1) if three_body else None,
        coupling=(normal(count, count, scale=scale), normal(count, count, scale=scale)) if coupled else None,
        harmonics=run.harmonics,
        step=run.step,
        steps=run.steps,
    )
    return Network(Addition(modulus), table, table, body, unembedding, None, Layout("oscillators"))
