"""Settings worth seeing, computed from whichever network is in use, each with the one sentence that explains it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from dashboard import cache
from dashboard.cache import HIGHEST_MODULUS, memoised
from dashboard.recipes.challenges import BREAK, HALVE, REPAIR, SILENCE, STRETCH
from dashboard.recipes.prompts import SECOND_STOP, first_stop
from models.errors import RecipeError
from models.network import Network
from models.surgery.half_steps import with_halves
from models.surgery.margin import alias_distance
from models.surgery.norm_gain import norm_gain
from models.surgery.recipe import Dial, Recipe, Turn, even_recipe, linked_recipe, own_recipe, signed_steps
from models.surgery.single_frequency import has_neuron_columns

HALVES = (3, 4)  # 3½ + 4½
SINGLE_FREQUENCY, NORM_GAIN = "Single-frequency neurons", "Norm gain"
MEANT_TO_BE_RIGHT = (STRETCH, REPAIR, SINGLE_FREQUENCY, NORM_GAIN)
ONE_DIAL = "this network has one dial only"


@dataclass(frozen=True)
class Preset:
    """A label, the sentence that goes with it, and its recipe; where it cannot be set, the sentence says why."""

    label: str
    sentence: str
    recipe: Recipe | None
    pair: tuple[int, int] | None = None  # to look at
    challenge: bool = False  # one of the five

    @property
    def breaks(self) -> bool:
        """What goes wrong with it is what it shows; with the others all pairs are meant to be right."""
        return self.label not in MEANT_TO_BE_RIGHT


@memoised(64)
def presets_for(network: Network) -> list[Preset]:
    """All presets of a network; none where it has no dials."""
    waves = cache.waves(network)
    strongest = sorted(waves.frequencies, key=lambda k: -abs(waves.alphas[waves.frequencies.index(k)]))
    opening = own_recipe(network.modulus, waves.frequencies)
    if not strongest:
        return []
    found = presets_of(opening, tuple(strongest), lambda a, b: cache.half_step(network, a, b))
    found += [_single_frequency(opening)] if has_neuron_columns(network) else []
    return [*found, _norm_gain(network, opening)] if network.body.has_norms else found


def presets_of(
    opening: Recipe, strongest: tuple[int, ...], answer_between: Callable[[float, float], int]
) -> list[Preset]:
    """All presets of a network, from its own dials at its own modulus and its frequencies, the strongest first.

    `answer_between` says what the network answers between the numbers.
    """
    return [
        *(
            replace(preset, challenge=True)
            for preset in (
                _above(opening),
                _grey(opening),
                _repaired(opening),
                _halves(opening, answer_between),
                _killed(opening, strongest),
            )
        ),
        _detuned(opening, strongest),
        _swapped(opening, strongest),
        _multiplied(opening),
    ]


def _above(opening: Recipe) -> Preset:
    p, q = opening.modulus, first_stop(opening.modulus)
    if q > HIGHEST_MODULUS:
        return Preset(STRETCH, f"The wheel ends at {HIGHEST_MODULUS}.", None)
    sentence = (
        f"The network's own dials, on a circle of {q} numbers instead of {p}: only its tables are re-cut. Untouched, "
        f"it does not know the numbers from {p} to {q - 1}."
    )
    return Preset(STRETCH, sentence, replace(opening, modulus=q))


def _even(opening: Recipe) -> Recipe:
    """Every dial at an even number of steps, at an even modulus."""
    frequencies = [dial.frequency for dial in opening.dials]
    recipe = even_recipe(SECOND_STOP, opening.modulus, frequencies, opening.harmonics)
    if alias_distance(recipe) is None:  # an odd frequency of an even modulus stays odd
        recipe = linked_recipe(SECOND_STOP, {k: 2 * k for k in frequencies}, opening.harmonics)
    return recipe


def _grey(opening: Recipe) -> Preset:
    recipe = _even(opening)
    distance = alias_distance(recipe)
    sentence = (
        f"Every dial takes an even number of steps, and {SECOND_STOP} is even too: c and c + {distance} stand at the "
        "same place on every dial, and the network cannot decide between them. These steps were chosen to show that; "
        f"{SECOND_STOP} itself is no harder than others."
    )
    return Preset(BREAK, sentence, recipe)


def _repaired(opening: Recipe) -> Preset:
    broken = _even(opening)
    first = broken.dials[0]
    sentence = (
        f"One dial takes an odd number of steps, the others even ones as before: on dial {first.frequency}, c and "
        f"c + {alias_distance(broken)} stand apart. No weight was changed."
    )
    return Preset(REPAIR, sentence, broken.with_target(first, first.a.target + 1))


def _detuned(opening: Recipe, strongest: tuple[int, ...]) -> Preset:
    q, k = opening.modulus, strongest[0]
    sentence = (
        f"Dial {k} takes {k}½ steps per number, so after a round of {q} numbers its wave does not close: for sums that "
        "wrap it stands half a turn away from the right class."
    )
    return Preset("Detune one dial", sentence, _with_turns(opening, {k: Dial(k, Turn(k + 0.5))}))


def _swapped(opening: Recipe, strongest: tuple[int, ...]) -> Preset:
    label = "Swap two dials on one table"
    if len(strongest) < 2:
        return Preset(label, f"Needs two dials, but {ONE_DIAL}.", None)
    one, other = sorted(strongest[:2])
    changed = {one: Dial(one, Turn(one), Turn(other)), other: Dial(other, Turn(other), Turn(one))}
    sentence = (
        f"On b's table dials {one} and {other} have changed places, on a's table not: each of them now adds "
        "angles that do not belong together, and its wave peaks in the wrong places."
    )
    return Preset(label, sentence, _with_turns(opening, changed))


def _killed(opening: Recipe, strongest: tuple[int, ...]) -> Preset:
    k, label = strongest[0], SILENCE
    if len(strongest) < 2:
        return Preset(label, f"Nothing would be left: {ONE_DIAL}.", None)
    sentence = (
        f"Frequency {k}, the strongest, is gone from both operands' tables and from the readout; what is still right, "
        f"the other {len(strongest) - 1} do without it."
    )
    return Preset(label, sentence, _with_turns(opening, {k: Dial(k, Turn(k, on=False))}))


def _multiplied(opening: Recipe) -> Preset:
    p = opening.modulus
    m = next(m for m in range(2, p + 2) if math.gcd(m, p) == 1)
    recipe = linked_recipe(
        p, {dial.frequency: signed_steps(m * dial.frequency, p) for dial in opening.dials}, opening.harmonics
    )
    sentence = (
        f"Every dial takes {m} times its steps: number n now stands where {m}·n stood. That only renames the numbers, "
        f"and {m}·a + {m}·b = {m}·(a + b), so nothing changes."
    )
    return Preset(f"{m} × every dial: nothing changes", sentence, recipe)


def _halves(opening: Recipe, answer_between: Callable[[float, float], int]) -> Preset:
    p, (a, b) = opening.modulus, HALVES
    label = f"{a}½ + {b}½"
    if p <= a + b + 1:
        return Preset(HALVE, f"Mod {p}, {a + b + 1} is no number of its own.", None)
    answer = answer_between(a + 0.5, b + 0.5)
    told = (
        f"Every pair is asked half a step ahead on both sides, and scored against a + b + 1, as {label} is {a + b + 1}"
        if answer == a + b + 1
        else f"It should be {a + b + 1}: between its numbers this network does not add angles"
    )
    sentence = (
        f"Both operands stand half a step ahead, at angles the network never saw, and {label} gives {answer}. {told}."
    )
    return Preset(HALVE, sentence, with_halves(opening), HALVES)


def _single_frequency(opening: Recipe) -> Preset:
    sentence = (
        "Each neuron is left the one wave that it answers to most, in the tables and in the readout; the traces of "
        "other waves, which get in the way once dials are turned, are left out. Nothing is fitted."
    )
    recipe = replace(opening, modulus=min(HIGHEST_MODULUS, first_stop(opening.modulus)), single_frequency=True)
    return Preset(SINGLE_FREQUENCY, sentence, recipe)


def _norm_gain(network: Network, opening: Recipe) -> Preset:
    try:
        gain = norm_gain(network, opening.frequencies)
    except RecipeError as error:
        return Preset(NORM_GAIN, str(error), None)
    sentence = (
        "Re-cutting leaves out what is no dial's wave, and a norm then takes positions for louder than they were. Here "
        f"the dials' waves are {gain:.3f} times as strong, as strong together as all that the tables held: one number, "
        "from the tables alone, for every modulus. Nothing is fitted."
    )
    recipe = replace(opening, modulus=min(HIGHEST_MODULUS, first_stop(opening.modulus)), norm_gain=True)
    return Preset(NORM_GAIN, sentence, recipe)


def _with_turns(opening: Recipe, changed: dict[int, Dial]) -> Recipe:
    return replace(opening, dials=tuple(changed.get(dial.frequency, dial) for dial in opening.dials))
