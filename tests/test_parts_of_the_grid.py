"""Counts that stop early or look at a part, and dials chosen without looking at any answer."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.logits import logit_waves
from models.evaluation import Counts, evaluate, evaluate_within
from models.network import Network
from models.planner import RANDOM_DIALS, best_by_margin, candidate_settings, find_dials, random_dials
from models.surgery.margin import margins, recipe_margin
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import mlp_shapes, random_mlp
from tests.oracles import OracleBody, Shape, hand_built, oracle, oracle_waves, random_network, shapes

DIALS = (1, 3, 4)
ALPHAS = {2: 1.0, 5: 0.7, 9: 0.5}
seeds = st.integers(0, 99)
networks = st.builds(random_network, shapes, seeds) | st.builds(random_mlp, mlp_shapes, seeds)


@given(networks)
def test_a_count_is_given_up_exactly_where_more_pairs_fail_than_allowed(network: Network):
    whole = evaluate(network)
    failures = whole.counts.pairs - whole.counts.right
    found = evaluate_within(network, failures)
    assert torch.equal(found.states, whole.states)
    assert (found.scale, found.smallest_margin) == (whole.scale, whole.smallest_margin)
    if failures:
        assert evaluate_within(network, failures - 1) is None
        assert evaluate_within(network, 0) is None


def test_undecided_pairs_fail_too():
    network = transplant(oracle(23, {2: 1.0}), linked_recipe(16, {2: 2}))
    assert evaluate(network).counts == Counts(right=0, undecided=256, wrong=0)
    assert evaluate_within(network, 255) is None
    assert evaluate_within(network, 256) is not None


@dataclass(frozen=True)
class Untouchable(OracleBody):
    """A body that must not be asked."""

    def readout_vectors(self, *_):
        raise AssertionError("an answer was looked at")

    enclosed_vectors = readout_vectors


@given(st.integers(2, 60), seeds)
def test_the_largest_margin_of_all_drawn_is_chosen(q: int, seed: int):
    waves = oracle_waves(ALPHAS)
    found = best_by_margin(waves, q, seed=seed)
    assert (found.modulus, tuple(found.targets)) == (q, tuple(ALPHAS))
    drawn = margins(candidate_settings(waves, q, {}, seed), waves.weights, q)
    assert recipe_margin(found, waves) == pytest.approx(float(drawn.max()), abs=1e-12)


def test_the_largest_margin_is_where_a_search_begins():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    for q in (5, 17, 31):
        assert find_dials(network, waves, q, rounds=0).recipe == best_by_margin(waves, q)


def test_no_answer_is_looked_at_before_an_operated_network_is_counted():
    source = oracle(23, ALPHAS)
    recipe = best_by_margin(oracle_waves(ALPHAS), 31)
    untouchable = Network(
        source.task,
        source.table_a,
        source.table_b,
        Untouchable(source.body.alphas),
        source.unembedding,
        None,
        source.layout,
    )
    operated = transplant(untouchable, recipe)  # cutting tables needs no answer either
    with pytest.raises(AssertionError, match="an answer was looked at"):
        evaluate(operated)


def test_random_dials_are_as_many_as_asked_for_and_counted_whole():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    found = list(random_dials(network, waves, 14, count=5))
    assert len(found) == 5
    drawn = candidate_settings(waves, 14, {}, 0)[1:6].tolist()
    recipes = [linked_recipe(14, dict(zip(DIALS, setting, strict=True))) for setting in drawn]
    assert found == [evaluate(transplant(network, recipe)).counts for recipe in recipes]
    assert len(list(random_dials(network, waves, 17))) == RANDOM_DIALS


def test_random_dials_are_decided_by_their_seed():
    network = random_network(Shape(modulus=13))
    waves = oracle_waves(dict.fromkeys(DIALS, 1.0))
    first, again, other = (list(random_dials(network, waves, 17, count=6, seed=seed)) for seed in (0, 0, 1))
    assert first == again != other


def test_where_there_are_few_settings_there_are_few_random_dials():
    network = oracle(23, {2: 1.0})
    assert len(list(random_dials(network, oracle_waves({2: 1.0}), 3))) <= 2


def test_random_dials_of_an_oracle_are_right_where_their_margin_is_positive():
    network, waves = oracle(23, ALPHAS), oracle_waves(ALPHAS)
    drawn = candidate_settings(waves, 24, {}, 0)[1 : 1 + RANDOM_DIALS]
    positive = (margins(drawn, waves.weights, 24) > 1e-6).tolist()
    assert [each.accuracy == 1 for each in random_dials(network, waves, 24)] == positive
