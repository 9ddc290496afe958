"""The five challenges: each is met by what it asks for, and by nothing else."""

import pytest

from dashboard.recipes.challenges import challenges_met
from dashboard.recipes.presets import presets_for
from models import zoo
from models.ablation.shuffles import shuffled_body
from models.circuits.spectra import key_frequencies
from models.evaluation import evaluate
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant


@pytest.fixture(scope="module")
def network():
    return zoo.load("transformer-113")


def met_by(network, recipe, before=()):
    return challenges_met(network, recipe, evaluate(transplant(network, recipe)), before)


def test_each_challenge_is_met_by_its_own_preset(network):
    offered = {preset.label: preset.recipe for preset in presets_for(network) if preset.challenge}
    beside = {"Break it", "Stretch it"}  # what was met before, and what 128 meets too
    assert len(offered) == 5
    for label, recipe in offered.items():
        assert met_by(network, recipe, {"Break it"}) | beside == {label} | beside
    assert "Stretch it" in met_by(network, offered["Stretch it"])


def test_a_network_that_is_wrong_by_itself_was_not_broken_here(network):
    shuffled = shuffled_body(network, 0)
    assert met_by(shuffled, own_recipe(network.modulus, key_frequencies(network).frequencies)) == set()


def test_nothing_is_met_at_first_and_nothing_is_repaired_that_was_not_broken(network):
    assert met_by(network, own_recipe(network.modulus, key_frequencies(network).frequencies)) == set()
    repaired = next(preset.recipe for preset in presets_for(network) if preset.label == "Repair it")
    assert met_by(network, repaired) == {"Stretch it"}
