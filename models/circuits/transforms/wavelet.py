"""The circular complex Morlet transform over the numbers mod p: how much of a frequency there is, and where."""

import torch
from torch import Tensor

from models.circuits.transforms.fourier import from_spectrum, half_spectrum

CYCLES = 6.0  # ω₀: how many radians a wavelet turns within its own width


def morlet_transform(series: Tensor, chosen: Tensor) -> Tensor:
    """How much of each frequency the columns of a table hold at each number, round the circle.

    W(f, n) = (1/p) Σ_ω>0 X(ω)·2·exp(−(s·ω − 6)²/2)·e^(iωn), with s = 6/(2πf/p). A wave A·cos(2πfn/p + φ) comes out as
    A·e^(i(2πfn/p + φ)) at its own frequency (L1 normalisation). There is no edge: the number after p − 1 is 0.

    Args:
        series: [p, columns], real.
        chosen: [f] frequencies in turns round the p numbers, whole or not, above 0.

    Returns:
        complex128 [f, p, columns].

    Source: Torrence and Compo 1998, with L1 in place of L2 normalisation.

    >>> from models.groups.characters import FULL_TURN
    >>> wave = torch.cos(FULL_TURN * 5 * torch.arange(113) / 113)[:, None]
    >>> round(float(morlet_transform(wave, torch.tensor([5.0])).abs().min()), 5)
    1.0
    """
    p = len(series)
    coefficients = half_spectrum(series.T, dim=1)
    turned = torch.zeros(len(chosen), series.shape[1], p, dtype=torch.complex128)  # numbers last: how an FFT is fastest
    turned[..., : p // 2 + 1] = morlet_windows(p, chosen)[:, None] * coefficients
    return from_spectrum(turned, dim=2).transpose(1, 2)


def morlet_windows(p: int, chosen: Tensor) -> Tensor:
    """float64 [f, ⌊p/2⌋ + 1]: the weight that a wavelet of each frequency gives to the coefficients k = 0 to ⌊p/2⌋."""
    k = torch.arange(p // 2 + 1, dtype=torch.float64)
    windows = 2 * torch.exp(-((CYCLES * (k / chosen.double()[:, None] - 1)) ** 2) / 2)
    windows[:, 0] = 0
    if p % 2 == 0:
        windows[:, -1] /= 2  # (−1)ⁿ is its own conjugate: there is no second half to be made up for
    return windows
