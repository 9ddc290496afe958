"""Many moduli: what one network reaches at each."""

from dataclasses import dataclass

from models.circuits.logits import LogitWaves
from models.evaluation import Counts
from models.network import Network
from models.planner import find_dials
from models.surgery.recipe import Recipe


@dataclass(frozen=True)
class Reached:
    """One modulus of a sweep: the best recipe found, all its pairs counted."""

    modulus: int
    recipe: Recipe
    counts: Counts
    tried: int


def reached(network: Network, waves: LogitWaves, modulus: int, *, judged: int) -> Reached:
    """Search dials for a modulus, judging at most `judged` settings on all pairs."""
    plan = find_dials(network, waves, modulus, judged=judged)
    return Reached(modulus, plan.recipe, plan.evaluation.counts, plan.tried)


def coarse_to_fine(lowest: int, highest: int) -> list[int]:
    """Every modulus once, in an order that shows the whole range early: each stride halves the one before."""
    found: dict[int, None] = {}
    stride = 1 << (highest - lowest).bit_length()
    while stride:
        found |= dict.fromkeys(range(highest, lowest - 1, -stride))
        stride //= 2
    return list(found)
