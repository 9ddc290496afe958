"""Dead pairs of pairwise coupling: what the law predicts is what forward passes count."""

import math
from dataclasses import replace

import pytest
import torch

from models.ablation.exact_phases import exact_phases
from models.analysis.dead_pairs import counted_dead, explained, predicted_dead
from models.analysis.failures import explain_failure
from models.evaluation import State, evaluate
from models.groups import as_group, group_with
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import oracle, oracle_waves

DIALS = (14, 35, 41, 42, 52)
TARGETS = {14: 5, 35: 12, 41: -19, 42: 7, 52: 22}
PAIRWISE, THREE_BODY = (exact_phases(113, DIALS, kind, steps=6) for kind in ("pairwise", "three-body"))


@pytest.mark.parametrize(("modulus", "dead"), [(64, (32,)), (127, ()), (128, (64,)), (200, (100,)), (256, (128,))])
def test_dead_pairs_are_counted_where_they_are_predicted(modulus: int, dead: tuple[int, ...]):
    recipe = linked_recipe(modulus, TARGETS)
    operated = transplant(PAIRWISE, recipe)
    assert predicted_dead(operated) == counted_dead(operated) == dead
    assert predicted_dead(PAIRWISE, as_group(modulus)) == dead


def test_three_body_coupling_has_none():
    clock = transplant(THREE_BODY, linked_recipe(64, TARGETS))
    assert predicted_dead(clock) == counted_dead(clock) == ()


@pytest.mark.parametrize(("factors", "count"), [((4, 4), 3), ((2, 2, 2), 7), ((3, 5), 0), ((2, 9), 1)])
def test_in_a_group_every_element_that_is_its_own_inverse_is_dead(factors: tuple[int, ...], count: int):
    assert len(predicted_dead(PAIRWISE, group_with(math.prod(factors), factors))) == count


def test_dead_pairs_are_right_for_one_of_two_classes_by_luck_and_never_more():
    recipe = linked_recipe(64, TARGETS)
    evaluation = evaluate(transplant(PAIRWISE, recipe))
    a = torch.arange(64)
    states = evaluation.states[a, (a + 32) % 64]
    assert 0 < int((states == State.RIGHT).sum()) <= 32


def test_a_failure_says_the_law_only_where_it_explains_every_pair():
    alphas = dict.fromkeys(DIALS, 1.0)
    recipe = linked_recipe(64, TARGETS)
    operated = transplant(PAIRWISE, recipe)
    counted = evaluate(operated)
    found = explain_failure(operated, recipe, oracle_waves(alphas), counted)
    assert found.dead == (32,)
    assert found.to_json()["dead_differences"] == (32,)
    assert (found.law == explained((32,))) == (found.dead_failed == found.failed)
    assert "c + 32" in explained((32,))
    only_dead = torch.full_like(counted.states, State.RIGHT)
    only_dead[40, 8] = State.WRONG
    assert explain_failure(operated, recipe, oracle_waves(alphas), replace(counted, states=only_dead)).law
    only_dead[40, 9] = State.WRONG
    assert not explain_failure(operated, recipe, oracle_waves(alphas), replace(counted, states=only_dead)).law


def test_other_bodies_have_none():
    assert predicted_dead(oracle(12, {1: 1.0})) == ()
    assert explained(()) == ""
