"""What the measures share, each computed when it is first asked for."""

from functools import cached_property

from models.circuits.attention import AttentionHeads, attention_heads
from models.circuits.clock_and_pizza import CircleFit, circle_fits
from models.circuits.logit_fit import LogitFit, logit_fit
from models.circuits.logit_grid import LogitGrid
from models.circuits.neurons import NeuronTable, neuron_table
from models.circuits.restricted import RestrictedAndExcluded, logit_fit_losses, sum_direction_losses
from models.circuits.transforms.fourier import require_frequencies
from models.network import Network


class Findings:
    """A network's circuit in tables, for the key frequencies that were found or chosen."""

    def __init__(self, network: Network, keys: tuple[int, ...]) -> None:
        require_frequencies(network.modulus, keys)
        self.network, self.keys = network, keys
        self.grid = LogitGrid(network)

    @cached_property
    def fit(self) -> LogitFit:
        """The logits as cosines of a + b − c."""
        return logit_fit(self.grid)

    @cached_property
    def neurons(self) -> NeuronTable:
        """The neurons of the last layer."""
        return neuron_table(self.network)

    @cached_property
    def attention(self) -> AttentionHeads | None:
        """The heads of the first layer, where there are any."""
        return attention_heads(self.network)

    @cached_property
    def fit_losses(self) -> RestrictedAndExcluded:
        """Restricted and excluded loss by the logit fit."""
        return logit_fit_losses(self.grid, self.fit, self.keys)

    @cached_property
    def sum_losses(self) -> RestrictedAndExcluded:
        """The same by sum directions."""
        return sum_direction_losses(self.grid, self.keys)

    @cached_property
    def circles(self) -> tuple[CircleFit, ...]:
        """Q_clock and Q_pizza against each circle."""
        return circle_fits(self.network, self.keys)
