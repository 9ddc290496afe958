"""The strengths of the dials as trained, or balanced."""

from dataclasses import replace

from dashboard import cache
from models.network import Network
from models.surgery import balance
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Dial, Recipe
from models.surgery.transplant import recut_source


def balance_for(network: Network, recipe: Recipe) -> balance.Balance:
    """The balance of a network's dials as a recipe carries them; memoised as long as the network is."""
    return balance.balance_of(recut_source(network, recipe), cache.keys(network).frequencies)


def mode_of(network: Network, recipe: Recipe) -> ReadoutMode:
    """What a recipe with its unembedding re-cut is called: balance, or keep at any other strengths."""
    return balance.mode_of(network, recipe, cache.keys(network).frequencies)


def mode_named(network: Network, recipe: Recipe) -> str:
    """The same in words, with norm gain where there is one."""
    mode = "balanced" if mode_of(network, recipe) == "balance" else "keep"
    return mode + (" with norm gain" if recipe.norm_gain else "")


def balanced_or_not(network: Network, recipe: Recipe) -> Recipe:
    """The recipe with its dials balanced or, where they are, at their trained strengths."""
    found = balance_for(network, recipe).of(recipe)
    return found if found != recipe else as_trained(recipe)


def plain_dials(network: Network, recipe: Recipe) -> Recipe:
    """The recipe as keep takes it: balanced dials at their trained strengths, any other as they are."""
    return as_trained(recipe) if mode_of(network, recipe) == "balance" else recipe


def as_trained(recipe: Recipe) -> Recipe:
    """The recipe with every dial as strong as it was trained, and as many harmonics as usual."""
    usual = Recipe(recipe.modulus, ())
    dials = tuple(map(_as_trained, recipe.dials))
    return replace(recipe, dials=dials, harmonics=usual.harmonics, readout_harmonics=None)


def _as_trained(dial: Dial) -> Dial:
    b, readout = (replace(turn, amplitude=1.0) if turn else None for turn in (dial.b, dial.readout))
    return Dial(dial.frequency, replace(dial.a, amplitude=1.0), b, readout)
