"""Rows that the others do not foretell: a replaced or noisy token, a class of the unembedding.

Every coefficient of every column is divided by its own length. What is left are phases alone, on which a spectrum of
power is silent; a row that is out of place has all its frequencies in step at its own number, so that there the
whitened table is large: the finest scale of a scalogram in which all frequencies count alike.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import from_half_spectrum, half_spectrum
from models.wavelets.repair import foretold_row
from models.wavelets.surrogates import Standing, random_turns, standing

LEAST_RATIO = 1.6  # energy by the median row's, of a row that is told
LEAST_DEPARTURE = 0.35  # above the median row's


@dataclass(frozen=True)
class OddRow:
    """The row of a table with the most energy once the table is whitened.

    Attributes:
        number: n.
        ratio: its energy by the median row's.
        departure: how far it lies from what the others foretell (`Foretold.departure`); 0 where ratio is small, and
            nothing was foretold.
        standing: of the energy, among surrogates' largest; 0 where ratio or departure is small.
    """

    number: int
    ratio: float
    departure: float
    standing: Standing

    @property
    def is_clear(self) -> bool:
        """Large enough to be told, whatever the surrogates say."""
        return self.ratio >= LEAST_RATIO and self.departure >= LEAST_DEPARTURE


def odd_row(table: Tensor, chosen: tuple[int, ...], surrogates: int, seed: int) -> OddRow:
    """The row that stands out most, of a table [p, columns] with waves of the chosen frequencies."""
    whitened = _whitened(table)
    energy = row_energy(table)
    number, median = int(energy.argmax()), float(energy.median())
    ratio = float(energy[number]) / median if median > 0 else 1.0
    if ratio < LEAST_RATIO:
        return OddRow(number, ratio, 0.0, Standing(0.0, 1.0))
    departure = foretold_row(table, number, chosen).departure
    if departure < LEAST_DEPARTURE:
        return OddRow(number, ratio, departure, Standing(0.0, 1.0))
    return OddRow(number, ratio, departure, standing(float(energy[number]), _largest(whitened, surrogates, seed)))


def row_energy(table: Tensor) -> Tensor:
    """float64 [p]: squared length of each row of the whitened table, 1 in the mean.

    >>> from models import zoo
    >>> energy = row_energy(zoo.load("transformer-113").table_a)
    >>> bool(energy.max() < 3)
    True
    """
    rows = from_half_spectrum(_whitened(table), table.double())
    energy = rows.square().sum(1)
    return energy / energy.mean().clamp_min(torch.finfo(torch.float64).tiny)


def _whitened(table: Tensor) -> Tensor:
    """complex128 [k, columns]: coefficients divided by their length, those below the median's by the median's."""
    coefficients = half_spectrum(table)
    coefficients[0] = 0
    length = coefficients.abs()
    floor = torch.maximum(length[1:].median(), 1e-6 * length.max())  # float32's rounding is no wave
    return coefficients / length.clamp_min(float(floor.clamp_min(torch.finfo(torch.float64).tiny)))


def _largest(whitened: Tensor, count: int, seed: int) -> Tensor:
    """float64 [count]: the largest energy of a row in each surrogate."""
    p = 2 * len(whitened) - 1  # or one less; both have these coefficients
    if whitened.shape[1] > p:  # the rows' lengths are those of the rows' products, for which p columns are enough
        gram = torch.linalg.qr(torch.view_as_real(whitened).transpose(1, 2).flatten(0, 1).T).R.T
        whitened = torch.view_as_complex(gram.unflatten(0, (-1, 2)).transpose(1, 2).contiguous())
    turns = random_turns(count, len(whitened), seed)
    like = torch.empty(p, 0, dtype=torch.float64)
    found = []
    for turn in turns:
        energy = from_half_spectrum(whitened * turn[:, None], like).square().sum(1)
        found.append(energy.max() / energy.mean())
    return torch.stack(found)
