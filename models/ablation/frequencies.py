"""Other frequencies than the key ones, made as strong as these."""

from dataclasses import replace

import torch
from torch import Tensor

from models.circuits.spectra import embedding_spectrum, key_frequencies
from models.circuits.table_spectra import table_spectrum
from models.circuits.transforms.fourier import from_half_spectrum, half_spectrum
from models.network import Network


def other_frequencies(network: Network) -> tuple[Network, tuple[int, ...]]:
    """The network with its strongest non-key frequencies scaled to the power of its key ones, and which they are."""
    keys = key_frequencies(network).frequencies
    shares = embedding_spectrum(network).shares
    if not keys:
        return network, ()
    others = sorted(
        (k for k in range(1, network.modulus // 2 + 1) if k not in keys), key=lambda k: -float(shares[k - 1])
    )
    chosen = tuple(sorted(others[: len(keys)]))

    def rescale(table: Tensor) -> Tensor:
        waves = table_spectrum(table)
        spectrum = half_spectrum(table)
        wanted = torch.stack([waves.cosine[k].square().sum() + waves.sine[k].square().sum() for k in keys]).mean()
        for k in chosen:
            power = waves.cosine[k].square().sum() + waves.sine[k].square().sum()
            spectrum[k] *= (wanted / power.clamp_min(torch.finfo(torch.float64).tiny)).sqrt()
        return from_half_spectrum(spectrum, table)

    table_a = rescale(network.table_a)
    table_b = table_a if network.tables_shared else rescale(network.table_b)
    unembedding = rescale(network.unembedding.T).T.contiguous()
    return replace(network, table_a=table_a, table_b=table_b, unembedding=unembedding), chosen
