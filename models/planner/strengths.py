"""Searches and draws whose dials stand at balanced strengths, or are carried as a recipe carries its own."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from models.circuits.logits import LogitWaves, logit_waves
from models.evaluation import Counts, evaluate
from models.network import Network
from models.planner.candidates import candidate_settings
from models.planner.search import ROUNDS, Plan, Search, search_steps
from models.surgery.balance import balance_of, is_balanced
from models.surgery.recipe import Recipe, linked_recipe
from models.surgery.transplant import recut_source, transplant

RANDOM_DIALS = 16


def find_dials_like(
    network: Network, waves: LogitWaves, recipe: Recipe, *, seed: int = 0
) -> Generator[tuple[int, int], None, Plan]:
    """Dials for the modulus of a recipe, balanced and with single-frequency neurons where its own are.

    At strengths of a visitor's own there is nothing to search by: the dials found stand at the trained ones. A glimpse
    at a time, below COUNTED_ONCE: yields (settings tried, at most), returns the plan.
    """
    frequencies, source = waves.frequencies, recut_source(network, recipe)
    balance = balance_of(source, frequencies) if is_balanced(network, recipe, frequencies) else None
    harmonics = recipe.harmonics if balance else recipe.carried_by_readout
    measured = waves if source is network else logit_waves(source, frequencies)
    search = Search(source, measured, recipe.modulus, {}, harmonics, seed, balance)
    plan = yield from search_steps(search, ROUNDS)
    return replace(plan, recipe=replace(plan.recipe, single_frequency=recipe.single_frequency))


def random_dials(
    network: Network,
    waves: LogitWaves,
    modulus: int,
    *,
    balanced: bool = False,
    count: int = RANDOM_DIALS,
    seed: int = 0,
) -> Iterator[Counts]:
    """All pairs of `count` settings drawn at random, whatever their margin: what the search is measured against."""
    drawn = candidate_settings(waves, modulus, {}, seed)[1 : 1 + count]
    for setting in drawn.tolist():
        recipe = linked_recipe(modulus, dict(zip(waves.frequencies, setting, strict=True)))
        recipe = balance_of(network, waves.frequencies).of(recipe) if balanced else recipe
        yield evaluate(transplant(network, recipe)).counts
