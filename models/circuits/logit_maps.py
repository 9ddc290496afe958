"""Maps of the logits over the grid of pairs: by how much the right class leads, and their 2-D spectrum."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logit_grid import LogitGrid
from models.circuits.transforms.fourier import fourier_basis
from models.runtime.interruption import may_be_interrupted

NUMBERS_AT_ONCE = 2**23


@dataclass(frozen=True, eq=False)
class LogitMaps:
    """All pairs at a glance. Source of the spectrum: Nanda et al. 2023, arXiv 2301.05217."""

    modulus: int
    margins: Tensor  # float64 [p, p] by a and b: the right class's logit less the largest other, units of the logits
    spectrum: Tensor  # float64 [p, p] by rows of the Fourier basis along a and along b: power of the centred logits,
    # summed over the classes, the mean over inputs left out


def logit_maps(grid: LogitGrid) -> LogitMaps:
    """Over all pairs: the logit of the right class, and the margin by which it leads.

    Args:
        grid: the logits of all pairs.

    >>> from models import LogitGrid, zoo
    >>> maps = logit_maps(LogitGrid(zoo.load("mlp-113")))
    """
    p = grid.modulus
    basis, margins, spectrum = fourier_basis(p), [], torch.zeros(p, p, dtype=torch.float64)
    for part in grid.parts():
        right = part.centred.gather(2, part.sums[..., None])
        runner_up = part.centred.scatter(2, part.sums[..., None], -torch.inf).amax(2)
        margins.append(right[..., 0] - runner_up)
    for classes in torch.arange(p).split(max(1, NUMBERS_AT_ONCE // p**2)):
        may_be_interrupted()
        logits = torch.cat([part.centred[..., classes] for part in grid.parts()]).permute(2, 0, 1)
        spectrum += (basis @ logits @ basis.T).square().sum(0)
    spectrum[0, 0] = 0
    return LogitMaps(p, torch.cat(margins), spectrum)
