"""Presets do what their names say, on whichever network."""

from dataclasses import replace

import pytest
import torch

from dashboard.recipes.bounds import for_network
from dashboard.recipes.presets import presets_for, presets_of
from models import zoo
from models.circuits.spectra import key_frequencies
from models.errors import RecipeError
from models.evaluation import evaluate, predictions
from models.surgery.half_steps import halves_ahead, halves_linked
from models.surgery.margin import alias_distance
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant

DIALS = (1, 3, 4)


def outcome(network, recipe):
    return evaluate(transplant(network, recipe))


def named(presets, start):
    return next(preset for preset in presets if preset.label.startswith(start))


@pytest.fixture(scope="module")
def network():
    return zoo.load("transformer-113")


@pytest.fixture(scope="module")
def presets(network):
    return presets_for(network)


def test_all_are_there_with_a_sentence_and_the_networks_own_dials(network, presets):
    assert [preset.label for preset in presets] == [
        "Stretch it",
        "Break it",
        "Repair it",
        "Halve it",
        "Silence a dial",
        "Detune one dial",
        "Swap two dials on one table",
        "2 × every dial: nothing changes",
    ]
    assert [preset.challenge for preset in presets] == [True] * 5 + [False] * 3
    keys = key_frequencies(network).frequencies
    for preset in presets:
        assert tuple(dial.frequency for dial in preset.recipe.dials) == keys
        assert preset.sentence.count(". ") <= 1


def test_127_carries_and_128_leaves_every_pair_undecided(network, presets):
    assert outcome(network, named(presets, "Stretch").recipe).counts.accuracy > 0.999
    grey = named(presets, "Break").recipe
    assert outcome(network, grey).counts.undecided == 128**2
    assert f"c and c + {alias_distance(grey)} " in named(presets, "Break").sentence


def test_one_step_of_one_dial_repairs_what_was_broken(network, presets):
    broken, repaired = named(presets, "Break").recipe, named(presets, "Repair").recipe
    moved = [one.a.target - other.a.target for one, other in zip(repaired.dials, broken.dials, strict=True)]
    assert sorted(moved) == [0, 0, 0, 0, 1]
    assert outcome(network, repaired).counts.accuracy == 1


def test_one_dial_is_detuned_and_just_the_sums_that_wrap_fail(network, presets):
    recipe = named(presets, "Detune").recipe
    assert [dial.a.target % 1 for dial in recipe.dials].count(0.5) == 1
    found = outcome(network, recipe)
    assert found.not_wrapping.accuracy > 0.999
    assert found.wrapping.accuracy < 0.01


def test_two_dials_change_places_on_bs_table_only(network, presets):
    recipe = named(presets, "Swap").recipe
    changed = {dial.frequency: dial.b.target for dial in recipe.dials if dial.b}
    (one, there), (other, back) = changed.items()
    assert (there, back) == (other, one)
    assert all(dial.a.target == dial.on_readout.target == dial.frequency for dial in recipe.dials)
    assert outcome(network, recipe).counts.accuracy < 0.5


def test_the_strongest_frequency_is_gone(network, presets):
    recipe = named(presets, "Silence").recipe
    gone = [dial for dial in recipe.dials if not dial.a.on]
    assert len(gone) == 1
    assert not gone[0].on_b.on
    assert not gone[0].on_readout.on
    assert f"Frequency {gone[0].frequency}, the strongest" in named(presets, "Silence").sentence


@pytest.mark.parametrize("name", zoo.names())
def test_multiplying_every_dial_changes_nothing(name):
    network = zoo.load(name)
    multiplied = named(presets_for(network), "2 ×").recipe
    own = own_recipe(network.modulus, key_frequencies(network).frequencies)
    assert multiplied != own
    assert outcome(network, multiplied).counts == outcome(network, own).counts


@pytest.mark.parametrize("name", zoo.names())
def test_three_and_a_half_and_four_and_a_half_are_asked_for_by_the_recipe_itself(name):
    network = zoo.load(name)
    preset = named(presets_for(network), "Halve")
    answers = predictions(transplant(network, preset.recipe))
    assert preset.pair == (3, 4)
    assert halves_ahead(preset.recipe) == (0.5, 0.5)
    assert int(answers[3, 4]) + 1 == 8  # class c stands for c + 1
    assert "3½ + 4½ gives 8" in preset.sentence


@pytest.mark.parametrize("name", zoo.names())
def test_sums_of_halves_are_scored_against_the_answer_half_a_step_ahead(name):
    network = zoo.load(name)
    recipe = named(presets_for(network), "Halve").recipe
    behind = replace(
        recipe, dials=tuple(replace(dial, readout=replace(dial.a, phase=0.0)) for dial in recipe.dials)
    )  # as links of older versions have it
    assert halves_linked(behind) == recipe
    answers, p = predictions(transplant(network, behind)), network.modulus
    a, b = torch.arange(p)[:, None], torch.arange(p)
    assert outcome(network, recipe).counts.right == int((answers == (a + b + 1) % p).sum())
    assert outcome(network, recipe).counts.accuracy > 0.99


def test_what_a_network_is_too_small_for_says_why():
    alone = presets_of(own_recipe(7, (2,)), (2,), lambda a, b: 0)
    refused = {preset.label: preset.sentence for preset in alone if preset.recipe is None}
    assert refused == {
        "Swap two dials on one table": "Needs two dials, but this network has one dial only.",
        "Silence a dial": "Nothing would be left: this network has one dial only.",
        "Halve it": "Mod 7, 8 is no number of its own.",
    }


def test_above_the_wheels_end_there_is_nothing_to_turn_to():
    first = presets_of(own_recipe(255, (2, 3)), (2, 3), lambda a, b: 8)[0]
    assert (first.label, first.recipe, first.sentence) == ("Stretch it", None, "The wheel ends at 256.")


def test_hands_of_an_even_modulus_are_made_even_too():
    grey = named(presets_of(own_recipe(12, (1, 5)), (1, 5), lambda a, b: 8), "Break").recipe
    assert all(dial.a.target % 2 == 0 for dial in grey.dials)
    assert alias_distance(grey) == 64


def test_between_the_numbers_a_network_that_does_not_add_angles_is_not_praised():
    told = named(presets_of(own_recipe(13, DIALS), DIALS, lambda a, b: 2), "Halve").sentence
    assert told.endswith("gives 2. It should be 8: between its numbers this network does not add angles.")


def test_what_should_be_right_leads_on_and_what_breaks_on_purpose_leads_back(presets):
    breaking = {preset.label for preset in presets if preset.breaks}
    assert breaking.isdisjoint({"Stretch it", "Repair it"})
    assert {"Break it", "Silence a dial", "Detune one dial"} <= breaking


def test_only_a_network_with_norms_offers_norm_gain(presets):
    assert not any(preset.label == "Norm gain" for preset in presets)
    network = zoo.load("layernorm-97")
    preset = named(presets_for(network), "Norm gain")
    assert preset.recipe.norm_gain
    assert "1.027 times as strong" in preset.sentence
    assert for_network(preset.recipe, network) == preset.recipe
    with pytest.raises(RecipeError, match="LayerNorm or RMSNorm"):
        for_network(preset.recipe, zoo.load("mlp-113"))


def test_only_a_network_with_neuron_columns_offers_single_frequency_neurons(presets):
    assert not any(preset.label == "Single-frequency neurons" for preset in presets)
    network = zoo.load("one-hot-97")
    recipe = named(presets_for(network), "Single-frequency").recipe
    assert recipe.single_frequency
    assert (
        outcome(network, recipe).counts.right >= outcome(network, replace(recipe, single_frequency=False)).counts.right
    )


@pytest.mark.parametrize(("p", "offered"), [(8, False), (9, True)])
def test_halves_are_offered_from_the_first_modulus_of_which_eight_is_a_number(p: int, offered: bool):
    preset = named(presets_of(own_recipe(p, (1, 2)), (1, 2), lambda a, b: 8), "Halve")
    assert (preset.recipe is not None) == offered
    assert ("8 is no number of its own" in preset.sentence) != offered
