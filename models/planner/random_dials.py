"""Settings drawn at random, at trained or balanced strengths."""

from collections.abc import Iterator

from models.circuits.logits import CosineFit
from models.evaluation import Counts, evaluate
from models.groups import Group
from models.network import Network
from models.planner.candidates import candidate_settings
from models.surgery.balance import balance_of
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant

RANDOM_DIALS = 16


def random_dials(
    network: Network,
    waves: CosineFit,
    modulus: int | Group,
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
