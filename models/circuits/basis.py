"""The real Fourier basis over the integers mod p, and angles counted in whole steps of a clock."""

import math

import torch
from torch import Tensor

FULL_TURN = 2 * math.pi


def cosine_sine(steps: Tensor, modulus: int) -> tuple[Tensor, Tensor]:
    """Cos and sin of 2π·steps/modulus, float64, in the shape of `steps`.

    Steps are reduced exactly (mod the modulus, then to an eighth of a turn), so that hands which point the same way
    get bitwise the same values: a tie stays a tie, the sine at half a turn is 0, the cosine at a quarter is 0.
    """
    steps = torch.remainder(steps.double(), modulus)
    mirrored = steps > modulus / 2
    steps = torch.where(mirrored, modulus - steps, steps)  # 0 .. half a turn, the sine's sign remembered
    behind = steps > modulus / 4
    steps = torch.where(behind, modulus / 2 - steps, steps)  # 0 .. a quarter, the cosine's sign remembered
    steep = steps > modulus / 8
    angle = torch.where(steep, modulus / 4 - steps, steps) * (FULL_TURN / modulus)
    near, far = torch.cos(angle), torch.sin(angle)
    cosine, sine = torch.where(steep, far, near), torch.where(steep, near, far)
    return torch.where(behind, -cosine, cosine), torch.where(mirrored, -sine, sine)


def frequencies(p: int) -> list[int]:
    """The frequencies other than the constant: 1 .. ⌊p/2⌋ (for even p the last is the sign (−1)ⁿ)."""
    return list(range(1, p // 2 + 1))


def fourier_basis(p: int) -> Tensor:
    """The orthonormal real Fourier basis mod p as rows, float64 [p, p].

    Row 0 is the constant 1/√p, rows 2k−1 and 2k are cos and sin of 2πkn/p with unit norm, and for even p the last
    row is (−1)ⁿ/√p. Source: Nanda et al. 2023, arXiv 2301.05217.
    """
    n = torch.arange(p)
    rows = [torch.full((p,), p**-0.5, dtype=torch.float64)]
    for k in frequencies(p):
        cosine, sine = cosine_sine(k * n, p)
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
