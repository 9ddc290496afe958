"""Four rules for which frequencies are the key ones: no threshold was ever published, so each has its own name."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.neurons import NeuronTable
from models.circuits.spectra import (
    KEY_THRESHOLD,
    embedding_spectrum,
    key_frequencies,
    neuron_logit_spectrum,
)
from models.network import Network


@dataclass(frozen=True, eq=False)
class RuleResult:
    """The frequencies that one rule keeps: those with at least a quarter of the strongest's strength."""

    name: str
    title: str
    frequencies: tuple[int, ...]
    strengths: Tensor  # float64 [k], relative to the strongest

    @property
    def strongest_first(self) -> tuple[int, ...]:
        """The same frequencies by falling strength."""
        return tuple(sorted(self.frequencies, key=lambda k: -float(self.strengths[k - 1])))


def key_rules(network: Network, neurons: NeuronTable) -> tuple[RuleResult, ...]:
    """Key frequencies under each rule in use: ours first, then power in E, power in W_L, most common neuron frequency.

    Args:
        network: with modulus p.
        neurons: its table, of `neuron_table`.

    Returns:
        One result a rule, with its title and what it keeps.

    >>> from models import neuron_table, zoo
    >>> network = zoo.load("mlp-113")
    >>> len(key_rules(network, neuron_table(network)))
    4
    """
    ours = key_frequencies(network)
    counts = torch.zeros(network.modulus // 2, dtype=torch.float64)
    for k, count in neurons.counts.items():
        counts[k - 1] = count
    return (
        RuleResult("both_tables", "Power in E and in U (ours)", ours.frequencies, ours.strengths),
        _kept("embedding_power", "Power in E", embedding_spectrum(network).shares),
        _kept("neuron_logit_power", "Power in W_L", neuron_logit_spectrum(network).shares),
        _kept("neuron_frequency", "Most common neuron frequency", counts),
    )


def _kept(name: str, title: str, strengths: Tensor) -> RuleResult:
    strongest = float(strengths.max())
    relative = strengths / strongest if strongest > 0 else torch.zeros_like(strengths)
    return RuleResult(name, title, tuple(int(i) + 1 for i in (relative >= KEY_THRESHOLD).nonzero()), relative)
