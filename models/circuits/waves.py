"""The waves of a network's tables: every Fourier coefficient, computed once per network."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from models.network import Network


@dataclass(frozen=True, eq=False)
class TableWaves:
    """A table [p, columns] as mean[columns] + Σ_k cosine[k]·cos(2πkn/p) + sine[k]·sin(2πkn/p), float64.

    `cosine` and `sine` are [p, columns] for k = 0..p−1, each with the weight 1/p of the full transform, so that a
    frequency that is folded to p − k finds its conjugate in place.
    """

    mean: Tensor
    cosine: Tensor
    sine: Tensor
    dtype: torch.dtype


@dataclass(frozen=True)
class NetworkWaves:
    """The waves of all tables of a network; a shared table is transformed once."""

    table_a: TableWaves
    table_b: TableWaves
    readout: TableWaves
    bias: TableWaves | None


def table_waves(table: Tensor) -> TableWaves:
    """The waves of one table [p, columns]."""
    exact = table.detach().double()
    spectrum = torch.fft.fft(exact, dim=0) / len(table)
    return TableWaves(exact.mean(0), spectrum.real, -spectrum.imag, table.dtype)


def network_waves(network: Network) -> NetworkWaves:
    """The waves of a network's tables; kept as long as the network is, since every recipe starts from them."""
    if network not in _kept:
        table_a = table_waves(network.table_a)
        table_b = table_a if network.tables_shared else table_waves(network.table_b)
        bias = None if network.readout_bias is None else table_waves(network.readout_bias[:, None])
        _kept[network] = NetworkWaves(table_a, table_b, table_waves(network.readout.T), bias)
    return _kept[network]


_kept: WeakKeyDictionary[Network, NetworkWaves] = WeakKeyDictionary()
