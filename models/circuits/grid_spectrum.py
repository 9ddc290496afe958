"""The one frequency that explains a map over the grid best, for many maps at once."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import frequencies
from models.groups import Cyclic

STILL = 1e-12  # of the mean square: a map that varies less is constant but for rounding


@dataclass(frozen=True, eq=False)
class MapFrequencies:
    """Each map's frequency: the k with the most power in the 8 non-constant terms of {1, cos_k, sin_k} ⊗ the same.

    Power is that of the map less its mean. Source: Nanda et al. 2023, arXiv 2301.05217.
    """

    frequencies: Tensor  # int64 [m]; 0 where a map is constant
    explained: Tensor  # float64 [m], the power at it over the whole; 0 where a map is constant
    shares: Tensor  # float64 [k, m], the same for every k; they overlap nowhere, so that they sum to at most 1
    deviations: Tensor  # float64 [m], standard deviation over the grid, units of the map


class GridSpectrum:
    """Takes whole rows of the grid for m maps; memory grows with p·m, not with p²·m."""

    def __init__(self, p: int, maps: int) -> None:
        self.p = p
        self.known = torch.tensor(frequencies(p))
        self.total, self.squares = torch.zeros(2, maps, dtype=torch.float64)
        group = Cyclic(p)
        self.cosine, self.sine = group.character(self.known[:, None], group.elements())  # [k, p]
        # Real and imaginary part of Σ x·e^(−iwa), ·e^(−iwb), ·e^(−iw(a + b)) and ·e^(−iw(a − b))
        self.sums = torch.zeros(4, 2, len(self.known), maps, dtype=torch.float64)

    def add(self, rows: Tensor, values: Tensor) -> None:
        """Values float64 [n, p, m] of all b for rows a [n], each row once."""
        along_a = values.sum(1)  # [n, m]
        self.total += along_a.sum(0)
        self.squares += values.square().sum((0, 1))
        cosine_a, sine_a = self.cosine[:, rows], self.sine[:, rows]  # [k, n]
        cosine_b, sine_b = self.cosine @ values, self.sine @ values  # [n, k, m]: Σ_b x·cos wb, Σ_b x·sin wb
        cc, cs = torch.einsum("kn,nkm->km", cosine_a, cosine_b), torch.einsum("kn,nkm->km", cosine_a, sine_b)
        sc, ss = torch.einsum("kn,nkm->km", sine_a, cosine_b), torch.einsum("kn,nkm->km", sine_a, sine_b)
        found = [
            (cosine_a @ along_a, sine_a @ along_a),
            (cosine_b.sum(0), sine_b.sum(0)),
            (cc - ss, sc + cs),
            (cc + ss, sc - cs),
        ]
        for number, (real, imaginary) in enumerate(found):
            self.sums[number, 0] += real
            self.sums[number, 1] += imaginary

    def result(self) -> MapFrequencies:
        """The frequencies of the maps, once every row was added."""
        power = 2 * self.sums.square().sum(1) / self.p**2  # [4, k, m]: a wave and its conjugate
        if self.p % 2 == 0:
            power[:, -1] /= 2  # the sign (−1)ⁿ is its own conjugate,
            power[3, -1] = 0  # and of a + b and a − b the same
        whole = (self.squares - self.total.square() / self.p**2).clamp_min(0)
        varies = whole > STILL * self.squares
        shares = torch.where(varies, power.sum(0) / whole.where(varies, 1.0), 0.0)
        explained, place = shares.max(0)
        return MapFrequencies(self.known[place].where(varies, 0), explained, shares, whole.sqrt() / self.p)
