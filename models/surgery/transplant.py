"""Re-cutting the operand tables and the readout for another modulus; the body is never touched.

The mathematics: E'[n] = Ê[0] + Σ_{k,h} γ·Re(Ê[h·k]·e^{i·h·(2π·σ(k)·n/q + φ)}), n = 0..q−1, and the same for the
rows of Uᵀ without the mean. Each folded frequency belongs to one (k, h), smallest h first.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.basis import FULL_TURN, cosine_sine
from models.errors import RecipeError
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn
from models.task import Addition


@dataclass(frozen=True)
class Partial:
    """One wave of a dial: its h-th harmonic, at frequency h·k mod p of the trained tables."""

    dial: Dial
    harmonic: int
    source: int  # h·k mod p, not folded: the DFT there is already conjugated where it should be


@dataclass(frozen=True)
class Clock:
    """Where tables are written: at which numbers [n] (real ones too), on a clock of how many steps."""

    modulus: int
    numbers: Tensor


def partials(recipe: Recipe, p: int) -> list[Partial]:
    """Which frequency of the trained tables each harmonic of each dial takes. Raises RecipeError for a foreign dial."""
    for dial in recipe.dials:
        if not 1 <= dial.frequency <= p // 2:
            raise RecipeError(
                f"Dial {dial.frequency} is no frequency of a network mod {p}; "
                f"expected a whole number from 1 to {p // 2}."
            )
    taken: set[int] = set()
    found = []
    for harmonic in range(1, recipe.harmonics + 1):
        for dial in recipe.dials:
            source = harmonic * dial.frequency % p
            folded = min(source, p - source)
            if folded and folded not in taken:
                taken.add(folded)
                found.append(Partial(dial, harmonic, source))
    return found


def transplant(network: Network, recipe: Recipe) -> Network:
    """The network with its tables re-cut for recipe.modulus. The input network is unchanged, its body is shared.

    Tables come back in the precision they had. A shared table stays shared unless a dial sets b apart from a.
    """
    waves = partials(recipe, network.modulus)
    clock = Clock(recipe.modulus, torch.arange(recipe.modulus, dtype=torch.float64))

    def recut(table: Tensor, turn_of: Callable[[Dial], Turn], keep_mean: bool) -> Tensor:
        return _synthesise(table, waves, turn_of, clock, keep_mean=keep_mean)

    table_a = recut(network.table_a, lambda dial: dial.a, True)
    apart = not network.tables_shared or any(dial.b is not None for dial in recipe.dials)
    table_b = recut(network.table_b, lambda dial: dial.on_b, True) if apart else table_a
    readout = recut(network.readout.T, lambda dial: dial.on_readout, False).T.contiguous()
    bias = network.readout_bias
    if bias is not None:
        bias = recut(bias[:, None], lambda dial: dial.on_readout, False)[:, 0]
    return replace(
        network, task=Addition(recipe.modulus), table_a=table_a, table_b=table_b, readout=readout, readout_bias=bias
    )


def tables_at(network: Network, recipe: Recipe, numbers: Tensor) -> tuple[Tensor, Tensor]:
    """Operand tables re-cut at any real numbers [n], e.g. half steps: two tensors [n, d]."""
    waves = partials(recipe, network.modulus)
    clock = Clock(recipe.modulus, numbers.double())
    table_a = _synthesise(network.table_a, waves, lambda dial: dial.a, clock)
    if network.tables_shared and not any(dial.b for dial in recipe.dials):
        return table_a, table_a
    return table_a, _synthesise(network.table_b, waves, lambda dial: dial.on_b, clock)


def _synthesise(
    table: Tensor, waves: list[Partial], turn_of: Callable[[Dial], Turn], clock: Clock, *, keep_mean: bool = True
) -> Tensor:
    """A table [p, d] read as waves and written again at the clock's numbers [n] → [n, d], computed in float64."""
    p = table.shape[0]
    source = table.detach().double()
    mean = source.mean(0) if keep_mean else torch.zeros_like(source[0])
    sounding = [wave for wave in waves if turn_of(wave.dial).on]
    if not sounding:
        return mean.expand(len(clock.numbers), -1).to(table.dtype).contiguous()
    n = torch.arange(p)
    columns: list[Tensor] = []
    coefficients: list[Tensor] = []
    for wave in sounding:
        turn = turn_of(wave.dial)
        trained_cosine, trained_sine = cosine_sine(wave.source * n, p)
        weight = (1 if 2 * wave.source == p else 2) * turn.amplitude / p
        coefficients += [weight * (trained_cosine @ source), weight * (trained_sine @ source)]
        shift = turn.phase * clock.modulus / FULL_TURN  # the phase in steps of the new clock
        columns += cosine_sine(wave.harmonic * (turn.target * clock.numbers + shift), clock.modulus)
    # Equal hands must give bitwise equal rows (a tie is exact), so each distinct setting is multiplied once.
    settings, row = torch.stack(columns, dim=1).unique(dim=0, return_inverse=True)
    return (mean + settings @ torch.stack(coefficients)).to(table.dtype)[row]
