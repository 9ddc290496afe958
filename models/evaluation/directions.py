"""A readout of few waves as few directions: what a pair is told apart by, and how each class lies along them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import half_spectrum
from models.groups import Cyclic

DROPPED = 2.0**-24  # of the largest component's size: what a readout written in float32 holds by rounding alone
CLASSES_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class ReadoutSpectrum:
    """A readout [d, q] of few frequencies f: logits(c) ≈ Σ_f r·cosine[:, f]·cos(2πfc/q) + r·sine[:, f]·sin(2πfc/q)."""

    frequencies: Tensor  # int64 [f]
    directions: Tensor  # float64 [d, 2f]: the cosine parts, then the sine parts


@dataclass(frozen=True, eq=False)
class ReadoutDirections:
    """A readout [d, q], but for a number of each row, as directions · classes, and what that leaves out; float64."""

    directions: Tensor  # [d, r]
    classes: Tensor  # [r, q]
    left_out: Tensor  # [d]: no entry of the rest is larger

    @property
    def is_whole(self) -> bool:
        """The readout's own rows are its directions: nothing is left out but by rounding."""
        return self.directions.shape[0] == self.directions.shape[1]


def readout_spectrum(readout: Tensor) -> ReadoutSpectrum | None:
    """The Fourier components of a readout over its classes; None where they are as many as its rows or classes.

    A re-cut readout has dials · harmonics of them. Components too small for float32 are dropped.
    """
    d, q = readout.shape
    components = half_spectrum(readout, dim=1)
    components[:, 0] = 0  # the mean over the classes
    sizes = torch.linalg.vector_norm(components, dim=0)
    sounding = (sizes > DROPPED * sizes.max()).nonzero()[:, 0]
    if 2 * len(sounding) >= min(d, q):
        return None
    weights = torch.where(2 * sounding == q, 1.0, 2.0).double() / q
    chosen = components[:, sounding].conj() * weights
    return ReadoutSpectrum(sounding, torch.cat([chosen.real, chosen.imag], dim=1))


def readout_directions(readout: Tensor) -> ReadoutDirections | None:
    """The readout by its waves; None where they are too many to be worth it."""
    waves = readout_spectrum(readout)
    if waves is None:
        return None
    group = Cyclic(readout.shape[1])
    classes = torch.cat(group.character(waves.frequencies[:, None], group.elements()))
    return _compared(readout, waves.directions, classes)


def whole_readout(readout: Tensor) -> ReadoutDirections:
    """The readout as it is: each of its rows is a direction."""
    centred = readout.double() - readout.double().mean(1, keepdim=True)
    return _compared(readout, torch.eye(len(readout), dtype=torch.float64), centred)


def _compared(readout: Tensor, directions: Tensor, classes: Tensor) -> ReadoutDirections:
    """With the largest entry of readout − mean − directions · classes in each row, and what rounding may hide of it."""
    mean = readout.double().mean(1, keepdim=True)
    largest = torch.zeros(len(readout), dtype=torch.float64)
    for some, of_them in zip(readout.split(CLASSES_AT_ONCE, 1), classes.split(CLASSES_AT_ONCE, 1), strict=True):
        rest = some.double() - mean - directions @ of_them
        largest = torch.maximum(largest, rest.abs().amax(1))
    sizes = readout.double().abs().amax(1) + mean[:, 0].abs() + directions.abs() @ classes.abs().amax(1)
    return ReadoutDirections(directions, classes, largest + (classes.shape[0] + 4) * 2.0**-53 * sizes)
