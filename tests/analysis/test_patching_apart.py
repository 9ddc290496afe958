"""Patching of networks whose two operands, biases and readouts cannot be mistaken for each other."""

from dataclasses import replace
from itertools import product

import pytest
import torch

from models.analysis.patching import PARTS, best_mix, patched_dials, patched_parts, trained_at, trained_dial
from models.evaluation import evaluate
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

RECIPE = Recipe(
    11, (Dial(1, Turn(3, 1.2, 0.4), Turn(5)), Dial(3, Turn(-4), readout=Turn(2, 0.7, 1.1)), Dial(2, Turn(1, on=False)))
)
NETWORKS = [
    random_network(Shape(modulus=7, separate_tables=True, unembedding_bias=True, constants=True), seed=3),
    random_mlp(MlpShape(modulus=7, shared=False, unembedding_bias=True, biases=True), seed=4),
]


def put_together(network: Network, operated: Network, chosen: tuple[bool, ...]) -> Network:
    """A mix made by hand, one tensor after another."""
    trained = trained_at(network, 11)
    a, b, classes = (operated if taken else trained for taken in chosen)
    bias = classes.unembedding_bias
    return replace(
        operated, table_a=a.table_a, table_b=b.table_b, unembedding=classes.unembedding, unembedding_bias=bias
    )


@pytest.mark.parametrize("network", NETWORKS, ids=["transformer", "mlp"])
def test_every_mix_has_each_part_from_where_it_says(network: Network):
    operated = transplant(network, RECIPE)
    mixes = patched_parts(network, RECIPE)
    assert len({mix.counts for mix in mixes}) >= 6  # or the parts would not be told apart
    for mix, chosen in zip(mixes, product((False, True), repeat=3), strict=True):
        assert mix.operated == tuple(part for part, taken in zip(PARTS, chosen, strict=True) if taken)
        assert mix.trained == tuple(part for part, taken in zip(PARTS, chosen, strict=True) if not taken)
        assert mix.counts == evaluate(put_together(network, operated, chosen)).counts


@pytest.mark.parametrize("network", NETWORKS, ids=["transformer", "mlp"])
def test_a_trained_network_at_more_numbers_repeats_every_part(network: Network):
    longer, numbers = trained_at(network, 11), torch.arange(11) % 7
    assert torch.equal(longer.table_a, network.table_a[numbers])
    assert torch.equal(longer.table_b, network.table_b[numbers])
    assert torch.equal(longer.unembedding, network.unembedding[:, numbers])
    assert torch.equal(longer.unembedding_bias, network.unembedding_bias[numbers])
    assert (longer.modulus, longer.tables_shared) == (11, False)


def test_a_dial_put_back_is_at_its_trained_wave_on_every_table_and_alone():
    network = NETWORKS[0]
    found = patched_dials(network, RECIPE)
    assert [(mix.trained, mix.operated) for mix in found] == [(("1",), ("3",)), (("3",), ("1",))]  # 2 is off
    for place, mix in zip((0, 1), found, strict=True):
        dials = list(RECIPE.dials)
        dials[place] = Dial(dials[place].frequency, Turn(dials[place].frequency * 11 / 7))
        assert mix.counts == evaluate(transplant(network, replace(RECIPE, dials=tuple(dials)))).counts
    assert trained_dial(RECIPE.dials[1], network, RECIPE) == Dial(3, Turn(33 / 7))


def test_the_best_mix_is_neither_end_and_has_the_most_right_pairs():
    mixes = patched_parts(NETWORKS[1], RECIPE)
    best = best_mix(mixes)
    assert best in mixes[1:-1]
    assert all(mix.counts.right <= best.counts.right for mix in mixes[1:-1])
