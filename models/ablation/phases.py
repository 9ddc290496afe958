"""Tables whose columns no longer agree on an angle."""

from dataclasses import replace

import torch
from torch import Tensor

from models.circuits.transforms.fourier import from_half_spectrum, half_spectrum
from models.network import Network


def phase_scrambled(network: Network, seed: int) -> Network:
    """The network with every column of its operand tables turned by random phases, frequency by frequency.

    All powers stay as they were; what is lost is that the columns agree on an angle.
    """
    generator = torch.Generator().manual_seed(seed)

    def scramble(table: Tensor) -> Tensor:
        p = len(table)
        spectrum = half_spectrum(table)
        turn = torch.rand(spectrum.shape, generator=generator, dtype=torch.float64) * 2 * torch.pi
        turn[0] = 0
        if p % 2 == 0:
            turn[-1] = 0
        return from_half_spectrum(spectrum * torch.polar(torch.ones_like(turn), turn), table)

    table_a = scramble(network.table_a)
    return replace(network, table_a=table_a, table_b=table_a if network.tables_shared else scramble(network.table_b))
