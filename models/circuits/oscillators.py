"""How oscillators lock: order parameters of their communities, energy, and who is coupled with whom.

Sources: Kuramoto 1975 (order parameter, locking); Miyato et al. 2025, arXiv 2410.13821 (energy).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.bodies.base import OscillatingBody
from models.circuits.transforms.fourier import complex_spectrum
from models.groups.characters import FULL_TURN
from models.network import Network

LOCKED = 0.95  # of the order that is reached in the end
CANCELLED = 0.01  # of the strongest pull
HERMITIAN = 1e-6  # relative: what two couplings may differ by and count as one


@dataclass(frozen=True, eq=False)
class Communities:
    """Oscillators by the frequency that their drives turn at; a community shares one, whichever way it turns."""

    modulus: int
    frequencies: Tensor  # int64 [N], signed: −k where the drive of n turns backwards
    phases: Tensor  # float64 [N], radians: of both drives together at n = 0
    share: Tensor  # float64 [N], of a drive's power that is at its own frequency
    strengths: Tensor  # float64 [N], the root of that power: mean size of a drive

    @property
    def members(self) -> Mapping[int, list[int]]:
        """Oscillators by frequency, both without sign."""
        found: dict[int, list[int]] = {}
        for number, k in enumerate(self.frequencies.abs().tolist()):
            found.setdefault(k, []).append(number)
        return dict(sorted(found.items()))


@dataclass(frozen=True, eq=False)
class Locking:
    """Means over pairs, before the first step and after each: [T + 1] float64.

    An order parameter is |mean of e^{i(hψ − what it is driven to)}| over a community, or over all oscillators: 1 where
    each stands at its own angle of a + b, near 0 where they stand anywhere. h is 2 for pairwise coupling, else 1.
    """

    times: Tensor  # units of time
    communities: Mapping[int, Tensor]  # by frequency
    whole: Tensor
    energy: Tensor | None  # of `energy_of`; None where couplings are not symmetric

    @property
    def locked_at(self) -> float:
        """Units of time: the first after which the whole stays within LOCKED of its order at the end."""
        below = (self.whole < LOCKED * self.whole[-1]).nonzero()
        return float(self.times[int(below[-1]) + 1 if len(below) else 0])


def _oscillators(network: Network) -> OscillatingBody:
    """Raises TypeError where nothing oscillates."""
    if network.body.oscillators is None:
        raise TypeError("this network has no oscillators; ask `network.body.oscillators` first")
    return network.body.oscillators


def communities(network: Network) -> Communities:
    """The frequency of every oscillator, from its drives alone.

    >>> from models import zoo
    >>> found = communities(zoo.load("kuramoto-113"))
    >>> len(found.frequencies), sum(map(len, found.members.values()))
    (64, 64)
    """
    _oscillators(network)
    waves = [complex_spectrum(torch.complex(*t.detach().double().chunk(2, dim=1)), 0) for t in _tables(network)]
    p = network.modulus
    power = sum((wave.abs().square() for wave in waves), torch.zeros(waves[0].shape, dtype=torch.float64))
    power[0] = 0
    own = power.argmax(0)
    phase_a, phase_b = (wave.gather(0, own[None])[0].angle() for wave in (waves[0], waves[-1]))
    at_own = power.gather(0, own[None])[0]
    return Communities(
        modulus=p,
        frequencies=torch.where(2 * own > p, own - p, own),
        phases=phase_a + phase_b,
        share=at_own / power.sum(0).clamp_min(torch.finfo(torch.float64).tiny),
        strengths=(at_own / len(waves)).sqrt() / p,
    )


def _tables(network: Network) -> list[Tensor]:
    return [network.table_a] if network.tables_shared else [network.table_a, network.table_b]


@torch.no_grad()
def locking(network: Network, a: Tensor, b: Tensor, known: Communities | None = None) -> Locking:
    """Order parameters and energy along the way, means over pairs a, b [n].

    Args:
        network: of oscillators, with modulus p.
        a: int64 [n].
        b: int64 [n].
        known: its communities; those of the trained network for one that was operated on.

    Raises:
        TypeError: nothing oscillates.

    >>> from models import zoo
    >>> network = zoo.load("kuramoto-113")
    >>> found = locking(network, torch.tensor([3, 50]), torch.tensor([7, 100]))
    >>> found.times.tolist(), bool(found.whole[-1] > found.whole[0])
    ([0.0, 16.0, 32.0, 48.0, 64.0], True)
    """
    exact, found = network.cast(torch.float64), known or communities(network)
    body, rows = _oscillators(exact), (exact.table_a[a], exact.table_b[b])
    way, drive = list(body.running(*rows)), body.drives(*rows)
    turns = network.task.answers(a, b).double()[:, None] * found.frequencies
    aims = FULL_TURN * turns / found.modulus + found.phases
    harmonic = harmonic_of(body)
    gaps = [harmonic * phases - aims for phases in way]
    energies = [energy_of(body, phases, drive) for phases in way]
    return Locking(
        times=torch.arange(len(way), dtype=torch.float64) * body.step,
        communities={k: _order(gaps, members) for k, members in found.members.items()},
        whole=_order(gaps, slice(None)),
        energy=torch.stack([each.mean() for each in energies if each is not None]) if is_symmetric(body) else None,
    )


def _order(gaps: list[Tensor], members: list[int] | slice) -> Tensor:
    """[T + 1]: |mean of e^{i·gap}| over some oscillators, mean over pairs."""
    waves = [torch.polar(torch.ones_like(gap[:, members]), gap[:, members]) for gap in gaps]
    return torch.stack([wave.mean(1).abs().mean() for wave in waves])


def energy_of(body: OscillatingBody, phases: Tensor, drive: tuple[Tensor, Tensor]) -> Tensor | None:
    """[n] −Σ(ω·ψ + Re z·e^{−iψ}) − ½·Σ Re J·e^{i(ψ_j − ψ_i)} of phases [n, N]: −dE/dψ is their velocity.

    So along the flow it falls; an Euler step that is long may overshoot. None where J is not its own conjugate
    transpose: then no energy has that gradient.
    """
    if not is_symmetric(body):
        return None
    (x, y), cosine, sine = drive, phases.cos(), phases.sin()
    found = -(x * cosine + y * sine).sum(1)
    if body.frequency is not None:
        found = found - (body.frequency * phases).sum(1)
    if body.coupling:
        real, imaginary = body.coupling
        heard_x = cosine @ real.T - sine @ imaginary.T
        heard_y = sine @ real.T + cosine @ imaginary.T
        found = found - (heard_x * cosine + heard_y * sine).sum(1) / 2
    return found


def is_symmetric(body: OscillatingBody) -> bool:
    """Whether what i hears of j is what j hears of i, lag reversed."""
    if body.coupling is None:
        return True
    real, imaginary = body.coupling
    size = HERMITIAN * float(torch.stack([real, imaginary]).abs().max())
    return bool(torch.allclose(real, real.T, 0, size) and torch.allclose(imaginary, -imaginary.T, 0, size))


def coupling_between(network: Network) -> tuple[list[int], Tensor] | None:
    """Frequencies in order, and [k, k] the mean |J| with which a community (row) hears another; None without J."""
    body, found = _oscillators(network), communities(network)
    if body.coupling is None:
        return None
    strength = torch.complex(*(part.detach().double() for part in body.coupling)).abs()
    groups = list(found.members.values())
    means = [torch.stack([strength[rows][:, columns].mean() for columns in groups]) for rows in groups]
    return list(found.members), torch.stack(means)


@dataclass(frozen=True, eq=False)
class PairRun:
    """One pair on its way: every oscillator before the first step and after each.

    Angles are without what each oscillator's own drive begins at, and of those that turn backwards mirrored, so that
    all of one community are driven to the same place: the sum 2πk(a + b)/q, or half of it or opposite (`harmonic` 2).
    """

    a: int
    b: int
    found: Communities
    harmonic: int  # of which the angles are read
    angles: Tensor  # float64 [T + 1, N], radians
    pulls: Tensor  # float64 [N], |z|: how strongly both drives together pull, radians a unit of time
    locking: Locking
    answers: list[int]  # the class with the largest logit, were it read after so many steps

    @property
    def turns(self) -> Tensor:
        """The angles in turns."""
        return self.angles / FULL_TURN

    def strongest(self, most: int) -> list[int]:
        """Frequencies of the communities that drives pull most over all numbers, in ascending order."""
        members = self.found.members
        by_strength = sorted(members, key=lambda k: -float(self.found.strengths[members[k]].sum()))
        return sorted(by_strength[:most])

    def is_dead(self, frequency: int) -> bool:
        """The drives of this pair cancel for a whole community, beside what others are pulled by."""
        return bool(self.pulls[self.found.members[frequency]].max() <= CANCELLED * self.pulls.max())

    def places_of(self, frequency: int) -> "Places":
        """Where the drives of a community stand, and where they are to draw it."""
        q = self.found.modulus
        a, b = (frequency * number % q / q for number in (self.a, self.b))
        return Places(a, b, frequency * (self.a + self.b) % q / q)


@dataclass(frozen=True)
class Places:
    """Angles of a, of b and of their sum on the circle of one frequency, in turns from 0 to 1."""

    a: float
    b: float
    sum: float


@torch.no_grad()
def pair_run(network: Network, a: int, b: int) -> PairRun:
    """The oscillators of a network on one pair.

    >>> from models import zoo
    >>> run = pair_run(zoo.load("kuramoto-113"), 70, 80)
    >>> run.angles.shape, run.answers[-1]
    (torch.Size([5, 64]), 37)
    """
    exact, found = network.cast(torch.float64), communities(network)
    body, pair = _oscillators(exact), (torch.tensor([a]), torch.tensor([b]))
    rows = exact.table_a[pair[0]], exact.table_b[pair[1]]
    harmonic = harmonic_of(body)
    way = torch.cat(list(body.running(*rows)))
    read = [replace(exact, body=body.timed(steps, body.step)) for steps in range(body.steps + 1)]
    return PairRun(
        a=a,
        b=b,
        found=found,
        harmonic=harmonic,
        angles=found.frequencies.sign() * (way - found.phases / harmonic),
        pulls=torch.complex(*body.drives(*rows)).abs()[0],
        locking=locking(network, *pair, found),
        answers=[int(each.logits(*pair).argmax()) for each in read],
    )


def harmonic_of(body: OscillatingBody) -> int:
    """2 for pairwise coupling, which draws a phase to half a sum; else 1."""
    return 2 if body.kind == "pairwise" else 1
