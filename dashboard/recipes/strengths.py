"""The strengths of the dials as trained, or balanced."""

from dataclasses import replace

from dashboard import cache
from models.network import Network
from models.surgery.balance import Balance, balance_of, is_balanced
from models.surgery.readout import Readout
from models.surgery.recipe import Dial, Recipe
from models.surgery.transplant import recut_source


def balance_for(network: Network, recipe: Recipe) -> Balance:
    """The balance of a network's dials as a recipe carries them; kept as long as the network is."""
    return balance_of(recut_source(network, recipe), cache.keys(network).frequencies)


def rung_of(network: Network, recipe: Recipe) -> Readout:
    """What a recipe with its readout re-cut is called: balance, or keep at any other strengths."""
    return "balance" if is_balanced(recut_source(network, recipe), recipe, cache.keys(network).frequencies) else "keep"


def balanced_or_not(network: Network, recipe: Recipe) -> Recipe:
    """The recipe with its dials balanced or, where they are, at their trained strengths."""
    balanced = balance_for(network, recipe).of(recipe)
    return balanced if balanced != recipe else as_trained(recipe)


def as_trained(recipe: Recipe) -> Recipe:
    """The recipe with every dial as strong as it was trained, and as many harmonics as usual."""
    usual = Recipe(recipe.modulus, ())
    dials = tuple(map(_as_trained, recipe.dials))
    return replace(recipe, dials=dials, harmonics=usual.harmonics, readout_harmonics=None)


def _as_trained(dial: Dial) -> Dial:
    b, readout = (replace(turn, amplitude=1.0) if turn else None for turn in (dial.b, dial.readout))
    return Dial(dial.frequency, replace(dial.a, amplitude=1.0), b, readout)
