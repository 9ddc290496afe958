"""Searches and draws whose dials stand at balanced strengths, or are carried as a recipe carries its own."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from models.circuits.logits import LogitWaves, logit_waves
from models.evaluation import Counts, evaluate
from models.network import Network
from models.planner.candidates import candidate_settings
from models.planner.search import ROUNDS, Plan, Search, find_dials, search_steps
from models.surgery.balance import HARMONICS, balance_of, balanced_network, is_balanced
from models.surgery.recipe import Recipe, linked_recipe
from models.surgery.transplant import recut_source, transplant

RANDOM_DIALS = 16


def find_balanced_dials(network: Network, waves: LogitWaves, modulus: int, **options: Any) -> Plan:
    """As `find_dials`, with the strengths of `balance_of`; `options` are those of `find_dials` but for harmonics.

    α is measured anew, since balanced dials weigh otherwise, and so do their margins.
    """
    balance = balance_of(network, waves.frequencies)
    ready = balanced_network(network, waves.frequencies)
    plan = find_dials(ready, logit_waves(ready, waves.frequencies), modulus, harmonics=HARMONICS, **options)
    recipe = balance.of(plan.recipe)
    operated = transplant(network, recipe)  # from the trained tables themselves, without a rounding between
    others = tuple(map(balance.of, plan.runners_up))
    return replace(plan, recipe=recipe, network=operated, evaluation=evaluate(operated), runners_up=others)


def find_dials_like(
    network: Network, waves: LogitWaves, recipe: Recipe, *, seed: int = 0
) -> Generator[tuple[int, int], None, Plan]:
    """Dials for the modulus of a recipe, balanced and with single-frequency neurons where its own are.

    At strengths of a visitor's own there is nothing to search by: the dials found stand at the trained ones. A glimpse
    at a time, below COUNTED_ONCE: yields (settings tried, at most), returns the plan.
    """
    frequencies, source = waves.frequencies, recut_source(network, recipe)
    balanced = is_balanced(network, recipe, frequencies)
    ready = balanced_network(source, frequencies) if balanced else source
    measured = waves if ready is network else logit_waves(ready, frequencies)
    harmonics = recipe.harmonics if balanced or recipe.readout_harmonics is None else recipe.carried_by_readout
    search = Search(ready, measured, recipe.modulus, {}, harmonics, seed)
    plan = yield from search_steps(search, ROUNDS)
    found = balance_of(source, frequencies).of(plan.recipe) if balanced else plan.recipe
    return replace(plan, recipe=replace(found, single_frequency=recipe.single_frequency))


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
