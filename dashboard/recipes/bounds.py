"""What a recipe from outside may hold: a browser, a link or a file can say anything."""

from collections.abc import Collection
from dataclasses import replace

from dashboard.cache import HIGHEST_MODULUS
from models.errors import RecipeError
from models.network import Network
from models.surgery.norm_gain import norm_gain
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.single_frequency import single_frequency_neurons

LOWEST_MODULUS = 2
LARGEST_AMPLITUDE = 10.0
LARGEST_TARGET = 1e6  # steps
LARGEST_PHASE = 100.0  # radians


def within_bounds(recipe: Recipe) -> Recipe:
    """The recipe, where the wheel and the dials can show it. Raises RecipeError saying what is out of range."""
    if not LOWEST_MODULUS <= recipe.modulus <= HIGHEST_MODULUS:
        raise RecipeError(
            f"Modulus {recipe.modulus} is off the wheel; it goes from {LOWEST_MODULUS} to {HIGHEST_MODULUS}."
        )
    for dial in recipe.dials:
        for turn in _turns(dial):
            _require_turn(dial.frequency, turn)
        if not 0 <= dial.weight <= LARGEST_AMPLITUDE:
            raise RecipeError(
                f"Dial {dial.frequency}: weight {dial.weight:g} is out of range; expected 0 to {LARGEST_AMPLITUDE:g}."
            )
    return recipe


def for_frequencies(recipe: Recipe, frequencies: Collection[int]) -> Recipe:
    """The recipe in the order of a network's dials. Raises RecipeError where it turns others, or not all of them."""
    if {dial.frequency for dial in recipe.dials} != set(frequencies):
        raise RecipeError(
            f"The recipe turns the dials {_listed([dial.frequency for dial in recipe.dials])}, but this network's are "
            f"{_listed(frequencies)}; choose the network that the recipe was made for."
        )
    return replace(recipe, dials=tuple(sorted(recipe.dials, key=lambda dial: dial.frequency)))


def for_network(recipe: Recipe, network: Network) -> Recipe:
    """The recipe, where this network's tables can be cut so. Raises RecipeError saying why not."""
    if recipe.single_frequency:
        single_frequency_neurons(network)
    if recipe.norm_gain:
        norm_gain(network, recipe.frequencies)
    return recipe


def _turns(dial: Dial) -> list[Turn]:
    return [turn for turn in (dial.a, dial.b, dial.readout) if turn]


def _require_turn(frequency: int, turn: Turn) -> None:
    if not 0 <= turn.amplitude <= LARGEST_AMPLITUDE:
        raise RecipeError(
            f"Dial {frequency}: amplitude {turn.amplitude:g} is out of range; expected 0 to {LARGEST_AMPLITUDE:g}."
        )
    for name, value, most in (("target", turn.target, LARGEST_TARGET), ("phase", turn.phase, LARGEST_PHASE)):
        if not abs(value) <= most:
            raise RecipeError(f"Dial {frequency}: {name} {value:g} is out of range; expected {-most:g} to {most:g}.")


def _listed(frequencies: Collection[int]) -> str:
    few = 8
    first = ", ".join(map(str, sorted(frequencies)[:few]))
    return (first or "none") + (" …" if len(frequencies) > few else "")
