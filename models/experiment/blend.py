"""From the trained body to a shuffled one: the same operation at every step of the way."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from models.ablation.shuffles import own_parameters, shuffled_body
from models.evaluation import Counts, evaluate
from models.network import Network
from models.surgery.recipe import Recipe
from models.surgery.transplant import transplant

STEPS = 20
BLENDS = tuple(step / STEPS for step in range(STEPS + 1))  # shares of the way: 0 as trained, 1 shuffled


class BlendCount(NamedTuple):
    """All pairs at one place of the way."""

    blend: float
    counts: Counts


def counts_at_blend(network: Network, recipe: Recipe, blend: float, seed: int) -> Counts:
    """All pairs of an operation with the body part of the way to a shuffled one; nothing is fitted.

    Args:
        network: as it was trained.
        recipe: the operation.
        blend: from 0, the trained body, to 1, the body shuffled.
        seed: of the shuffle.
    """
    return evaluate(transplant(shuffled_body(network, seed, blend=blend), recipe)).counts


def growing_blend(network: Network, recipe: Recipe, seed: int, known: Collection[float] = ()) -> Iterator[BlendCount]:
    """The curve over `BLENDS` a count at a time, both ends first, then coarse to fine; nothing where there is no body.

    `known` are the places that an earlier run has counted: it goes on after them.
    """
    for blend in _ends_first() if own_parameters(network) else ():
        if blend not in known:
            yield BlendCount(blend, counts_at_blend(network, recipe, blend, seed))


def blend_curve(network: Network, recipe: Recipe, seed: int) -> dict[float, Counts]:
    """The whole curve, in the order of `BLENDS`; empty where there is no body."""
    found = {each.blend: each.counts for each in growing_blend(network, recipe, seed)}
    return dict(sorted(found.items()))


def _ends_first() -> list[float]:
    order = [0, STEPS, *range(0, STEPS, 5), *range(STEPS)]
    return [BLENDS[step] for step in dict.fromkeys(order)]
