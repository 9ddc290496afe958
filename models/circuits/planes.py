"""A frequency's plane in a table: the two directions in which the numbers stand on a circle."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import require_frequencies
from models.groups import Cyclic
from models.groups.characters import cosine_sine

FINE_STEPS = 8  # points of the smooth wave per number


@dataclass(frozen=True, eq=False)
class FrequencyPlane:
    """The tokens of a table seen in the plane of one frequency; units of the table.

    `points` are all rows of the table projected on two orthonormal directions, the first along the cosine part.
    `wave` is the pure sinusoid of this frequency through the first coordinate, at the finer `numbers`.
    """

    frequency: int
    points: Tensor  # float64 [p, 2], mean taken off
    numbers: Tensor  # float64 [p · FINE_STEPS]
    wave: Tensor  # float64 [p · FINE_STEPS]
    share_of_first: float  # of the first coordinate's variance that the sinusoid explains

    @property
    def order(self) -> Tensor:
        """[p] the numbers in the order in which the dial of this frequency visits them: 0, 1/k, 2/k … (mod p)."""
        group = Cyclic(len(self.points))
        return torch.argsort(group.multiple(self.frequency, group.elements()), stable=True)


def frequency_plane(table: Tensor, frequency: int) -> FrequencyPlane:
    """The plane spanned by the cosine and the sine component of a table at one frequency.

    Args:
        table: [p, columns], an operand table or the transposed unembedding.
        frequency: k, from 1 to ⌊p/2⌋.

    Returns:
        Where each number lies in the plane, and on a finer grid where its wave passes.

    Raises:
        RecipeError: the table has no such frequency.

    >>> from models import zoo
    >>> plane = frequency_plane(zoo.load("mlp-113").table_a, 5)
    >>> plane.frequency
    5
    """
    require_frequencies(len(table), (frequency,))
    centred = table.detach().double() - table.detach().double().mean(0)
    p, group = len(centred), Cyclic(len(centred))
    cosine, sine = group.character(frequency, group.elements())
    points = centred @ plane_directions(table, frequency)
    numbers = torch.arange(p * FINE_STEPS, dtype=torch.float64) / FINE_STEPS
    fine_cosine, fine_sine = cosine_sine(frequency * numbers, p)
    scale = (1 if 2 * frequency == p else 2) / p
    a, b = scale * (cosine @ points[:, 0]), scale * (sine @ points[:, 0])
    explained = (a * cosine + b * sine).square().sum() / points[:, 0].square().sum().clamp_min(1e-300)
    return FrequencyPlane(frequency, points, numbers, a * fine_cosine + b * fine_sine, float(explained))


def plane_directions(table: Tensor, frequency: int) -> Tensor:
    """float64 [columns, 2]: two orthonormal directions of that plane, the first along the cosine component."""
    centred = table.detach().double() - table.detach().double().mean(0)
    group = Cyclic(len(centred))
    cosine, sine = group.character(frequency, group.elements())
    along_cosine, along_sine = cosine @ centred, sine @ centred
    first = _unit(along_cosine)
    second = _unit(along_sine - (along_sine @ first) * first)
    return torch.stack([first, second], dim=1)


def _unit(direction: Tensor) -> Tensor:
    length = direction.norm()
    return direction / length if float(length) > 0 else direction
