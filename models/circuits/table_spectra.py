"""The waves of a network's tables: every Fourier coefficient, computed once per network."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import spectrum
from models.network import Network
from models.runtime.memo import memoised


@dataclass(frozen=True, eq=False)
class TableSpectrum:
    """A table [p, columns] as mean[columns] + Σ_k cosine[k]·cos(2πkn/p) + sine[k]·sin(2πkn/p), float64.

    `cosine` and `sine` are [p, columns] for k = 0..p−1, each with the weight 1/p of the full transform, so that a
    frequency that is folded to p − k finds its conjugate in place.
    """

    mean: Tensor
    cosine: Tensor
    sine: Tensor
    dtype: torch.dtype


@dataclass(frozen=True, eq=False)
class TableSpectra:
    """The waves of all tables of a network; a shared table is transformed once."""

    table_a: TableSpectrum
    table_b: TableSpectrum
    unembedding: TableSpectrum
    bias: TableSpectrum | None


def table_spectrum(table: Tensor) -> TableSpectrum:
    """The waves of one table [p, columns]."""
    exact = table.detach().double()
    waves = spectrum(exact) / len(table)
    return TableSpectrum(exact.mean(0), waves.real, -waves.imag, table.dtype)


@memoised
def table_spectra(network: Network) -> TableSpectra:
    """The waves of a network's tables; retained with the network, since every recipe starts from them."""
    table_a = table_spectrum(network.table_a)
    table_b = table_a if network.tables_shared else table_spectrum(network.table_b)
    bias = None if network.unembedding_bias is None else table_spectrum(network.unembedding_bias[:, None])
    return TableSpectra(table_a, table_b, table_spectrum(network.unembedding.T), bias)
