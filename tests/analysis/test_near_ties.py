"""Near ties whose pair, answers and distance are known."""

from dataclasses import replace

import pytest
import torch

from models.analysis.near_ties import MOST_FAILED, NEARLY, near_tie
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.evaluation import State, evaluate, plain_logits
from models.surgery.margin import closest_distance, recipe_margin
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from models.zoo import load
from tests.oracles import oracle_waves


def told(name: str, modulus: int):
    network = load(name)
    keys = key_frequencies(network).frequencies
    recipe, waves = replace(own_recipe(network.modulus, keys), modulus=modulus), logit_waves(network, keys)
    operated = transplant(network, recipe)
    return operated, recipe, waves, evaluate(operated)


def test_the_pair_is_one_that_fails_and_its_answers_are_the_first_two():
    operated, recipe, waves, evaluation = told("transformer-113", 127)
    tie = near_tie(operated, recipe, waves, evaluation)
    assert (evaluation.states != State.RIGHT).nonzero().tolist() == [[tie.a, tie.b]]
    assert (tie.failed, tie.right) == (1, (tie.a + tie.b) % 127)
    ((logits, *_),) = plain_logits(operated, torch.tensor([tie.a]), torch.tensor([tie.b]))
    best = logits[0].sort(descending=True)
    assert best.indices[:2].tolist() == [tie.other, tie.right]
    assert best.values[0] - best.values[1] < NEARLY * (best.values[0] - best.values[2])
    assert tie.distance == abs(tie.right - tie.other) == closest_distance(recipe, waves)


def test_of_several_pairs_the_one_nearest_to_a_tie_is_named():
    operated, recipe, waves, evaluation = told("transformer-113", 135)
    failed = (evaluation.states != State.RIGHT).nonzero()
    tie = near_tie(operated, recipe, waves, evaluation)
    gaps = {}
    for logits, a, b in plain_logits(operated, *failed.T):
        for row, *pair in zip(logits, a.tolist(), b.tolist(), strict=True):
            gaps[*pair] = float(row.max() - row[sum(pair) % 135])
    assert tie.failed == len(failed) > 1
    assert gaps[tie.a, tie.b] == min(gaps.values())


def test_there_is_none_where_nothing_fails_where_much_fails_and_where_pairs_fail_by_far():
    operated, recipe, waves, evaluation = told("transformer-113", 127)
    right = replace(evaluation, states=torch.full_like(evaluation.states, State.RIGHT))
    assert near_tie(operated, recipe, waves, right) is None
    states = right.states.clone()
    states.view(-1)[: MOST_FAILED + 1] = State.WRONG
    assert near_tie(operated, recipe, waves, replace(evaluation, states=states)) is None
    assert near_tie(*told("one-hot-97", 127)) is None


def test_there_is_none_where_the_dials_hold_other_answers_closer():
    operated, recipe, waves, evaluation = told("transformer-113", 127)
    turned = replace(recipe, dials=tuple(replace(dial, a=replace(dial.a, target=1)) for dial in recipe.dials))
    assert closest_distance(turned, waves) == 1
    assert near_tie(operated, turned, waves, evaluation) is None


@pytest.mark.parametrize("targets", [{2: 3, 5: -4}, {2: 11, 5: 6}, {2: 2.5, 5: 7}])
def test_the_closest_distance_is_where_the_margin_is(targets: dict[int, float]):
    recipe, waves = linked_recipe(31, targets), oracle_waves({2: 1.0, 5: 0.7})
    share = {2: 1 / 1.7, 5: 0.7 / 1.7}
    apart = {
        delta: sum(
            share[k] * (1 - float(torch.cos(torch.tensor(2 * torch.pi * target * delta / 31, dtype=torch.float64))))
            for k, target in targets.items()
        )
        for delta in range(1, 31)
    }
    least = min(apart, key=lambda delta: apart[delta])
    assert closest_distance(recipe, waves) == min(least, 31 - least)
    assert recipe_margin(recipe, waves) == pytest.approx(apart[least], abs=1e-12)


def test_without_dials_and_in_a_product_no_distance_is_closest():
    waves = oracle_waves({2: 1.0, 5: 0.7})
    recipe = linked_recipe(31, {2: 3})
    off = replace(recipe, dials=tuple(replace(dial, a=replace(dial.a, on=False)) for dial in recipe.dials))
    product = replace(linked_recipe(16, {2: 3}), factors=(4, 4))
    assert [closest_distance(each, waves) for each in (off, product)] == [None, None]
