"""Re-cutting the operand tables and the unembedding for another modulus; the body is never touched.

The mathematics: E'[n] = Ê[0] + Σ_{k,h} γ·Re(Ê[h·k]·e^{i·h·(2π·σ(k)·n/q + φ)}), n = 0..q−1, and the same for the
rows of Uᵀ without the mean. Each folded frequency belongs to one (k, h), smallest h first. In any finite abelian group
the angle 2π·σ(k)·n/q is that of a character at its element n (models/groups).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.table_spectra import TableSpectrum, table_spectra
from models.groups import Group
from models.groups.characters import FULL_TURN, cosine_sine
from models.network import Network
from models.surgery.norm_gain import with_norm_gain
from models.surgery.partials import Partial, partials, readout_partials
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.single_frequency import single_frequency_neurons
from models.task import Addition


@dataclass(frozen=True, eq=False)
class Clock:
    """Where tables are written: at which elements [n] of which group; between the numbers mod q too."""

    group: Group
    numbers: Tensor


def recut_source(network: Network, recipe: Recipe) -> Network:
    """The network whose tables a recipe re-cuts: as trained, with single-frequency neurons, or with norm gain."""
    network = measured_source(network, recipe)
    return with_norm_gain(network, recipe.frequencies) if recipe.norm_gain else network


def measured_source(network: Network, recipe: Recipe) -> Network:
    """The same without norm gain, which makes louder what is dropped too: whose logits tell the strength of a dial."""
    return single_frequency_neurons(network) if recipe.single_frequency else network


def transplant(network: Network, recipe: Recipe) -> Network:
    """The network with its tables re-cut for recipe.modulus. The input network is unchanged, its body is shared.

    Args:
        network: as it was trained, with modulus p.
        recipe: dials for q.

    Returns:
        A network with operand tables [q, d] and unembedding [d, q] in the precision they had. A shared table stays
        shared unless a dial sets b apart from a.

    Raises:
        RecipeError: a dial that the network has not got.

    >>> from models import own_recipe, zoo
    >>> network = zoo.load("mlp-113")
    >>> operated = transplant(network, own_recipe(12, (3, 5)))
    >>> operated.modulus, operated.body is network.body
    (12, True)
    """
    network = recut_source(network, recipe)
    clock = Clock(recipe.group, recipe.group.elements().double())
    waves, read = table_spectra(network), readout_partials(recipe, network.modulus)
    table_a, table_b = _operand_tables(network, recipe, partials(recipe, network.modulus), clock)
    unembedding = _synthesise(
        waves.unembedding, read, lambda dial: dial.on_readout, clock, keep_mean=False
    ).T.contiguous()
    bias = None
    if waves.bias is not None:
        bias = _synthesise(waves.bias, read, lambda dial: dial.on_readout, clock, keep_mean=False)[:, 0]
    return replace(
        network,
        task=Addition(recipe.modulus, recipe.factors),
        table_a=table_a,
        table_b=table_b,
        unembedding=unembedding,
        unembedding_bias=bias,
    )


def tables_at(network: Network, recipe: Recipe, numbers: Tensor) -> tuple[Tensor, Tensor]:
    """Operand tables re-cut at any real numbers [n], e.g. half steps: two tensors [n, d]."""
    network, clock = recut_source(network, recipe), Clock(recipe.group, numbers.double())
    return _operand_tables(network, recipe, partials(recipe, network.modulus), clock)


def _operand_tables(network: Network, recipe: Recipe, found: list[Partial], clock: Clock) -> tuple[Tensor, Tensor]:
    waves = table_spectra(network)
    table_a = _synthesise(waves.table_a, found, lambda dial: dial.a, clock)
    if network.tables_shared and not recipe.sets_tables_apart:
        return table_a, table_a
    return table_a, _synthesise(waves.table_b, found, lambda dial: dial.on_b, clock)


def _synthesise(
    table: TableSpectrum, found: list[Partial], turn_of: Callable[[Dial], Turn], clock: Clock, *, keep_mean: bool = True
) -> Tensor:
    """A table written again from its waves at the clock's numbers [n] → [n, d], computed in float64."""
    mean = table.mean if keep_mean else torch.zeros_like(table.mean)
    sounding = [partial for partial in found if turn_of(partial.dial).on]
    if not sounding:
        return mean.expand(len(clock.numbers), -1).to(table.dtype).contiguous()
    turns = [turn_of(partial.dial) for partial in sounding]
    settings = wave_settings(sounding, turns, clock)
    return (mean + equal_rows_product(settings, wave_coefficients(table, sounding, turns))).to(table.dtype)


def wave_coefficients(table: TableSpectrum, found: list[Partial], turns: list[Turn]) -> Tensor:
    """float64 [2w, d]: what each of w waves writes, its cosine parts and then its sine parts."""
    p = len(table.cosine)
    sources = torch.tensor([partial.source for partial in found])
    folds = torch.where(2 * sources == p, 1.0, 2.0)  # the sign (−1)ⁿ of an even p is its own conjugate
    weights = (folds * torch.tensor([turn.amplitude for turn in turns], dtype=torch.float64))[:, None]
    return torch.cat([weights * table.cosine[sources], weights * table.sine[sources]])


def wave_settings(found: list[Partial], turns: list[Turn], clock: Clock) -> Tensor:
    """float64 [n, 2w]: how much of each coefficient there is at each of the clock's numbers."""
    harmonics = torch.tensor([partial.harmonic for partial in found], dtype=torch.float64)
    targets = torch.tensor([turn.target for turn in turns], dtype=torch.float64)
    full = clock.group.exponent
    shifts = torch.tensor([turn.phase for turn in turns], dtype=torch.float64) * full / FULL_TURN  # in steps
    steps = clock.group.steps(targets, clock.numbers[:, None])
    return torch.cat(cosine_sine(harmonics * (steps + shifts), full), dim=1)


def equal_rows_product(rows: Tensor, matrix: Tensor) -> Tensor:
    """rows @ matrix, with bitwise equal results for bitwise equal rows, so that a tie is exact.

    A matrix product may sum a row in another order at the edge of a block; rows that occur twice are multiplied once.
    """
    first: dict[bytes, int] = {}
    source = torch.tensor([first.setdefault(row.tobytes(), i) for i, row in enumerate(rows.contiguous().numpy())])
    product = rows @ matrix
    return product if len(first) == len(rows) else product[source]
