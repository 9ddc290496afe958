"""Each neuron with its own wave alone: for networks whose tables hold what each neuron receives.

A trained one-hot MLP has one frequency a neuron, and with it a little of others: for a ReLU the odd multiples of its
own (He et al. 2026, arXiv 2602.16849). At the trained modulus those ride along with their neuron. A transplant turns
every frequency by a dial of its own, so that they come to stand across their neuron, and disturb it. A neuron has one
column of the tables in a one-hot MLP, and two, x and y of its drive, where it is an oscillator.
"""

from dataclasses import replace

import torch
from torch import Tensor

from models.circuits.transforms.fourier import from_half_spectrum, half_spectrum
from models.errors import RecipeError
from models.network import Network
from models.runtime.memo import memoised


def has_neuron_columns(network: Network) -> bool:
    """Every column of the operand tables is of one neuron: there is no layer before the first ones."""
    return network.body.columns_a_neuron > 0


def neuron_frequencies(network: Network) -> Tensor:
    """int64 [m]: the frequency with the largest power in each neuron's columns of both operand tables together."""
    return neuron_power(network)[1:].argmax(0) + 1


def neuron_power(network: Network) -> Tensor:
    """float64 [p//2 + 1, m]: at each frequency, of each neuron's columns of both operand tables together."""
    power = sum(half_spectrum(table).abs().square() for table in (network.table_a, network.table_b))
    assert isinstance(power, Tensor)  # a sum of two
    return power.unflatten(1, (network.body.columns_a_neuron, -1)).sum(1)


@memoised
def single_frequency_neurons(network: Network) -> Network:
    """The network with only its own frequency left to each neuron, in the operand tables and in the unembedding.

    Means stay in the operand tables; no answer is looked at, no number is fitted. Raises RecipeError where the tables
    hold no neurons.
    """
    if not has_neuron_columns(network):
        raise RecipeError(
            "Single-frequency neurons need tables with one column a neuron, as a one-hot MLP has them, or two, as "
            "oscillators have them; this network has a layer before its first neurons. Leave the setting out."
        )
    own = neuron_frequencies(network)
    table_a = _own_waves(network.table_a, own, keep_mean=True)
    table_b = table_a if network.tables_shared else _own_waves(network.table_b, own, keep_mean=True)
    unembedding = _own_waves(network.unembedding.T, own, keep_mean=False).T.contiguous()
    return replace(network, table_a=table_a, table_b=table_b, unembedding=unembedding)


def _own_waves(table: Tensor, own: Tensor, *, keep_mean: bool) -> Tensor:
    """A table with one frequency left in each column: own[j mod m], as column j is of neuron j mod m."""
    spectrum, own = half_spectrum(table), own.repeat(table.shape[1] // len(own))
    frequencies = torch.arange(len(spectrum))[:, None]
    left = (frequencies == own) | ((frequencies == 0) & keep_mean)
    return from_half_spectrum(spectrum * left, table)
