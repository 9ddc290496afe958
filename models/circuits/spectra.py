"""Spectra of the tables, key frequencies and the shares of power they carry."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.fourier import fourier_basis, frequencies, require_frequencies
from models.network import Network

KEY_THRESHOLD = 0.25  # of the largest strength; METRICS.md: every published transformer is split correctly by it
STILL = 1e-12  # of the whole power: (float32's rounding)², with room


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Power of a table over the frequencies of its p rows; squared units of the table, summed over its columns."""

    modulus: int
    frequencies: tuple[int, ...]
    cosine: Tensor  # [k] power in cos(2πkn/p)
    sine: Tensor  # [k] power in sin(2πkn/p); 0 at p/2
    constant: float

    @property
    def power(self) -> Tensor:
        """[k] cosine and sine together."""
        return self.cosine + self.sine

    @property
    def is_still(self) -> bool:
        """All rows alike, but for rounding: no frequency has any power."""
        return float(self.power.sum()) <= STILL * (float(self.power.sum()) + self.constant)

    @property
    def shares(self) -> Tensor:
        """[k] power over the power at all k ≠ 0."""
        return self.power / self.power.sum().clamp_min(torch.finfo(torch.float64).tiny)

    def share_of(self, chosen: tuple[int, ...]) -> float:
        """Share of the chosen frequencies together, harmonics not counted."""
        require_frequencies(self.modulus, chosen)
        return float(sum(self.shares[k - 1] for k in chosen))


@dataclass(frozen=True, eq=False)
class KeyFrequencies:
    """Key frequencies by s_k = √(share_E(k)·share_U(k)) ≥ ¼ max s, and how clearly they stand out."""

    frequencies: tuple[int, ...]
    strengths: Tensor  # [k], relative to the largest
    lowest_kept: float
    highest_dropped: float

    @property
    def gap(self) -> float:
        """Distance between the weakest kept and the strongest dropped frequency, relative to the strongest."""
        return self.lowest_kept - self.highest_dropped


def table_spectrum(table: Tensor) -> Spectrum:
    """Spectrum of a table [p, columns] along its rows. Parseval: power and constant sum to the squared norm."""
    p = table.shape[0]
    components = _components(table).square().sum(1)
    cosine, sine = components[1::2], components[2::2]
    if p % 2 == 0:
        sine = torch.cat([sine, sine.new_zeros(1)])
    return Spectrum(p, tuple(frequencies(p)), cosine, sine, float(components[0]))


def component_power(table: Tensor) -> Tensor:
    """float64 [k, columns]: power of each column of a table [p, columns] at each frequency."""
    p = table.shape[0]
    power = _components(table).square()
    paired = power[1 : 2 * ((p - 1) // 2) + 1].unflatten(0, (-1, 2)).sum(1)
    return torch.cat([paired, power[p:] if p % 2 else power[-1:]])


def _components(table: Tensor) -> Tensor:
    """float64 [p, columns] in the Fourier basis."""
    return fourier_basis(table.shape[0]) @ table.detach().double()


def embedding_spectrum(network: Network) -> Spectrum:
    """Spectrum of the embedding: both operand tables side by side.

    Args:
        network: with modulus p.

    Returns:
        Power of every frequency 1 … ⌊p/2⌋ in the tables' columns, as shares of the whole.

    >>> from models import zoo
    >>> shares = embedding_spectrum(zoo.load("mlp-113")).shares
    >>> shares.shape, bool(shares.sum().isclose(shares.new_tensor(1.0)))
    (torch.Size([56]), True)
    """
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    return table_spectrum(torch.cat(tables, dim=1))


def unembedding_spectrum(network: Network) -> Spectrum:
    """Spectrum of the unembedding U along the classes c.

    Args:
        network: with modulus p.

    Returns:
        As `embedding_spectrum`, of the unembedding's rows.

    >>> from models import zoo
    >>> unembedding_spectrum(zoo.load("mlp-113")).shares.shape
    torch.Size([56])
    """
    return table_spectrum(network.unembedding.T)


def neuron_logit_spectrum(network: Network) -> Spectrum:
    """Spectrum of W_L = W_out·U, from neurons to logits, along the classes c.

    Args:
        network: with modulus p.

    Returns:
        As `embedding_spectrum`, of what each neuron writes into the logits.

    >>> from models import zoo
    >>> neuron_logit_spectrum(zoo.load("mlp-113")).shares.shape
    torch.Size([56])
    """
    out = network.body.neuron_readout
    return table_spectrum(network.unembedding.T if out is None else (out.double() @ network.unembedding.double()).T)


def key_frequencies(network: Network) -> KeyFrequencies:
    """The frequencies that both the embedding and the unembedding use.

    Args:
        network: with modulus p.

    Returns:
        The key frequencies in order, with the strengths of all and the gap between those kept and those dropped.

    >>> from models import zoo
    >>> keys = key_frequencies(zoo.load("transformer-113"))
    >>> keys.gap > 0, all(1 <= k <= 56 for k in keys.frequencies)
    (True, True)
    """
    spectra = embedding_spectrum(network), unembedding_spectrum(network)
    if any(spectrum.is_still for spectrum in spectra):
        return KeyFrequencies((), torch.zeros(network.modulus // 2, dtype=torch.float64), 0.0, 0.0)
    strength = (spectra[0].shares * spectra[1].shares).sqrt()
    relative = strength / strength.max()
    kept = relative >= KEY_THRESHOLD
    dropped = relative[~kept]
    return KeyFrequencies(
        frequencies=tuple(int(i) + 1 for i in kept.nonzero()),
        strengths=relative,
        lowest_kept=float(relative[kept].min()),
        highest_dropped=float(dropped.max()) if len(dropped) else 0.0,
    )
