"""Norm gain: the power that re-cutting drops is given back to the waves that stay, where a body has norms."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import zoo
from models.ablation.shuffles import shuffled_body
from models.bodies.general_transformer import GeneralTransformerBody
from models.circuits.logits import logit_waves
from models.circuits.spectra import embedding_spectrum, key_frequencies
from models.errors import RecipeError
from models.evaluation import evaluate
from models.evaluation.certificate import Certificate, certify
from models.experiment.certificate_check import check_certificate
from models.experiment.request import Request, waves_for
from models.experiment.run import run
from models.network import Network
from models.surgery.norm_gain import norm_gain, with_norm_gain
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import tables_at, transplant
from tests.layouts import LAYOUTS
from tests.oracles import hand_built, noisy

NORMED = [network for network in (layout.network() for layout in LAYOUTS) if network.body.has_norms]
networks = st.sampled_from(NORMED)


def power_beside_the_mean(network: Network) -> float:
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    return sum(float((table.double() - table.double().mean(0)).square().sum()) for table in tables)


@given(networks, st.sets(st.integers(1, 3), min_size=1), st.booleans())
def test_as_much_power_stands_in_the_re_cut_tables_as_stood_in_the_trained_ones(network, frequencies, apart: bool):
    if apart:
        network = replace(network, table_b=network.table_b.flip(0).clone())
    recipe = replace(own_recipe(network.modulus, sorted(frequencies)), norm_gain=True)
    found, plain = transplant(network, recipe), transplant(network, replace(recipe, norm_gain=False))
    assert power_beside_the_mean(found) == pytest.approx(power_beside_the_mean(network), rel=1e-5)
    for louder, trained in ((found.table_a, network.table_a), (found.table_b, network.table_b)):
        torch.testing.assert_close(louder.mean(0), trained.mean(0), rtol=0, atol=1e-6)
    gain = norm_gain(network, recipe.frequencies)
    torch.testing.assert_close(
        found.table_a - found.table_a.mean(0), gain * (plain.table_a - plain.table_a.mean(0)), rtol=1e-4, atol=1e-5
    )
    assert found.body is network.body
    assert torch.equal(found.unembedding, plain.unembedding)
    assert found.tables_shared == network.tables_shared


def test_half_steps_and_any_other_numbers_are_cut_from_the_same_louder_tables():
    network, halves = NORMED[0], torch.arange(7) + 0.5
    recipe = linked_recipe(9, {1: 2, 3: -4})
    expected = tables_at(with_norm_gain(network, (1, 3)), recipe, halves)
    assert torch.equal(tables_at(network, replace(recipe, norm_gain=True), halves)[0], expected[0])


def test_it_is_one_number_whatever_the_targets_switches_and_modulus():
    network = NORMED[0]
    on, off = (Recipe(11, (Dial(1, Turn(4)), Dial(3, Turn(5, on=on))), norm_gain=True) for on in (True, False))
    first = transplant(network, replace(on, dials=(on.dials[0], replace(on.dials[1], a=Turn(5, 0.0)))))
    assert torch.equal(transplant(network, off).table_a, first.table_a)


def test_a_layer_behind_a_norm_sees_positions_as_loud_as_in_training():
    """Dials of a third of the power: without gain the rows shrink beside '=' and positions, with it they do not."""
    network = zoo.load("layernorm-97")
    keys = key_frequencies(network).frequencies
    body = network.body
    assert isinstance(body, GeneralTransformerBody)

    def size(found: Network) -> float:
        return float((found.table_a - found.table_a.mean(0) + body.constants[0]).norm(dim=1).mean())

    few = keys[:3]
    plain = transplant(network, own_recipe(97, few))
    louder = transplant(network, replace(own_recipe(97, few), norm_gain=True))
    assert norm_gain(network, few) > 1.2
    assert size(plain) < size(louder)
    assert size(louder) == pytest.approx(size(network), rel=0.02)


def test_bodies_without_norms_are_refused_with_what_to_do():
    network = hand_built(13, (1, 3))
    with pytest.raises(RecipeError, match=r"LayerNorm or RMSNorm.*Leave the setting out"):
        transplant(network, replace(own_recipe(13, (1, 3)), norm_gain=True))
    assert norm_gain(NORMED[0], ()) == 1.0


def test_dials_that_hold_next_to_nothing_are_refused():
    network = NORMED[0]
    table = network.table_a.double()
    waves = torch.fft.rfft(table, dim=0)
    waves[[1, 3]] *= 1e-3  # 3 and its second harmonic, 6 folded
    silent = torch.fft.irfft(waves, n=len(table), dim=0).float()
    silent_network = replace(network, table_a=silent, table_b=silent)
    with pytest.raises(RecipeError, match="too little for a norm gain; expected more than 1%"):
        norm_gain(silent_network, (3,))


def test_its_strengths_are_measured_on_the_trained_network_and_its_search_is_of_the_louder_one():
    network = noisy(NORMED[0], 0.05)
    asked = Request(7, "keep", rounds=0, norm_gain=True, shuffles=2)
    keys = key_frequencies(network).frequencies
    assert torch.equal(waves_for(network, asked).alphas, logit_waves(network, keys).alphas)
    found = run(network, asked)
    assert found.recipe.norm_gain
    assert found.result.network.digest == transplant(network, found.recipe).digest
    assert found.result.evaluation.counts == evaluate(transplant(network, found.recipe)).counts


def test_keep_with_it_stands_beside_the_same_gain_on_shuffled_bodies():
    network = NORMED[0]
    recipe = replace(own_recipe(7, (1, 2, 3)), norm_gain=True)
    control = run(network, Request.by(recipe, shuffles=2)).control
    assert control
    shuffled = [evaluate(transplant(shuffled_body(network, seed), recipe)).counts.accuracy for seed in range(2)]
    assert list(control.accuracies) == shuffled
    assert run(network, Request.by(replace(recipe, norm_gain=False), shuffles=2)).control is None


@pytest.mark.parametrize("readout", ["keep", "balance", "calibrate"])
def test_a_certificate_of_it_is_checked_from_its_own_text(readout):
    network = NORMED[0]
    outcome = run(network, Request(5, readout, rounds=0, norm_gain=True, shuffles=0))
    result = outcome.result
    made = certify(network, outcome.recipe, result.network, result.evaluation, result.readout, 0)
    again = Certificate.from_json(made.to_json())
    assert again.recipe.norm_gain
    assert check_certificate(again, network).holds


def test_recipes_say_it_only_where_there_is_one():
    recipe = own_recipe(5, (1, 2))
    assert "norm_gain" not in recipe.to_json()
    flagged = replace(recipe, norm_gain=True)
    assert Recipe.from_json(flagged.to_json()) == flagged
    assert Recipe.from_json(recipe.to_json()) == recipe
    with pytest.raises(RecipeError, match="\"norm_gain\" is 'yes'; expected true or false"):
        Recipe.from_json(recipe.to_json() | {"norm_gain": "yes"})


def test_the_share_that_stays_counts_harmonics_once():
    network = NORMED[0]
    power = embedding_spectrum(network).power
    expected = float((power.sum() / (power[0] + power[1])) ** 0.5)  # frequency 1 and its second harmonic
    assert norm_gain(network, (1,)) == pytest.approx(expected)
