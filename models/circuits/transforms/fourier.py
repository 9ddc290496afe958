"""Discrete Fourier transforms over the numbers mod p: spectra and back, and the orthonormal real basis."""

from collections.abc import Iterable

import torch
from torch import Tensor

from models.errors import RecipeError, is_whole, shown
from models.groups import Cyclic


def spectrum(table: Tensor) -> Tensor:
    """All coefficients along the first axis, complex128 [p, …]: Σ_n x[n]·exp(−2πikn/p) for k = 0 to p − 1."""
    return torch.fft.fft(table.detach().double(), dim=0)


def half_spectrum(table: Tensor, dim: int = 0) -> Tensor:
    """The coefficients for k = 0 to ⌊p/2⌋ along one axis, complex128; those above are their conjugates."""
    return torch.fft.rfft(table.detach().double(), dim=dim)


def from_spectrum(coefficients: Tensor, dim: int = 0) -> Tensor:
    """The complex values along one axis that have all these coefficients: (1/p) Σ_k X[k]·exp(2πikn/p)."""
    return torch.fft.ifft(coefficients, dim=dim)


def from_half_spectrum(coefficients: Tensor, like: Tensor) -> Tensor:
    """The real table that has them, in the length and type of another."""
    return torch.fft.irfft(coefficients, n=len(like), dim=0).to(like.dtype)


def complex_spectrum(values: Tensor, dim: int = -1) -> Tensor:
    """All coefficients of complex values along an axis, the last one unless said."""
    return torch.fft.fft(values, dim=dim)


def frequencies(p: int) -> list[int]:
    """The frequencies other than the constant: 1 .. ⌊p/2⌋ (for even p the last is the sign (−1)ⁿ)."""
    return Cyclic(p).characters().tolist()


def require_frequencies(p: int, chosen: Iterable[int]) -> None:
    """Raises RecipeError for anything but whole numbers from 1 to ⌊p/2⌋, each once: above, waves are those of p − k.

    >>> require_frequencies(97, (3, 48))
    >>> require_frequencies(97, (99,))
    Traceback (most recent call last):
    ...
    models.errors.RecipeError: Frequency 99 is none mod 97; expected whole numbers from 1 to 48.
    """
    seen = set()
    for k in chosen:
        if not is_whole(k) or not 1 <= k <= p // 2:
            raise RecipeError(f"Frequency {shown(repr(k))} is none mod {p}; expected whole numbers from 1 to {p // 2}.")
        if k in seen:
            raise RecipeError(f"Frequency {k} is given twice, and would count twice; expected each once.")
        seen.add(k)


def cosine_amplitudes(values: Tensor, chosen: Iterable[int]) -> Tensor:
    """α of α·cos(2πkδ/p) in values float64 [p] over δ, for each chosen frequency k: float64 [k], by least squares."""
    p, group = len(values), Cyclic(len(values))
    found = [float(group.character(k, group.elements())[0] @ values) * (1 if 2 * k == p else 2) / p for k in chosen]
    return torch.tensor(found, dtype=torch.float64)


def fourier_basis(p: int) -> Tensor:
    """The orthonormal real Fourier basis mod p as rows, float64 [p, p].

    Row 0 is the constant 1/√p, rows 2k−1 and 2k are cos and sin of 2πkn/p with unit norm, and for even p the last
    row is (−1)ⁿ/√p. Source: Nanda et al. 2023, arXiv 2301.05217.
    """
    group = Cyclic(p)
    rows = [torch.full((p,), p**-0.5, dtype=torch.float64)]
    for k in frequencies(p):
        cosine, sine = group.character(k, group.elements())
        if 2 * k == p:
            rows.append(cosine * p**-0.5)
        else:
            rows += [cosine * (2 / p) ** 0.5, sine * (2 / p) ** 0.5]
    return torch.stack(rows)


def strongest_rows(power: Tensor, most: int) -> list[int]:
    """Rows of `fourier_basis` for the constant and the frequencies with the most power along either axis, in order.

    `power` [p, p] is that of pairs of rows; a frequency brings its cosine and its sine.
    """
    along = power.sum(0) + power.sum(1)
    p = len(power)
    rows = {k: [row for row in (2 * k - 1, 2 * k) if row < p] for k in frequencies(p)}
    strongest = sorted(rows, key=lambda k: -float(along[rows[k]].sum()))[:most]
    return [0, *(row for k in sorted(strongest) for row in rows[k])]


def basis_names(p: int) -> list[str]:
    """What the rows of `fourier_basis` are called: 1, cos 1, sin 1, cos 2, …, and for even p the sign ±."""
    waves = [f"{kind} {k}" for k in frequencies(p) if 2 * k != p for kind in ("cos", "sin")]
    return ["1", *waves, *(["±"] if p % 2 == 0 else [])]
