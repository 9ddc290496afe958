"""Trained and operated parts in every mix, and dials put back."""

import pytest
import torch

from models import zoo
from models.analysis.patching import PARTS, best_mix, patched_dials, patched_parts, trained_at
from models.circuits.spectra import key_frequencies
from models.evaluation import evaluate
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import oracle


@pytest.fixture(scope="module")
def network():
    return oracle(13, {2: 1.0, 5: 1.0})


def test_the_ends_of_the_ladder_are_the_trained_and_the_operated_network(network):
    recipe = linked_recipe(11, {2: 3, 5: 4})
    mixes = patched_parts(network, recipe)
    assert len(mixes) == 8
    first, last = mixes[0], mixes[-1]
    assert (first.operated, first.trained) == ((), PARTS)
    assert (last.operated, last.trained) == (PARTS, ())
    assert first.counts == evaluate(trained_at(network, 11)).counts
    assert last.counts == evaluate(transplant(network, recipe)).counts
    assert last.counts.right == 121


def test_a_mix_of_two_clocks_is_worse_than_one(network):
    mixes = patched_parts(network, linked_recipe(11, {2: 3, 5: 4}))
    best = best_mix(mixes)
    assert best.operated
    assert best.trained
    assert best.counts.right == max(mix.counts.right for mix in mixes[1:-1]) < 121


def test_own_dials_at_the_own_modulus_change_nothing_wherever_they_are_put(network):
    recipe = own_recipe(13, (2, 5))
    assert {mix.counts.right for mix in patched_parts(network, recipe)} == {169}
    dials = patched_dials(network, recipe)
    assert [mix.trained for mix in dials] == [("2",), ("5",)]
    assert [mix.operated for mix in dials] == [("5",), ("2",)]
    assert {mix.counts.right for mix in dials} == {169}


def test_beyond_the_trained_modulus_the_trained_tables_begin_again(network):
    longer = trained_at(network, 20)
    assert longer.table_a.shape[0] == longer.unembedding.shape[1] == 20
    assert torch.equal(longer.table_a[13:], network.table_a[:7])
    assert torch.equal(longer.unembedding[:, 13:], network.unembedding[:, :7])
    assert longer.tables_shared


def test_a_network_of_two_tables_keeps_them_apart():
    network = random_mlp(MlpShape(modulus=7, shared=False))
    shorter = trained_at(network, 5)
    assert torch.equal(shorter.table_a, network.table_a[:5])
    assert torch.equal(shorter.table_b, network.table_b[:5])


def test_a_dial_put_back_at_another_modulus_costs_what_its_recipe_costs():
    network = zoo.load("transformer-113")
    keys = key_frequencies(network).frequencies
    recipe = linked_recipe(97, {k: k for k in keys})
    found = patched_dials(network, recipe)
    detuned = linked_recipe(97, {k: k if k != keys[0] else k * 97 / 113 for k in keys})
    assert found[0].counts == evaluate(transplant(network, detuned)).counts
