"""The body of a network of oscillators: two drives pull each phase for a while, and harmonics of it are read off.

Sources: Kuramoto 1975 (pairwise coupling); Miyato et al. 2025, arXiv 2410.13821 (oscillators as neurons, AKOrN). With
ψ the phases, A and B the operands' drives (complex), ω natural frequencies, J couplings with lags, K₂ and K₃ strengths:

    ψ ← ψ + dt·(ω + Im(z·e^{−iψ})),   z = K₂·(A + B) + K₃·A·B + J·e^{iψ},   T times,   r = cos hψ, sin hψ

Pairwise coupling (K₂) draws a phase to half the sum of the drives' angles or opposite it: its second harmonic adds, and
where the drives are opposite nothing is left to draw it (the pizza algorithm). Three-body coupling (K₃) draws it to the
sum itself (the clock).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import torch
from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.base import CouplingKind, PlainBody
from models.bodies.enclosure import Enclosure

Enclosed = TypeVar("Enclosed", bound=Enclosure)
COUPLING = ("coupling.real", "coupling.imaginary")
PRODUCTS_A_WAVE = 60  # that a cosine or a sine takes the time of, as measured
A_STEP = 10  # other products, and numbers held, for each oscillator and step
ABOUT_NEURONS = (
    "harmonics of its oscillators are shown in the place of neurons: each receives the real or imaginary part of a "
    "drive, and answers the cosine or sine of the phase that follows it"
)


@dataclass(frozen=True, eq=False)
class OscillatorBody(PlainBody):
    """r(a, b) = harmonics of N phases after T Euler steps; operand tables [p, 2N] hold drives, x before y of x + iy.

    r has for every harmonic h the N cosines of hψ and then the N sines: m = 2·N·(number of harmonics).
    """

    frequency: Tensor | None  # [N] ω, radians a unit of time; None: all alike, and none turns by itself
    phase: Tensor  # [N] ψ before the first step, radians
    pairwise: Tensor | None  # [1] K₂; None: no such coupling
    three_body: Tensor | None  # [1] K₃
    coupling: tuple[Tensor, Tensor] | None  # [N, N] each: real and imaginary part of J, row i what i hears
    harmonics: tuple[int, ...]  # that are read, in order
    step: float  # dt, units of time
    steps: int  # T

    @property
    def oscillators(self) -> "OscillatorBody":
        """Itself."""
        return self

    @property
    def count(self) -> int:
        """N."""
        return len(self.phase)

    @property
    def kind(self) -> CouplingKind:
        """How the operands' drives reach a phase."""
        if self.pairwise is not None and self.three_body is not None:
            return "both"
        return "three-body" if self.pairwise is None else "pairwise"

    @property
    def activation(self) -> Activation:
        """None that is known by a name: a phase is read by its cosine and sine. Asked only with a reader of rows."""
        return "relu"

    @property
    def width(self) -> int:
        """m, a cosine and a sine of every harmonic of every oscillator."""
        return 2 * self.count * len(self.harmonics)

    @property
    def description(self) -> dict[str, str]:
        """How long it runs, in which steps, how its drives act, and what is read."""
        told = {
            "oscillators": str(self.count),
            "coupling": self.kind,
            "steps": f"{self.steps} of {self.step:g}",
            "harmonics": " ".join(map(str, self.harmonics)),
        }
        return told | ({"between oscillators": "each with each"} if self.coupling else {})

    @property
    def hyperparameters(self) -> Mapping[str, Activation]:
        """None: a file of oscillators says all of it."""
        return {}

    @property
    def adds_rows(self) -> bool:
        """Where coupling is pairwise alone: both drives are added before anything else."""
        return self.three_body is None

    @property
    def rows_share_a_space(self) -> bool:
        """Both are drives of the same oscillators."""
        return True

    @property
    def columns_a_neuron(self) -> int:
        """Two: x and y of the drive of one oscillator."""
        return 2

    @property
    def own_parameters(self) -> int:
        """Natural frequencies and couplings, and first phases where both kinds of drives act.

        Else first phases can be turned into drives and readout, and strengths multiplied into drives.
        """
        own = {"frequency", *COUPLING} | ({"phase"} if self.kind == "both" else set())
        return sum(tensor.numel() for name, tensor in self.tensors().items() if name in own)

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass, and what its cosines and sines take in their place."""
        between = 4 * self.count**2 if self.coupling else 0
        waves = 2 * PRODUCTS_A_WAVE * self.count * (self.steps + len(self.harmonics))
        return waves + self.steps * (A_STEP * self.count + between)

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time."""
        return A_STEP * self.count + 2 * self.width

    @property
    def neuron_weights(self) -> int:
        """What a gradient passes: every oscillator at every step."""
        return self.products_a_pair

    @property
    def neuron_readout(self) -> None:
        """The unembedding reads the harmonics themselves."""
        return

    @property
    def about_neurons(self) -> str:
        """What stands in their place."""
        return ABOUT_NEURONS

    @property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """What it has of its own, apart; where that is one thing, shuffling the whole says it."""
        if self.frequency is None or not self.coupling:
            return {}
        return {"natural frequencies": ("frequency",), "couplings": COUPLING}

    def tensors(self) -> dict[str, Tensor]:
        """Every weight by name."""
        all_but_couplings = {
            "frequency": self.frequency,
            "phase": self.phase,
            "strength.pairwise": self.pairwise,
            "strength.three_body": self.three_body,
        }
        named = {name: tensor for name, tensor in all_but_couplings.items() if tensor is not None}
        parts = zip(COUPLING, self.coupling, strict=True) if self.coupling else ()
        return named | dict(parts)

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "OscillatorBody":
        """The same body with every weight changed alike."""
        return replace(
            self,
            frequency=None if self.frequency is None else change(self.frequency),
            phase=change(self.phase),
            pairwise=None if self.pairwise is None else change(self.pairwise),
            three_body=None if self.three_body is None else change(self.three_body),
            coupling=self.coupling and (change(self.coupling[0]), change(self.coupling[1])),
        )

    def timed(self, steps: int, step: float) -> "OscillatorBody":
        """The same oscillators run for so many steps of so many units of time, backwards where it is negative."""
        return replace(self, steps=steps, step=step)

    def pulled(self, factor: float) -> "OscillatorBody":
        """The same oscillators with every drive and coupling so many times as strong."""
        return replace(
            self,
            pairwise=None if self.pairwise is None else factor * self.pairwise,
            three_body=None if self.three_body is None else factor * self.three_body,
            coupling=self.coupling and (factor * self.coupling[0], factor * self.coupling[1]),
        )

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, m] for operand numbers a, b [n] and operand tables [q, 2N]; differentiable."""
        return self.readout_of_rows(table_a[a], table_b[b])

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, m] for the operands' own rows [n, 2N]; differentiable."""
        return self.read(self.last_phases(rows_a, rows_b))

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """Parts of the drives, and r, each [n, m], for pairs a, b [n]: x with each cosine and y with each sine."""
        rows = table_a[a], table_b[b]
        drive = torch.cat(self.drives(*rows), dim=1)
        return drive.repeat(1, len(self.harmonics)), self.read(self.last_phases(*rows))

    def read(self, phases: Tensor) -> Tensor:
        """r [n, m] of phases [n, N]."""
        return torch.cat([wave(h * phases) for h in self.harmonics for wave in (torch.cos, torch.sin)], dim=1)

    def last_phases(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """ψ [n, N] after the last step, radians, for the operands' own rows [n, 2N]."""
        *_, last = self.running(rows_a, rows_b)
        return last

    def running(self, rows_a: Tensor, rows_b: Tensor) -> Iterator[Tensor]:
        """ψ [n, N] before the first step and after each, radians, for the operands' own rows [n, 2N]."""
        drive = self.drives(rows_a, rows_b)
        phases = self.phase.expand(len(rows_a), -1)
        yield phases
        for _ in range(self.steps):
            phases = phases + self.step * self.velocities(phases, drive)
            yield phases

    def velocities(self, phases: Tensor, drive: tuple[Tensor, Tensor]) -> Tensor:
        """dψ/dt [n, N], radians a unit of time, of phases [n, N] under drives x and y, each [n, N]."""
        (x, y), cosine, sine = drive, phases.cos(), phases.sin()
        if self.coupling:
            real, imaginary = self.coupling
            x = x + cosine @ real.T - sine @ imaginary.T
            y = y + sine @ real.T + cosine @ imaginary.T
        pulled = y * cosine - x * sine
        return pulled if self.frequency is None else self.frequency + pulled

    def drives(self, rows_a: Tensor, rows_b: Tensor) -> tuple[Tensor, Tensor]:
        """x and y of K₂·(A + B) + K₃·A·B, each [n, N], for the operands' own rows [n, 2N]."""
        (ax, ay), (bx, by) = rows_a.chunk(2, dim=1), rows_b.chunk(2, dim=1)
        x = y = torch.zeros((), dtype=rows_a.dtype)
        if self.pairwise is not None:
            x, y = self.pairwise * (ax + bx), self.pairwise * (ay + by)
        if self.three_body is not None:
            x, y = x + self.three_body * (ax * bx - ay * by), y + self.three_body * (ax * by + ay * bx)
        return x, y

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, m] in an arithmetic that encloses its errors: the same steps as `running` takes."""
        x, y = self._enclosed_drives(table_a.at(a), table_b.at(b))
        phases = table_a.like(self.phase[None]).at(torch.zeros_like(a))
        for _ in range(self.steps):
            cosine, sine = phases.cosine(), phases.sine()
            pulled = y.product(cosine) + x.product(sine).times_each(self._all(-1.0))
            if self.coupling:
                heard = cosine.beside(sine).times(self._hearing)
                into_x, into_y = (heard.columns(start, start + self.count) for start in (0, self.count))
                pulled = pulled + into_y.product(cosine) + into_x.product(sine).times_each(self._all(-1.0))
            turned = pulled if self.frequency is None else pulled.plus(self.frequency)
            phases = phases + turned.times_each(self._all(self.step))
        read = [
            wave
            for turned in (phases.times_each(self._all(float(h))) for h in self.harmonics)
            for wave in (turned.cosine(), turned.sine())
        ]
        whole = read[0]
        for wave in read[1:]:
            whole = whole.beside(wave)
        return whole

    def _enclosed_drives(self, rows_a: Enclosed, rows_b: Enclosed) -> tuple[Enclosed, Enclosed]:
        """As `drives`."""
        n = self.count
        (ax, ay), (bx, by) = ((rows.columns(0, n), rows.columns(n, 2 * n)) for rows in (rows_a, rows_b))
        found: list[tuple[Enclosed, Enclosed]] = []
        if self.pairwise is not None:
            by_strength = self.pairwise.expand(n)
            found.append(((ax + bx).times_each(by_strength), (ay + by).times_each(by_strength)))
        if self.three_body is not None:
            by_strength = self.three_body.expand(n)
            across = ax.product(bx) + ay.product(by).times_each(self._all(-1.0))
            along = ax.product(by) + ay.product(bx)
            found.append((across.times_each(by_strength), along.times_each(by_strength)))
        (x, y), *more = found
        for also_x, also_y in more:
            x, y = x + also_x, y + also_y
        return x, y

    def _all(self, number: float) -> Tensor:
        return torch.full((self.count,), number, dtype=torch.float64)

    @cached_property
    def _hearing(self) -> Tensor:
        """[2N, 2N]: from cosines and sines of all phases to x and y of what each oscillator hears of the others."""
        assert self.coupling
        real, imaginary = (part.T for part in self.coupling)
        return torch.cat([torch.cat([real, imaginary], dim=1), torch.cat([-imaginary, real], dim=1)])
