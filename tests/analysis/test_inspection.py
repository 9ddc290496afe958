from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording import verdict_sentence
from models.analysis.inspection import FORMING, half_step_accuracy, inspect
from models.analysis.sampled_inspection import inspect_sample
from models.evaluation.results import State
from models.evaluation.sample import wilson_interval
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from models.training.architectures import Sizes, fresh_transformer
from tests.oracles import Shape, hand_built, oracle, random_network


@given(st.sampled_from([5, 7, 11, 13, 17]), st.data())
def test_whoever_adds_angles_adds_half_steps(p: int, data: st.DataObject):
    dials = tuple(sorted(data.draw(st.sets(st.integers(1, p // 2), min_size=1, max_size=3))))
    assert half_step_accuracy(oracle(p, dict.fromkeys(dials, 1.0)), dials) == 1


def test_with_no_dial_on_the_tables_half_steps_are_at_chance():
    assert half_step_accuracy(oracle(7, {1: 1.0, 2: 1.0}), ()) == 1 / 7


def test_a_hand_built_network_is_a_circuit():
    found = inspect(hand_built(13, (1, 3, 4)))
    assert found.verdict == "circuit"
    assert found.keys.frequencies == (1, 3, 4)
    assert found.half_step_accuracy == found.evaluation.counts.accuracy == 1


def test_an_untrained_network_is_no_circuit():
    assert inspect(fresh_transformer(Sizes(13, 16, 2, 32), seed=0)).verdict == "no circuit"


def test_a_network_that_adds_angles_and_few_pairs_is_still_forming():
    network = hand_built(13, (1, 3, 4))
    found = inspect(network)
    for right, told in ((120, FORMING), (152, FORMING), (153, "circuit"), (169, "circuit")):  # of 169
        states = (
            torch.where(torch.arange(169) < right, State.RIGHT, State.WRONG)
            .reshape(13, 13)
            .to(found.evaluation.states.dtype)
        )
        assert replace(found, evaluation=replace(found.evaluation, states=states)).verdict == told
    sampled = inspect_sample(network)
    assert sampled.verdict == "circuit"
    assert replace(sampled, accuracy=wilson_interval(1440, 2000)).verdict == FORMING
    assert replace(sampled, half_step=wilson_interval(1000, 2000)).verdict == "unclear"
    assert "still forming" in verdict_sentence(replace(sampled, accuracy=wilson_interval(1440, 2000)))


def test_key_frequencies_without_a_gap_are_unclear():
    strengths = {1: 1.0, 3: 0.27, 4: 0.24}  # kept, kept, dropped: the threshold runs between the last two
    dials = tuple(Dial(k, Turn(k, amplitude=strength**0.5)) for k, strength in strengths.items())
    found = inspect(transplant(oracle(13, dict.fromkeys(strengths, 1.0)), Recipe(13, dials)))
    assert found.keys.frequencies == (1, 3)
    assert found.keys.gap == pytest.approx(0.03)
    assert found.half_step_accuracy == 1
    assert found.verdict == "unclear"


def test_figures_are_shares_of_the_key_frequencies():
    dials = tuple(Dial(k, Turn(k, amplitude=amplitude)) for k, amplitude in {1: 1.0, 3: 0.4}.items())
    found = inspect(transplant(oracle(13, {1: 1.0, 3: 1.0}), Recipe(13, dials)))
    assert found.keys.frequencies == (1,)
    shares = (found.embedding_share, found.unembedding_share, found.neuron_logit_share)
    assert shares == pytest.approx((1 / 1.16,) * 3)


def test_a_count_and_a_loss_that_cannot_both_be_true_are_said_to_contradict_each_other():
    found = inspect(hand_built(13, (1, 3, 4)))
    assert found.evaluation.counts.accuracy == 1
    assert found.contradiction == ""
    assert "every pair is right, so that the loss is at most ln 13" in replace(found, loss=200.0).contradiction
    assert "200 nats were summed" in replace(found, loss=200.0).contradiction
    assert replace(found, loss=float("nan")).contradiction
    wrong = inspect(random_network(Shape(modulus=11)))
    assert wrong.contradiction == ""
    assert f"{wrong.evaluation.counts.wrong} pairs are wrong" in replace(wrong, loss=0.01).contradiction
