"""The one way from a request to its outcome: what it does in every case, and that all its callers get the same."""

import pickle

import pytest

from models.circuits.logits import logit_waves
from models.errors import RecipeError
from models.evaluation import evaluate
from models.experiment.apply import apply_readout_mode
from models.experiment.request import Request, waves_for
from models.experiment.run import run, steps
from models.experiment.sampled import sample
from models.experiment.sweep import Reached, counted_again
from models.planner import best_by_margin, find_dials, random_dials
from models.surgery.balance import balance_of
from models.surgery.margin import recipe_margin
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built, noisy

DIALS = (1, 3, 4)
NETWORK = noisy(hand_built(13, DIALS))
WAVES = logit_waves(NETWORK, DIALS)
TURNED = linked_recipe(17, {1: 2, 3: -3, 4: 5})


def test_a_search_ends_in_what_find_dials_finds():
    outcome, plan = run(NETWORK, Request(17, "keep", rounds=1)), find_dials(NETWORK, WAVES, 17, rounds=1)
    assert (outcome.recipe, outcome.tried, outcome.margin) == (plan.recipe, plan.tried, pytest.approx(plan.margin))
    assert outcome.result.evaluation.counts == plan.evaluation.counts == evaluate(outcome.result.network).counts
    assert (outcome.control, outcome.refused, outcome.random) == (None, None, ())
    assert outcome.by_margin_alone == plan.by_margin_alone


@pytest.mark.parametrize("readout", ["keep", "balance", "calibrate", "refit"])
def test_dials_that_are_given_are_taken_as_they_are(readout):
    outcome = run(NETWORK, Request.by(TURNED, readout, seed=2, shuffles=2))
    expected = apply_readout_mode(NETWORK, TURNED, WAVES, readout, seed=2)
    assert (outcome.tried, outcome.recipe) == (1, expected.recipe)
    assert outcome.result.network.digest == expected.network.digest
    assert outcome.margin == pytest.approx(recipe_margin(expected.recipe, WAVES))
    assert (outcome.control is None) == (readout == "keep")
    assert readout == "keep" or len(outcome.control.accuracies) == 2


def test_keep_with_balanced_dials_goes_by_its_own_name():
    balanced = balance_of(NETWORK, DIALS).of(TURNED)
    assert run(NETWORK, Request.by(balanced, shuffles=1)).result.readout == "balance"
    assert sample(NETWORK, Request.by(balanced), 20).readout == "balance"


def test_without_a_search_the_largest_margin_is_taken_and_no_answer_looked_at():
    outcome = run(NETWORK, Request(17, "keep", search="none", seed=3))
    assert (outcome.tried, outcome.recipe) == (0, best_by_margin(WAVES, 17, seed=3))


def test_fixed_targets_stay_and_a_frequency_that_cannot_be_is_refused():
    outcome = run(NETWORK, Request(17, "keep", fixed={2: 7.0, 3: -5.0}, rounds=0))
    assert (outcome.recipe.targets[2], outcome.recipe.targets[3]) == (7, -5)
    assert waves_for(NETWORK, Request(17, fixed={2: 7.0})).frequencies == (1, 2, 3, 4)
    for search in ("full", "none"):
        with pytest.raises(RecipeError, match=r"Frequency 7 cannot be a dial; a network mod 13 has 1 to 6\."):
            run(NETWORK, Request(17, fixed={7: 1.0}, search=search))


def test_settings_at_random_are_counted_where_they_are_asked_for_and_something_was_sought():
    asked = Request(19, "keep", rounds=1, seed=1, random_settings=3)
    outcome = run(NETWORK, asked)
    assert outcome.tried > 1
    assert outcome.random == tuple(random_dials(NETWORK, WAVES, 19, count=3, seed=1))
    assert run(NETWORK, Request(19, "keep", rounds=0, random_settings=3)).random == ()


def test_single_frequency_neurons_are_searched_and_told():
    one_hot = hand_built_mlp(13, DIALS)
    outcome = run(one_hot, Request(17, "keep", rounds=0, single_frequency=True))
    assert outcome.recipe.single_frequency
    assert evaluate(transplant(one_hot, outcome.recipe)).counts == outcome.result.evaluation.counts


def test_steps_can_be_left_at_any_time_and_tell_how_far_they_are():
    asked = Request(19, "keep", rounds=1)
    going = steps(NETWORK, asked)
    first = next(going)
    going.close()
    heard = []
    outcome = run(NETWORK, asked, on_progress=lambda *told: heard.append(told))
    assert heard[0] == first
    assert heard == sorted(set(heard))
    assert heard[-1][0] == outcome.tried


def test_what_a_sweep_retains_is_what_counting_again_gives():
    outcome = run(NETWORK, Request(17, "calibrate", rounds=0, seed=4, shuffles=1))
    each = Reached.of(outcome)
    assert counted_again(NETWORK, each, WAVES, 4).evaluation.counts == each.counts
    assert each.control == outcome.control.mean


def test_a_request_travels_between_processes():
    asked = Request(17, "auto", TURNED, {3: 2.0}, seed=5)
    assert pickle.loads(pickle.dumps(asked)) == asked
