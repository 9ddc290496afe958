"""Networks of oscillators with known answers, small ones at random, and a textbook forward pass in complex numbers."""

import cmath
from dataclasses import dataclass

import torch
from hypothesis import strategies as st

from models.bodies.oscillators import OscillatorBody
from models.network import Layout, Network
from models.task import Addition


@dataclass(frozen=True)
class OscillatorShape:
    """What a random network of oscillators has."""

    modulus: int = 7
    count: int = 3
    kind: str = "pairwise"
    coupled: bool = False
    shared: bool = True
    harmonics: tuple[int, ...] = (1, 2)
    steps: int = 3
    step: float = 0.5
    alike: bool = False


oscillator_shapes = st.builds(
    OscillatorShape,
    modulus=st.integers(2, 6),
    count=st.integers(1, 3),
    kind=st.sampled_from(["pairwise", "three-body", "both"]),
    coupled=st.booleans(),
    shared=st.booleans(),
    harmonics=st.sampled_from([(1,), (2,), (1, 2)]),
    steps=st.integers(1, 4),
    step=st.sampled_from([0.5, 0.7, 1.25]),
    alike=st.booleans(),
)


def random_oscillators(shape: OscillatorShape = OscillatorShape(), seed: int = 0) -> Network:
    """Every weight at random, in float32; nothing of it is symmetric."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*size: int) -> torch.Tensor:
        return torch.randn(*size, generator=generator)

    n, p = shape.count, shape.modulus
    body = OscillatorBody(
        frequency=None if shape.alike else normal(n) / 4,
        phase=3 * normal(n),
        pairwise=None if shape.kind == "three-body" else 1 + normal(1) / 4,
        three_body=None if shape.kind == "pairwise" else 1 + normal(1) / 4,
        coupling=(normal(n, n), normal(n, n)) if shape.coupled else None,
        harmonics=shape.harmonics,
        step=shape.step,
        steps=shape.steps,
    )
    table = normal(p, 2 * n)
    table_b = table if shape.shared else normal(p, 2 * n)
    return Network(Addition(p), table, table_b, body, normal(body.width, p), None, Layout("oscillators"))


def textbook_logits(network: Network, a: int, b: int) -> list[float]:
    """Logits of one pair, an oscillator at a time, in Python's complex numbers."""
    body, n = network.body, network.body.count
    drives = [
        [complex(table[number, i].item(), table[number, n + i].item()) for i in range(n)]
        for table, number in ((network.table_a, a), (network.table_b, b))
    ]
    phases = body.phase.tolist()
    for _ in range(body.steps):
        waves = [cmath.exp(1j * phase) for phase in phases]
        turned = []
        for i in range(n):
            one, other = drives[0][i], drives[1][i]
            z = 0j
            z += body.pairwise.item() * (one + other) if body.pairwise is not None else 0
            z += body.three_body.item() * one * other if body.three_body is not None else 0
            if body.coupling:
                real, imaginary = body.coupling
                z += sum(complex(real[i, j].item(), imaginary[i, j].item()) * waves[j] for j in range(n))
            pull = (z * waves[i].conjugate()).imag
            turned.append(phases[i] + body.step * (body.frequency[i].item() + pull))
        phases = turned
    read = [
        part
        for h in body.harmonics
        for part in [cmath.exp(1j * h * phase).real for phase in phases]
        + [cmath.exp(1j * h * phase).imag for phase in phases]
    ]
    return [sum(r * u for r, u in zip(read, column, strict=True)) for column in network.unembedding.T.tolist()]
