"""Counting by difference classes where the ellipsoid's bound really rules classes out, and where others stay open."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.ablation.random_phases import random_phase_mlp
from models.evaluation import difference_classes, evaluate, grid_of
from models.evaluation.difference_classes import DifferenceClasses, difference_classes_of, lower_bounds
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.test_difference_classes_against_plain import DIALS, LAYOUTS, assert_counted_exactly


@pytest.fixture(autouse=True)
def few_at_first(monkeypatch: pytest.MonkeyPatch):
    """Two rivals at first, so that the bound decides about nearly all of them at small moduli too."""
    monkeypatch.setattr(difference_classes, "SMALLEST_MODULUS", 2)
    monkeypatch.setattr(difference_classes, "FIRST_RIVALS", 2)


clouds = st.tuples(st.integers(1, 40), st.integers(1, 4), st.integers(0, 99), st.sampled_from([1e-3, 1.0, 1e3]))


@given(clouds)
def test_no_pair_falls_below_the_bound_of_its_rival(drawn: tuple[int, int, int, float]):
    n, waves, seed, spread = drawn
    generator = torch.Generator().manual_seed(seed)
    stretched = torch.randn(2 * waves, generator=generator).exp()
    middle = 3 * torch.randn(2 * waves, generator=generator)
    z = middle + spread * torch.randn(n, 2 * waves, generator=generator) * stretched
    rivals = 4 * torch.rand(2 * waves, 30, generator=generator) - 2
    bounds, exact = lower_bounds(z, rivals), (z.double() @ rivals.double()).amin(0)
    assert bool((bounds <= exact).all())


@given(st.integers(0, 99))
def test_the_bound_is_near_where_pairs_lie_on_the_ellipsoid(seed: int):
    """On a circle seen from its middle every direction is reached: then the bound may lose rounding alone."""
    generator = torch.Generator().manual_seed(seed)
    angle = 2 * torch.pi * torch.arange(360, dtype=torch.float64) / 360
    z = (torch.stack([5 + 2 * angle.cos(), 0.5 * angle.sin() - 3], dim=1)).float()
    rivals = 4 * torch.rand(2, 20, generator=generator) - 2
    exact = (z.double() @ rivals.double()).amin(0)
    assert torch.allclose(lower_bounds(z, rivals), exact, rtol=0, atol=2e-3)


def test_the_ellipsoid_takes_its_slant_from_the_pairs():
    """Pairs along a slanted line: with the slant the bound is near, without it far off."""
    along = torch.linspace(-1, 1, 50)[:, None] * torch.tensor([[1.0, -1.0]])
    rivals = torch.tensor([[1.0], [1.0]])  # at right angles to the line
    z = torch.tensor([[3.0, 2.0]]) + along
    assert lower_bounds(z, rivals).item() == pytest.approx(5.0, abs=0.01)
    assert lower_bounds(z, rivals).item() <= 5.0


@pytest.mark.parametrize("q", [61, 149, 263])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_clocks_of_which_nearly_all_classes_are_ruled_out(q: int, layout: str):
    assert_counted_exactly(transplant(hand_built_mlp(13, DIALS, layout), linked_recipe(q, {1: q // 5, 3: -3, 4: 5})))


@pytest.mark.parametrize("q", [101, 151, 200])
@pytest.mark.parametrize("matched", [True, False])
def test_networks_of_which_nearly_no_class_is_ruled_out(q: int, matched: bool):
    assert_counted_exactly(random_phase_mlp(q, 5, 40, matched=matched, seed=3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.integers(131, 180), st.lists(st.integers(1, 90), min_size=3, max_size=3), st.integers(0, 99))
def test_networks_that_nobody_trained_past_128(q: int, steps: list[int], seed: int):
    shape = MlpShape(modulus=13, width=12, neurons=40, layers=1, biases=True)
    assert_counted_exactly(transplant(random_mlp(shape, seed), linked_recipe(q, dict(zip(DIALS, steps, strict=True)))))


def test_operands_turned_apart_with_phases_of_their_own():
    dials = (Dial(1, Turn(20), b=Turn(-3)), Dial(3, Turn(5, phase=0.7)), Dial(4, Turn(9.5), readout=Turn(7, phase=0.2)))
    for layout in ("he", "chughtai_mlp"):
        assert_counted_exactly(transplant(hand_built_mlp(13, DIALS, layout), Recipe(141, dials)))


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rivals are computed, each time that some are."""
    counted: list[int] = []
    nearest = DifferenceClasses._nearest
    monkeypatch.setattr(
        DifferenceClasses, "_nearest", lambda self, z, rivals: counted.append(len(rivals)) or nearest(self, z, rivals)
    )
    return counted


def test_of_an_exact_clock_nearly_all_rivals_are_ruled_out(monkeypatch: pytest.MonkeyPatch):
    counted = looked_at(monkeypatch)
    network = transplant(hand_built_mlp(13, DIALS, "chughtai_mlp"), linked_recipe(263, {1: 50, 3: -31, 4: 105}))
    evaluate(network)
    classes, rivals = 263, 131
    assert difference_classes_of(grid_of(network)) is not None
    assert sum(counted) < 0.1 * classes * rivals


def test_rivals_that_stay_open_are_computed_and_no_rival_twice(monkeypatch: pytest.MonkeyPatch):
    counted = looked_at(monkeypatch)
    network = random_phase_mlp(151, 5, 40, matched=True)
    evaluate(network)
    assert difference_classes_of(grid_of(network)) is not None
    assert set(counted[::2]) == {2}
    assert set(counted[1::2]) <= set(range(74))
    assert max(counted) > 60
