"""A readout of few waves as few directions: what a pair is told apart by, and how each class lies along them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.basis import cosine_sine


@dataclass(frozen=True)
class ReadoutWaves:
    """A readout [d, q] of few frequencies f: logits(c) = Σ_f r·cosine[:, f]·cos(2πfc/q) + r·sine[:, f]·sin(2πfc/q)."""

    frequencies: Tensor  # int64 [f]
    directions: Tensor  # [d, 2f]: the cosine parts, then the sine parts


def readout_waves(readout: Tensor) -> ReadoutWaves | None:
    """The Fourier components of a readout over its classes; None where they are as many as its rows or classes.

    A re-cut readout has dials · harmonics of them; what is left out is below the rounding of its precision.
    """
    d, q = readout.shape
    components = torch.fft.rfft(readout.double())
    components[:, 0] = 0  # the mean over the classes
    sizes = torch.linalg.vector_norm(components, dim=0)
    sounding = (sizes > torch.finfo(readout.dtype).eps * sizes.max()).nonzero()[:, 0]
    if 2 * len(sounding) >= min(d, q):
        return None
    weights = torch.where(2 * sounding == q, 1.0, 2.0).double() / q
    chosen = components[:, sounding].conj() * weights
    return ReadoutWaves(sounding, torch.cat([chosen.real, chosen.imag], dim=1).to(readout.dtype))


def readout_directions(readout: Tensor) -> tuple[Tensor, Tensor]:
    """The readout [d, q], centred over the classes, as directions [d, r] · classes [r, q] with few directions r."""
    waves = readout_waves(readout)
    if waves is None:
        centred = readout.double() - readout.double().mean(1, keepdim=True)
        return torch.eye(readout.shape[0], dtype=readout.dtype), centred.to(readout.dtype)
    q = readout.shape[1]
    classes = torch.cat(cosine_sine(waves.frequencies[:, None] * torch.arange(q), q))
    return waves.directions, classes.to(readout.dtype)
