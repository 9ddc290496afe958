"""A network of oscillators that nobody trained: one for each dial, driven at exact angles."""

from collections.abc import Sequence

import torch
from torch import Tensor

from models.bodies.base import CouplingKind
from models.bodies.oscillators import OscillatorBody
from models.groups.characters import cosine_sine
from models.network import Layout, Network
from models.task import Addition

STEPS, STEP = 16, 0.5  # units of time in which a drive of size 1 turns a phase by up to one radian
FIRST, LAST = 0.3, 1.1  # phases before the first step lie between these, in radians


def exact_phases(
    modulus: int, dials: Sequence[int], kind: CouplingKind, *, steps: int = STEPS, step: float = STEP
) -> Network:
    """Oscillators driven by e^{2πikn/q}, one for each dial k, read at the harmonic that adds.

    Under three-body coupling phases turn to the sums; under pairwise coupling, to half of them or opposite, and their
    doubles are read. Where both drives cancel, at k(a − b) = q/2, nothing turns a pairwise one.

    >>> clock = exact_phases(13, (1, 3, 4), "three-body")
    >>> int(clock.logits(torch.tensor([9]), torch.tensor([8])).argmax())
    4
    """
    table, count, three_body = _circles(modulus, dials), len(dials), kind == "three-body"
    one = torch.ones(1, dtype=torch.float64)
    body = OscillatorBody(
        frequency=None,
        phase=torch.linspace(FIRST, LAST, count, dtype=torch.float64),
        pairwise=None if three_body else one,
        three_body=None if kind == "pairwise" else one,
        coupling=None,
        harmonics=(1,) if three_body else (2,),
        step=step,
        steps=steps,
    )
    return Network(Addition(modulus), table, table, body, table.T.contiguous(), None, Layout("oscillators"))


def _circles(modulus: int, dials: Sequence[int]) -> Tensor:
    """float64 [q, 2k]: cosines of every dial, then their sines."""
    waves = [cosine_sine(k * torch.arange(modulus), modulus) for k in dials]
    return torch.stack([cosine for cosine, _ in waves] + [sine for _, sine in waves], dim=1)
