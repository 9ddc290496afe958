"""Rows written anew from the other rows, dials turned back: nothing is trained, and the body is not touched."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import from_half_spectrum, half_spectrum
from models.groups.characters import cosine_sine

LARGE = 0.35  # of the mean squared length of a row: other rows missed by that much are not foretold
ROUNDS = 8  # of weighing each wave by how much of it there is
FLOOR = 1e-6  # of a column's mean power


@dataclass(frozen=True, eq=False)
class Foretold:
    """A row as the other rows have it.

    Attributes:
        row: float64 [columns].
        departure: squared distance of the table's own row from it, by the mean squared length of a row, above the
            median of the same for other rows, which are foretold once this one is mended. About 2 for a row that was
            replaced by another.
    """

    row: Tensor
    departure: float


def foretold_row(table: Tensor, number: int, chosen: tuple[int, ...]) -> Foretold:
    """What the other rows of a table [p, columns] say that one row is, and how far from it that row lies.

    By least squares on the waves of the chosen frequencies; where these do not foretell other rows, as in one-hot
    networks, whose columns have waves of their own, on all of a column's waves, each weighed by how much there is.

    Args:
        table: with a row that is not to be trusted.
        number: of that row.
        chosen: key frequencies.
    """
    exact = table.detach().double()
    trusted = torch.cat([exact[:number], exact[number + 1 :]])
    scale = float((trusted - trusted.mean(0)).square().sum(1).mean())
    row = _by_key_waves(exact, chosen)[number]
    others = _by_key_waves(_filled(exact, number, row), chosen) - exact
    beside = float(others.square().sum(1).median())
    if beside > LARGE * scale:
        own = _by_own_waves(exact, number)
        mended = _filled(exact, number, own)
        places = [(number + len(exact) * part // 4) % len(exact) for part in (1, 2, 3)]
        of_own = sorted(float((_by_own_waves(mended, each) - exact[each]).square().sum()) for each in places)[1]
        row, beside = (own, of_own) if of_own < beside else (row, beside)
    return Foretold(row, (float((row - exact[number]).square().sum()) - beside) / scale)


def _filled(table: Tensor, number: int, row: Tensor) -> Tensor:
    filled = table.clone()
    filled[number] = row
    return filled


def _by_key_waves(table: Tensor, chosen: tuple[int, ...]) -> Tensor:
    """float64 [p, columns]: each row by least squares of all others on a constant, cosines and sines.

    With the hat matrix H of all rows that is x − (x − Hx)/(1 − H_nn); where as many waves as rows leave nothing to fit,
    the mean of the others.
    """
    waves = _waves(len(table), chosen)
    basis = torch.linalg.qr(waves).Q
    leverage = basis.square().sum(1, keepdim=True)
    if float(leverage.max()) > 1 - 1e-6:
        return table - (table - table.mean(0)) * (len(table) / (len(table) - 1))
    found: Tensor = table - (table - basis @ (basis.T @ table)) / (1 - leverage)
    return found


def _waves(p: int, chosen: tuple[int, ...]) -> Tensor:
    """float64 [p, w]: a constant, then cosine and sine of each frequency."""
    numbers = torch.arange(p)
    parts = [each for k in chosen for each in cosine_sine(k * numbers, p)]
    return torch.stack([torch.ones(p, dtype=torch.float64), *parts], dim=1)


def _by_own_waves(table: Tensor, number: int) -> Tensor:
    """The value with which each column needs the fewest waves: least squares, weighed by its own power, repeated.

    Source: Gorodnitsky and Rao 1997, doi 10.1109/78.558475 (FOCUSS).
    """
    mean = (table.sum(0) - table[number]) / (len(table) - 1)
    rows = table - mean
    rows[number] = 0
    floor = FLOOR * half_spectrum(rows).abs().square().mean(0) + torch.finfo(torch.float64).tiny
    for _ in range(ROUNDS):
        coefficients = half_spectrum(rows)
        power = coefficients.abs().square() + floor
        power[0] = power.max(0).values  # a constant is as welcome as the strongest wave
        against = from_half_spectrum(coefficients / power, rows)[number]
        own = from_half_spectrum((1 / power).to(coefficients.dtype), rows)[0]
        rows[number] -= against / own
    return rows[number] + mean
