"""Which parts carry the result: every mix of trained and operated tables, and every dial put back alone."""

from dataclasses import dataclass, replace
from itertools import product

import torch
from torch import Tensor

from models.evaluation import Counts, evaluate
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from models.task import Addition

PARTS = ("table a", "table b", "readout")


@dataclass(frozen=True)
class Patched:
    """All pairs of the operated network with some of its parts as they were trained."""

    operated: tuple[str, ...]  # the parts, or dials, that surgery wrote
    trained: tuple[str, ...]  # those left as they were trained
    counts: Counts


def trained_at(network: Network, modulus: int) -> Network:
    """The trained network fed the numbers 0..q−1, its tables and its unembedding's classes as they are.

    Beyond the trained modulus there are no more tokens, and it begins again at 0: the trained waves, going on.
    """
    numbers = torch.arange(modulus) % network.modulus
    table_a = network.table_a[numbers]
    table_b = table_a if network.tables_shared else network.table_b[numbers]
    bias = None if network.unembedding_bias is None else network.unembedding_bias[numbers]
    unembedding = network.unembedding[:, numbers].contiguous()
    return replace(
        network,
        task=Addition(modulus),
        table_a=table_a,
        table_b=table_b,
        unembedding=unembedding,
        unembedding_bias=bias,
    )


def patched_parts(network: Network, recipe: Recipe) -> list[Patched]:
    """The eight mixes of both operands' tables and the unembedding, trained or operated, about the trained body.

    Args:
        network: as it was trained.
        recipe: the operation.

    Returns:
        One entry a mix, with all its pairs counted.

    >>> from models import own_recipe, zoo
    >>> len(patched_parts(zoo.load("mlp-113"), own_recipe(12, (3, 5))))
    8
    """
    trained, operated = trained_at(network, recipe.modulus), transplant(network, recipe)
    found = []
    for chosen in product((False, True), repeat=len(PARTS)):
        a, b, classes = (operated if taken else trained for taken in chosen)
        mixed = replace(
            operated,
            table_a=a.table_a,
            table_b=_same_if_shared(a.table_a, b.table_b),
            unembedding=classes.unembedding,
            unembedding_bias=classes.unembedding_bias,
        )
        written = tuple(part for part, taken in zip(PARTS, chosen, strict=True) if taken)
        left = tuple(part for part, taken in zip(PARTS, chosen, strict=True) if not taken)
        found.append(Patched(written, left, evaluate(mixed).counts))
    return found


def best_mix(mixes: list[Patched]) -> Patched:
    """The mix with the most right pairs among those that hold both trained and operated parts."""
    return max((mix for mix in mixes if mix.operated and mix.trained), key=lambda mix: mix.counts.right)


def patched_dials(network: Network, recipe: Recipe) -> list[Patched]:
    """For every dial that is on: it alone put back to its trained wave, on all tables, the others left operated.

    Args:
        network: as it was trained.
        recipe: the operation.

    Returns:
        One entry a dial, with all its pairs counted.

    >>> from models import own_recipe, zoo
    >>> [entry.counts.pairs for entry in patched_dials(zoo.load("mlp-113"), own_recipe(12, (3, 5)))]
    [144, 144]
    """
    on = [dial for dial in recipe.dials if dial.a.on]
    found = []
    for dial in on:
        put_back = tuple(trained_dial(each, network, recipe) if each is dial else each for each in recipe.dials)
        counts = evaluate(transplant(network, replace(recipe, dials=put_back))).counts
        others = tuple(str(each.frequency) for each in on if each is not dial)
        found.append(Patched(others, (str(dial.frequency),), counts))
    return found


def trained_dial(dial: Dial, network: Network, recipe: Recipe) -> Dial:
    """The dial at its trained wave: k steps of p, which are k·q/p steps of q, a real number."""
    return Dial(dial.frequency, Turn(dial.frequency * recipe.modulus / network.modulus))


def _same_if_shared(table_a: Tensor, table_b: Tensor) -> Tensor:
    """One object where both are equal, so that a shared table stays shared."""
    return table_a if torch.equal(table_a, table_b) else table_b
