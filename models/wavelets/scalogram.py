"""Scalograms: how strong each frequency is at each number, of a table or of one wave."""

import cmath
from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import frequencies, require_frequencies
from models.circuits.transforms.wavelet import morlet_transform
from models.errors import RecipeError, shown
from models.groups.characters import FULL_TURN


@dataclass(frozen=True, eq=False)
class Scalogram:
    """Power of frequencies at numbers.

    Attributes:
        modulus: p.
        frequencies: [f] in turns round the p numbers.
        power: float64 [f, p], |W|² summed over the columns, squared units of the table: A² for A·cos of that frequency.
    """

    modulus: int
    frequencies: Tensor
    power: Tensor

    @property
    def relative(self) -> Tensor:
        """float64 [f, p]: power by its mean along the numbers; 1 everywhere for a wave that is the same everywhere."""
        return self.power / self.power.mean(1, keepdim=True).clamp_min(torch.finfo(torch.float64).tiny)


@dataclass(frozen=True, eq=False)
class Ridge:
    """One frequency followed along the numbers.

    Attributes:
        frequency: k.
        strength: float64 [p], |W| over the columns, units of the table.
        instantaneous: float64 [p], turns round p numbers at which the wave's phase advances from n − ½ to n + ½, all
            columns weighed by their power. k everywhere for a wave that closes.
    """

    frequency: int
    strength: Tensor
    instantaneous: Tensor


def scalogram(table: Tensor, chosen: Tensor | None = None) -> Scalogram:
    """The scalogram of a table's columns together, or of one column [p, 1].

    Args:
        table: [p, columns], an operand table or the transposed unembedding.
        chosen: [f] frequencies, whole or not; 1 … ⌊p/2⌋ where left out.

    Returns:
        Power [f, p] of each frequency at each number.

    Raises:
        RecipeError: a frequency that p numbers cannot have.

    >>> from models import zoo
    >>> scalogram(zoo.load("transformer-113").table_a).power.shape
    torch.Size([56, 113])
    """
    chosen = torch.tensor(frequencies(len(table)), dtype=torch.float64) if chosen is None else chosen.double()
    if not ((chosen > 0) & (chosen <= len(table) / 2)).all():
        raise RecipeError(
            f"Frequencies {shown(chosen.tolist())} of {len(table)} numbers; expected more than 0 and at most "
            f"{len(table) / 2:g}."
        )
    found = morlet_transform(table, chosen)
    return Scalogram(len(table), chosen, found.real.square().add_(found.imag.square()).sum(2))


def ridge(table: Tensor, frequency: int) -> Ridge:
    """Strength and instantaneous frequency along one whole frequency of a table [p, columns].

    >>> wave = torch.cos(FULL_TURN * 5 * torch.arange(113) / 113)[:, None]
    >>> round(float(ridge(wave, 5).instantaneous.max()), 3)
    5.0
    """
    require_frequencies(len(table), (frequency,))
    found = morlet_transform(table, torch.tensor([float(frequency)]))[0]
    ahead = (found.roll(-1, 0) * found.roll(1, 0).conj()).sum(1)  # two steps, so that it stands at n itself
    step = FULL_TURN * frequency / len(table)
    slip = torch.angle(ahead * cmath.exp(-2j * step))
    strength = found.abs().square().sum(1).sqrt()
    return Ridge(frequency, strength, frequency + slip / 2 * len(table) / FULL_TURN)
