"""Balanced dials: strengths at which each dial follows the sum of its angles most steadily. No answer is looked at.

A dial's output should turn with θ_a + θ_b and with nothing else. What the other dials show makes it waver, and how much
depends on how strongly each wave stands in the operand tables: the body is not linear, and was trained at one strength
and at p angles only. So the strengths are chosen at random angles, at which no number of any modulus need stand, once
for a network and all moduli: for the operands the steadiest, found by trying; for the unembedding the weights of a
matched filter, each dial by its phase-tracking signal-to-noise squared. That is 2·dials numbers, tuned to the rule that
angles add; nothing is fitted at any modulus, and no answer of any is looked at.

The operands carry a harmonic more than usual, which makes them steadier still; the unembedding carries as many as ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import torch
from torch import Tensor

from models.network import Network
from models.runtime.memo import memoised
from models.surgery.angles import AnglePairs, random_angles
from models.surgery.recipe import Dial, Recipe, own_recipe
from models.surgery.transplant import recut_source, transplant

HARMONICS, READOUT_HARMONICS = 3, 2
MANY_DIALS = 12  # more are strengthened together: one at a time would take too long, and each matters little
TAIL = 0.999  # of the pairs stray no further than the noise that is measured: failures are made by the few
STEPS = (0.1, 0.05, 0.02)  # by which a strength is tried larger and smaller
MOST_TRIALS = 200
WEAKEST, STRONGEST = 0.25, 4.0
EXACT = 1e-5  # of a dial's output: what wavers less than that is rounding
TINY = torch.finfo(torch.float64).tiny


@dataclass(frozen=True)
class Balance:
    """Each dial's amplitude on the operands, its weight in the unembedding (the largest 1), how steady that makes it.

    Steadiness: a dial's output along the angle θ_a + θ_b over what it strays across, for all but one in a thousand
    pairs of angles. 0 where the dial does not follow the sum at all.
    """

    frequencies: tuple[int, ...]
    operands: tuple[float, ...]
    weights: tuple[float, ...]
    signal_to_noise: tuple[float, ...]
    as_trained: tuple[float, ...]  # phase-tracking signal-to-noise at amplitudes 1, as many harmonics

    def of(self, recipe: Recipe) -> Recipe:
        """The recipe with its dials balanced: targets, phases and switches stay as they are."""
        strengths = dict(zip(self.frequencies, zip(self.operands, self.weights, strict=True), strict=True))
        dials = tuple(_at_strengths(dial, *strengths.get(dial.frequency, (1.0, 1.0))) for dial in recipe.dials)
        return replace(recipe, dials=dials, harmonics=HARMONICS, readout_harmonics=READOUT_HARMONICS)


def _at_strengths(dial: Dial, amplitude: float, weight: float) -> Dial:
    b = replace(dial.b, amplitude=amplitude) if dial.b else None
    readout = replace(dial.readout, amplitude=amplitude * weight) if dial.readout else None
    return Dial(dial.frequency, replace(dial.a, amplitude=amplitude), b, readout, weight)


@memoised
def balance_of(network: Network, frequencies: tuple[int, ...]) -> Balance:
    """The balance of a network's dials. Deterministic."""
    return _balanced(RandomAngles(network, frequencies)) if frequencies else Balance((), (), (), (), ())


@memoised
def balanced_network(network: Network, frequencies: tuple[int, ...]) -> Network:
    """The network at its own modulus, its tables re-cut with balanced dials: where a search for targets begins."""
    own = own_recipe(network.modulus, frequencies)
    return transplant(network, balance_of(network, frequencies).of(own))


def is_balanced(network: Network, recipe: Recipe, frequencies: tuple[int, ...]) -> bool:
    """All dials of a recipe stand at the balance of the network that it re-cuts."""
    if recipe.readout_harmonics is None:
        return False
    return balance_of(recut_source(network, recipe), frequencies).of(recipe) == recipe


def mode_of(network: Network, recipe: Recipe, frequencies: tuple[int, ...]) -> Literal["keep", "balance"]:
    """What a recipe with its unembedding re-cut is called: balance, or keep at any other strengths."""
    return "balance" if is_balanced(network, recipe, frequencies) else "keep"


def _balanced(angles: "RandomAngles") -> Balance:
    ones = torch.ones(len(angles.frequencies), dtype=torch.float64)
    operands = _steadiest(lambda tried: float(_logarithms(angles.outputs(tried)).mean()), ones)
    operands = _readable(operands)
    along, across = angles.outputs(operands)
    steady, before = _signal_to_noise(along, across), _signal_to_noise(*angles.outputs(ones))
    weights = steady.square() / (along.abs() * operands).clamp_min(TINY)
    most = float(weights.max())
    weights = _readable(weights / most) if most > 0 else ones  # no dial follows the sum: nothing to balance
    lists = (each.tolist() for each in (operands, weights, steady, before))
    return Balance(angles.frequencies, *map(tuple, lists))


def _readable(strengths: Tensor) -> Tensor:
    """To three digits: they stand in links and on sliders, and finer ones tell nothing."""
    return torch.tensor([float(f"{each:.3g}") for each in strengths.tolist()], dtype=torch.float64)


def _signal_to_noise(along: Tensor, across: Tensor) -> Tensor:
    return along.clamp_min(0) / torch.maximum(across, EXACT * along.abs()).clamp_min(TINY)


def _logarithms(outputs: tuple[Tensor, Tensor]) -> Tensor:
    return _signal_to_noise(*outputs).clamp_min(EXACT).log()


def _steadiest(score: Callable[[Tensor], float], start: Tensor) -> Tensor:
    """Amplitudes [k] that score highest, one at a time (or all of many) made larger or smaller by ever finer steps."""
    best, found, trials = score(start), start, 0
    together = [[k] for k in range(len(start))] if len(start) <= MANY_DIALS else [list(range(len(start)))]
    for step in STEPS:
        better = True
        while better and trials < MOST_TRIALS:
            better = False
            for some, factor in product(together, (1 + step, 1 - step)):
                tried = found.clone()
                tried[some] = (tried[some] * factor).clamp(WEAKEST, STRONGEST)
                reached, trials = score(tried), trials + 1
                if reached > best:
                    best, found, better = reached, tried, True
    return found


class RandomAngles:
    """What a network puts out along each dial for operands whose dials stand at independent random angles."""

    def __init__(self, network: Network, frequencies: tuple[int, ...], seed: int = 0) -> None:
        self.frequencies = frequencies
        self.theta_a, self.theta_b = random_angles(network, len(frequencies), seed)
        self.pairs = AnglePairs(network, frequencies, (self.theta_a, self.theta_b), HARMONICS, 1)

    def outputs(self, operands: Tensor) -> tuple[Tensor, Tensor]:
        """Of each dial [k], at operand amplitudes [k]: mean output along θ_a + θ_b, and how far it strays across."""
        along, across = self.pairs.along_and_across(self.pairs.outputs(operands))
        return along.mean(0), across.abs().kthvalue(int(TAIL * len(across)), dim=0).values
