"""Classes that no unembedding tells apart, and what twins do to a count."""

from dataclasses import replace

import pytest
import torch

from models.evaluation import distinct_classes, evaluate
from models.evaluation.margins import largest_logit, with_twins
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, hand_built, random_network, reference_states


def test_equal_columns_with_equal_biases_are_one_class():
    network = random_network(Shape(modulus=5, unembedding_bias=True))
    unembedding, bias = network.unembedding.clone(), network.unembedding_bias.clone()
    unembedding[:, 3], unembedding[:, 4] = unembedding[:, 1], unembedding[:, 1]
    bias[3] = bias[1]  # and not that of class 4
    found = distinct_classes(replace(network, unembedding=unembedding, unembedding_bias=bias))
    assert found.first.tolist() == [0, 1, 2, 4]
    assert found.kind.tolist() == [0, 1, 2, 1, 3]
    assert found.has_twin.tolist() == [False, True, False, True, False]
    assert found.of_answers(torch.tensor([2, 4]), torch.tensor([1, 0])).tolist() == [1, 3]
    assert found.tied(torch.tensor([2, 4]), torch.tensor([1, 0])).tolist() == [True, False]


def test_a_negative_zero_is_a_zero():
    network = random_network(Shape(modulus=3))
    unembedding = torch.zeros_like(network.unembedding)
    unembedding[:, 1] = -0.0
    assert len(distinct_classes(replace(network, unembedding=unembedding)).first) == 1


def test_without_twins_nothing_is_tied():
    found = distinct_classes(random_network(Shape(modulus=5)))
    assert found.tied(torch.tensor([1]), torch.tensor([2])) is None
    assert found.kind.tolist() == list(range(5))


def test_over_a_twin_the_margin_is_never_above_zero():
    values, errors = torch.tensor([5.0, 0.5, -5.0, 5.0]), torch.ones(4)
    tied = torch.tensor([True, True, True, False])
    found, off = with_twins(values.double(), errors.double(), tied)
    assert found.tolist() == [0, 0, -5, 5]
    assert off.tolist() == [0, 1, 1, 1]  # certain only where the class exceeds all others but its twin
    assert with_twins(values, errors, None) == (values, errors)


def test_a_twin_counts_for_the_scale_as_the_largest_other():
    right, runner_up = torch.tensor([3.0, 1.0]), torch.tensor([-9.0, 2.0])
    assert largest_logit(right, runner_up, None) == 9
    assert largest_logit(right, runner_up, torch.tensor([True, True])) == 3


@pytest.mark.parametrize("method", ["fast", "plain", "exact"])
def test_dials_of_even_steps_tie_every_pair_at_an_even_modulus_and_float32_proves_it(method: str):
    operated = transplant(hand_built(13, (1, 3, 4)), linked_recipe(32, {1: 2, 3: 6, 4: -8}))
    found = evaluate(operated, method)
    assert torch.equal(found.states, reference_states(operated))
    assert found.counts.right == 0
    assert found.counts.undecided > 900  # in the others even pairs of twins are told apart, wrongly
    first = {"fast": found.proof.in_float32, "plain": found.proof.in_float64, "exact": found.proof.in_balls}[method]
    assert first > 900
