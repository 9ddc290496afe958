"""What the neurons of the last layer do: the frequency of each, how pure it is, what it hears and what it says."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.grid_spectrum import STILL, GridSpectrum
from models.circuits.spectra import component_power
from models.circuits.transforms.fourier import fourier_basis, spectrum
from models.errors import RecipeError, is_whole, shown
from models.network import Network
from models.runtime.interruption import may_be_interrupted

CLUSTERED = 0.85  # fraction explained from which a neuron belongs to its frequency's cluster (Nanda et al. 2023)
NUMBERS_AT_ONCE = 2**22


@dataclass(frozen=True, eq=False)
class NeuronTable:
    """The m neurons of the last layer over all pairs.

    A neuron hears a·cos(2πkn/p + φ) in what it receives of an operand n, averaged over the other operand, and says
    cos(2πkc/p + ψ) into the logits, k its own frequency. Sources: Nanda et al. 2023, arXiv 2301.05217 (frequency,
    explained); He et al. 2026, arXiv 2602.16849 (phases, inverse participation ratio).
    """

    modulus: int
    frequencies: Tensor  # int64 [m]; 0: the same answer to every pair
    explained: Tensor  # float64 [m], of the variance over the grid, by the neuron's own frequency
    deviations: Tensor  # float64 [m], standard deviation over the grid, units of the activations
    phases_a: Tensor  # float64 [m], φ of the first operand, radians in (−π, π]
    phases_b: Tensor  # float64 [m], φ of the second
    phases_out: Tensor  # float64 [m], ψ
    ipr_in: Tensor  # float64 [m], inverse participation ratio ΣA⁴/(ΣA²)² of what it hears: 1 for one frequency alone,
    # and 0 where it hears nothing of an operand alone
    ipr_out: Tensor  # float64 [m], the same of what it says

    @property
    def phase_differences(self) -> Tensor:
        """[m] D = φ_a + φ_b − ψ (2φ − ψ where both are heard alike), wrapped to [−π, π); 0: in line."""
        return wrapped(self.phases_a + self.phases_b - self.phases_out)

    @property
    def clustered(self) -> Tensor:
        """Bool [m]: at least 0.85 explained by one frequency."""
        return self.explained >= CLUSTERED

    @property
    def in_line(self) -> float | None:
        """Mean cos D over the clustered neurons that hear something; None where there are none."""
        known = self.clustered & (self.ipr_in > 0)
        return float(self.phase_differences[known].cos().mean()) if known.any() else None

    @property
    def counts(self) -> dict[int, int]:
        """Clustered neurons by frequency, sorted."""
        return dict(sorted(Counter(self.frequencies[self.clustered].tolist()).items()))

    @property
    def clusters(self) -> dict[int, list[int]]:
        """Neurons by frequency, the purest first; under 0 those that belong to no cluster."""
        by_purity = self.explained.argsort(descending=True, stable=True).tolist()
        homes = torch.where(self.clustered, self.frequencies, 0).tolist()
        return {k: [number for number in by_purity if homes[number] == k] for k in [*self.counts, 0] if k in homes}

    @property
    def ipr(self) -> float:
        """Mean over what neurons hear and what they say (He et al.), where there is anything; 0 where there is not."""
        both = torch.cat([self.ipr_in, self.ipr_out])
        return float(both[both > 0].mean()) if both.any() else 0.0


@dataclass(frozen=True, eq=False)
class NeuronPortrait:
    """One neuron at large; units of its activations, powers squared."""

    number: int
    activations: Tensor  # float64 [p, p]
    spectrum: Tensor  # float64 [p, p], power of each pair of Fourier basis rows, the mean left out
    along_sum: Tensor  # float64 [p], mean activation by a + b mod p
    along_difference: Tensor  # float64 [p], mean activation by a − b mod p
    logit_weights: Tensor  # float64 [p], what it says into the logit of each class
    logit_spectrum: Tensor  # float64 [k], power of that at each frequency


def wrapped(angle: Tensor) -> Tensor:
    """Angles in radians, brought to [−π, π)."""
    return torch.remainder(angle + math.pi, 2 * math.pi) - math.pi


def neuron_logit_weights(network: Network) -> Tensor:
    """W_L = W_out·U float64 [m, p]: neurons → logits."""
    out, unembedding = network.body.neuron_readout, network.unembedding.detach().double()
    return unembedding if out is None else out.detach().double() @ unembedding


@torch.no_grad()
def neuron_table(network: Network) -> NeuronTable:
    """Every neuron's frequency, purity, phases and powers, from all pairs.

    Args:
        network: with modulus p.

    Returns:
        One entry a neuron of the last layer, each [m].

    >>> from models import zoo
    >>> network = zoo.load("one-hot-97")
    >>> len(neuron_table(network).frequencies) == network.unembedding.shape[0]
    True
    """
    p, weights = network.modulus, neuron_logit_weights(network)
    spectrum = GridSpectrum(p, len(weights))
    from_a, from_b = torch.zeros(2, p, len(weights), dtype=torch.float64)
    input_power = torch.zeros(len(weights), dtype=torch.float64)  # mean square of what is received
    for rows, received, active in _rows_of_neurons(network, len(weights)):
        spectrum.add(rows, active)
        from_a[rows] = received.mean(1)
        from_b += received.sum(0) / p
        input_power += received.square().sum((0, 1)) / p**2
    found = spectrum.result()
    heard, said = component_power(from_a) + component_power(from_b), component_power(weights.T)
    phase_a, phase_b, phase_out = (_phases(table, found.frequencies) for table in (from_a, from_b, weights.T))
    return NeuronTable(
        modulus=p,
        frequencies=found.frequencies,
        explained=found.explained,
        deviations=found.deviations,
        phases_a=phase_a,
        phases_b=phase_b,
        phases_out=phase_out,
        ipr_in=_participation(heard, STILL * p * input_power),
        ipr_out=_participation(said, torch.zeros_like(input_power)),
    )


@torch.no_grad()
def neuron_portrait(network: Network, number: int) -> NeuronPortrait:
    """One neuron at large: what it does for every pair, and what it writes into the logits.

    Args:
        network: with modulus p.
        number: of the neuron, from 0.

    Returns:
        Activations float64 [p, p] over (a, b), their power at pairs of waves, and means along a + b and a − b.

    Raises:
        RecipeError: the network has no neuron of that number.

    >>> from models import zoo
    >>> neuron_portrait(zoo.load("mlp-113"), 7).activations.shape
    torch.Size([113, 113])
    """
    p, weights = network.modulus, neuron_logit_weights(network)
    if not is_whole(number) or not 0 <= number < len(weights):
        raise RecipeError(
            f"{shown(number)} is no neuron of this network; expected a whole number from 0 to {len(weights) - 1}."
        )
    found = [active[..., number] for _, _, active in _rows_of_neurons(network, len(weights))]
    activations = torch.cat(found)
    basis, group = fourier_basis(p), network.task.group
    numbers = group.elements()
    power = (basis @ activations @ basis.T).square()
    power[0, 0] = 0
    by_sum = activations.gather(1, group.difference(numbers, numbers[:, None]))  # [a, s]: b = s − a
    by_difference = activations.gather(1, group.difference(numbers[:, None], numbers))  # [a, δ]: b = a − δ
    said = weights[number]
    return NeuronPortrait(
        number, activations, power, by_sum.mean(0), by_difference.mean(0), said, component_power(said[:, None])[:, 0]
    )


def _rows_of_neurons(network: Network, neurons: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Rows a [n] with what neurons receive and answer for every b, each float64 [n, p, m]."""
    exact, p = network.cast(torch.float64), network.modulus
    numbers = torch.arange(p)
    for rows in numbers.split(max(1, NUMBERS_AT_ONCE // (p * max(neurons, exact.body.numbers_a_pair)))):
        may_be_interrupted()
        pairs = rows.repeat_interleave(p), numbers.repeat(len(rows))
        received, active = exact.body.last_neurons(exact.table_a, exact.table_b, *pairs)
        yield rows, received.unflatten(0, (-1, p)), active.unflatten(0, (-1, p))


def _phases(table: Tensor, frequencies: Tensor) -> Tensor:
    """[m] φ of the wave cos(2πkn/p + φ) in each column of a table [p, m], k the column's own frequency."""
    waves = spectrum(table)
    return waves.gather(0, frequencies[None])[0].angle()


def _participation(power: Tensor, least: Tensor) -> Tensor:
    """[m] ΣA⁴/(ΣA²)² over the frequencies, from powers A² [k, m]; 0 where they sum to no more than `least` [m]."""
    whole = power.sum(0)
    heard = whole > least
    return torch.where(heard, power.square().sum(0) / whole.where(heard, 1.0).square(), 0.0)
