"""Counting by difference classes against plain float64 passes, at moduli small enough to do both."""

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.ablation.random_phases import random_phase_mlp
from models.evaluation import (
    TIE_TOLERANCE,
    State,
    difference_classes,
    evaluate,
    evaluate_within,
    grid_of,
    plain_margins,
)
from models.evaluation.difference_classes import difference_classes_of
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp

DIALS = (1, 3, 4)
LAYOUTS = ("he", "chughtai_mlp", "clockwork")
targets = st.lists(st.integers(-40, 40), min_size=3, max_size=3)


@pytest.fixture(autouse=True)
def from_two_on(monkeypatch: pytest.MonkeyPatch):
    """Difference classes also where rows would be as fast."""
    monkeypatch.setattr(difference_classes, "SMALLEST_MODULUS", 2)


def assert_counted_exactly(network: Network):
    evaluation = evaluate(network)
    if evaluation.proof.method == "silent":  # every margin is 0, and what plain passes give is their rounding
        assert bool((evaluation.states == State.UNDECIDED).all())
        assert evaluation.smallest_margin == 0
        return
    margins, tolerance = plain_margins(network, *network.task.pairs()), TIE_TOLERANCE * evaluation.scale
    expected = torch.full_like(margins, State.UNDECIDED)
    expected[margins > tolerance], expected[margins < -tolerance] = State.RIGHT, State.WRONG
    assert torch.equal(evaluation.states.flatten(), expected.to(torch.uint8))
    # Where no pair is near a tie the margin is float32's.
    assert evaluation.smallest_margin == pytest.approx(float(margins.min()), abs=1e-4 * evaluation.scale)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(2, 70), targets, st.sampled_from(LAYOUTS))
def test_operated_networks_right_wrong_and_undecided(q: int, steps: list[int], layout: str):
    recipe = linked_recipe(q, dict(zip(DIALS, steps, strict=True)))
    assert_counted_exactly(transplant(hand_built_mlp(13, DIALS, layout), recipe))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(16, 70), targets, st.integers(0, 99), st.integers(0, 2), st.sampled_from(["relu", "square"]))
def test_random_networks(q: int, steps: list[int], seed: int, layers: int, activation: str):
    # An unembedding of 3 dials · 2 harmonics has 12 directions: from 13 rows on difference classes are counted, unless
    # two of its classes are twins.
    shape = MlpShape(modulus=13, width=16, neurons=16, layers=layers, activation=activation, biases=bool(seed % 2))
    network = transplant(random_mlp(shape, seed), linked_recipe(q, dict(zip(DIALS, steps, strict=True))))
    grid = grid_of(network)
    assert (difference_classes_of(grid) is None) == bool(grid.classes.has_twin.any())
    assert_counted_exactly(network)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(30, 70), st.floats(-20, 20), st.floats(-1, 1))
def test_operands_that_are_turned_apart(q: int, detuned: float, phase: float):
    dials = (Dial(1, Turn(2), b=Turn(-3)), Dial(3, Turn(5, phase=phase)), Dial(4, Turn(detuned), readout=Turn(7)))
    for layout in ("he", "chughtai_mlp"):
        assert_counted_exactly(transplant(hand_built_mlp(13, DIALS, layout), Recipe(q, dials)))


@pytest.mark.parametrize("q", [64, 101, 128])
@pytest.mark.parametrize("matched", [True, False])
def test_networks_that_nobody_trained(q: int, matched: bool):
    assert_counted_exactly(random_phase_mlp(q, 6, 256, matched=matched))


def test_difference_classes_are_what_counts_here():
    network = transplant(hand_built_mlp(13, DIALS), linked_recipe(61, {1: 2, 3: -3, 4: 5}))
    assert difference_classes_of(grid_of(network)) is not None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_count_by_difference_classes_is_given_up_where_more_fail_than_allowed(layout: str):
    network = transplant(hand_built_mlp(13, DIALS, layout), linked_recipe(61, {1: 2, 3: -3, 4: 5.2}))
    counts = evaluate(network).counts
    failures = counts.pairs - counts.right
    assert failures > 0
    assert evaluate_within(network, failures).counts == counts
    assert evaluate_within(network, failures - 1) is None


@pytest.mark.parametrize("by_difference", [True, False])
@pytest.mark.parametrize("loudness", [1e-15, 1e9, 1e25])
def test_what_float32_cannot_hold_is_counted_in_float64(
    monkeypatch: pytest.MonkeyPatch, loudness: float, by_difference: bool
):
    monkeypatch.setattr(difference_classes, "SMALLEST_MODULUS", 2 if by_difference else 1000)
    network = hand_built_mlp(13, DIALS, activation="square").cast(torch.float64)
    operated = transplant(network, linked_recipe(61, {1: 2, 3: -3, 4: 5.2}))
    expected = evaluate(operated).counts
    loud = replace(operated, table_a=loudness * operated.table_a, table_b=loudness * operated.table_a)
    assert evaluate(loud).counts == expected
