"""Dials that do not run evenly in one table: a wave that does not close (a seam), or whose frequency glides (a chirp).

Each dial's plane is read off the table and turned back by its frequency, so that an even dial stands still at 1.
Against that stand paths that leave it: e^(2πi·ε·t), which is ε turns short or long after one round, and
e^(2πi·β·t(t−1)), whose frequency glides by 2β; t runs from 0 to 1 from any number on. What is measured is how much
better the best of them fits.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import complex_spectrum, from_spectrum, spectrum
from models.groups.characters import FULL_TURN, cosine_sine
from models.wavelets.surrogates import Standing, random_turns, standing

SEAMS = torch.tensor([sign * step / 20 for step in range(2, 21) for sign in (-1, 1)], dtype=torch.float64)
CHIRPS = torch.tensor([sign * step / 4 for step in range(1, 17) for sign in (-1, 1)], dtype=torch.float64)
FINE = torch.linspace(-1, 1, 41, dtype=torch.float64)  # of one step of the above
STEPS = {"seam": 0.05, "chirp": 0.25}
LEAST_EXPLAINED = 0.5  # of the dial's power
LEAST_GAIN = 0.02  # of the dial's power
STILL = 1e-9  # of a dial's power: less than that beside a wave is rounding


@dataclass(frozen=True)
class Break:
    """The path that fits one dial best.

    Attributes:
        frequency: k of the dial.
        kind: "seam" or "chirp".
        number: from which it runs; the seam lies before it.
        amount: ε in turns, or β.
        gain: share of the dial's power that it explains beyond what an even dial does.
        standing: of the fit, among surrogates; 0 where the gain is too small to be told, and not compared.
    """

    frequency: int
    kind: str
    number: int
    amount: float
    gain: float
    standing: Standing

    def path(self, p: int) -> Tensor:
        """complex128 [p]: by how much the dial leaves its even course at each number."""
        return _paths(p, self.kind, torch.tensor([self.amount]))[0].roll(self.number)


@dataclass(frozen=True, eq=False)
class Dials:
    """The dials of a table [p, columns]: their directions, and where each number stands on them.

    Attributes:
        frequencies: k of each.
        directions: float64 [2k, columns], of all cosines and then of all sines.
        turned: complex128 [k, p], each dial's position turned back by its frequency: 1 for an even dial.
    """

    frequencies: tuple[int, ...]
    directions: Tensor
    turned: Tensor


def dials_of(table: Tensor, chosen: tuple[int, ...]) -> Dials:
    """The dials of the chosen frequencies in a table [p, columns], by least squares.

    All together, so that none hears another; each by itself where there are so many that together they could say
    anything.
    """
    exact = table.detach().double()
    exact, p = exact - exact.mean(0), len(exact)
    waves = spectrum(exact)[list(chosen)] * 2 / p
    directions = torch.cat([waves.real, -waves.imag])
    if read_together(chosen, p):
        cosine, sine = (exact @ torch.linalg.pinv(directions, rtol=1e-3)).T.chunk(2)
    else:
        planes = torch.stack(directions.chunk(2), dim=1)  # [k, 2, columns]
        cosine, sine = (exact @ torch.linalg.pinv(planes, rtol=1e-3)).permute(2, 0, 1)
    return Dials(chosen, directions, torch.complex(cosine, sine) * _turns(p, chosen).conj())


def read_together(chosen: tuple[int, ...], p: int) -> bool:
    """Whether the dials are few enough that all are read off a table together."""
    return 4 * len(chosen) <= p


def turned_back(table: Tensor, found: Break, chosen: tuple[int, ...]) -> Tensor:
    """The table [p, columns] with one dial on its even course again, in its precision."""
    p, dials = len(table), dials_of(table, chosen)
    place = dials.frequencies.index(found.frequency)
    course = _turns(p, (found.frequency,))[0]
    position = dials.turned[place]
    moved = (position * found.path(p).conj() - position) * course
    along_cosine, along_sine = dials.directions[place], dials.directions[place + len(chosen)]
    change = moved.real[:, None] * along_cosine + moved.imag[:, None] * along_sine
    return (table.detach().double() + change).to(table.dtype)


def breaks_of(table: Tensor, chosen: tuple[int, ...], surrogates: int, seed: int) -> tuple[Break, ...]:
    """For each dial of a table the path that fits best, and how that compares with surrogates.

    Args:
        table: [p, columns].
        chosen: its dials; p/2 is no circle and is left out.
        surrogates: how many.
        seed: of their phases.
    """
    p = len(table)
    chosen = tuple(k for k in chosen if 2 * k != p)
    if not chosen:
        return ()
    dials = dials_of(table, chosen)
    banks = {"seam": SEAMS, "chirp": CHIRPS}
    bank = torch.cat([_paths(p, kind, amounts) for kind, amounts in banks.items()])
    labels = [(kind, float(amount)) for kind, amounts in banks.items() for amount in amounts]
    return tuple(
        _best(k, turned, bank, labels, surrogates, seed)
        for k, turned in zip(dials.frequencies, dials.turned, strict=True)
    )


def _best(k: int, turned: Tensor, bank: Tensor, labels: list[tuple[str, float]], surrogates: int, seed: int) -> Break:
    p = len(turned)
    power = _powers(turned[None], bank)[0]
    place = int(power.argmax())
    (kind, coarse), number = labels[place // p], place % p
    amounts = coarse + FINE * STEPS[kind]
    finer = _powers_at(turned, _paths(p, kind, amounts).roll(number, 1))
    amount = float(amounts[int(finer.argmax())])
    whole, even = float(turned.abs().square().sum()), float(turned.sum().abs().square()) / p
    gain = (float(finer.max()) - even) / max(whole, 1e-300)
    if not (gain >= least_gain(p) and float(finer.max()) >= LEAST_EXPLAINED * whole):
        return Break(k, kind, number, amount, gain, Standing(0.0, 1.0))
    own = _fit(torch.tensor([whole]), torch.tensor([even]), power.max()[None], p)
    turns = random_turns(surrogates, p, seed)
    others = from_spectrum(complex_spectrum(turned) * turns, dim=1)
    of_others = others.abs().square().sum(1), others.sum(1).abs().square() / p
    fits = _fit(*of_others, _powers(others, bank).flatten(1).max(1).values, p)
    return Break(k, kind, number, amount, gain, standing(float(own[0]), fits))


def _fit(whole: Tensor, even: Tensor, best: Tensor, p: int) -> Tensor:
    """How much less the best path leaves than an even dial does: p·log of the ratio, as a likelihood."""
    left = (whole - torch.maximum(best, even)).clamp_min(STILL * whole) + STILL * whole
    return p * torch.log((whole - even + STILL * whole) / left).clamp_min(0)


def _powers(series: Tensor, bank: Tensor) -> Tensor:
    """float64 [s, paths, p]: power of series [s, p] along each path [paths, p], from each number on."""
    found = from_spectrum(complex_spectrum(series)[:, None] * complex_spectrum(bank).conj(), dim=2)
    return found.abs().square() / series.shape[-1]


def _powers_at(series: Tensor, paths: Tensor) -> Tensor:
    return (paths.conj() @ series).abs().square() / len(series)


def _paths(p: int, kind: str, amounts: Tensor) -> Tensor:
    """complex128 [amounts, p]: the paths from number 0 on."""
    t = torch.arange(p, dtype=torch.float64) / p
    shape = t if kind == "seam" else t * (t - 1)
    return torch.exp(1j * FULL_TURN * amounts.double()[:, None] * shape)


def _turns(p: int, chosen: tuple[int, ...]) -> Tensor:
    """complex128 [k, p]: e^(2πikn/p)."""
    return torch.stack([torch.complex(*cosine_sine(k * torch.arange(p), p)) for k in chosen])


def least_gain(p: int) -> float:
    """The gain below which no path is told, whatever the surrogates would say."""
    return max(LEAST_GAIN, 2 / p)
