"""Balanced dials: strengths from random angles, and what they leave alone."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.bodies.mlp import MlpRows
from models.circuits.logits import logit_waves
from models.evaluation import evaluate
from models.formats.registry import open_file
from models.planner import find_dials
from models.readings.choose import read_network
from models.surgery.angles import PAIRS_BY_WIDTH
from models.surgery.balance import (
    EXACT,
    HARMONICS,
    READOUT_HARMONICS,
    RandomAngles,
    _steadiest,
    balance_of,
    balanced_network,
)
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, noisy, oracle, random_network, transformerlens_shapes

DIALS = (1, 3, 4)
networks = st.one_of(
    transformerlens_shapes.map(random_network),
    st.sampled_from(["sum", "concat"]).map(lambda how: random_mlp(MlpShape(modulus=13, layers=2, combination=how))),
)


def mean_logarithm(signal_to_noise: tuple[float, ...]) -> float:
    return sum(math.log(max(EXACT, each)) for each in signal_to_noise) / len(signal_to_noise)


def test_the_oracle_is_as_steady_as_can_be_and_its_operands_stay_as_they_are():
    alphas = {2: 1.0, 5: 0.25}
    balance = balance_of(oracle(23, alphas), tuple(alphas))
    assert balance.operands == (1, 1)
    assert min(balance.signal_to_noise) == pytest.approx(1 / EXACT)
    assert balance.signal_to_noise == balance.as_trained
    assert max(balance.weights) == 1


@pytest.mark.parametrize("strengths", [(1.0, 1.0), (2.0, 0.5)])
def test_an_oracles_dials_put_out_their_amplitude_along_the_sum_and_nothing_across(strengths: tuple[float, float]):
    alphas = {2: 1.0, 5: 0.25}
    found = RandomAngles(oracle(23, alphas), tuple(alphas))
    operands = torch.tensor(strengths, dtype=torch.float64)
    along, across = found.outputs(operands)
    expected = operands.square() * torch.tensor(list(alphas.values()), dtype=torch.float64)
    torch.testing.assert_close(along / along[0], expected / expected[0], rtol=1e-5, atol=0)
    assert float((across / along).max()) < 1e-5
    once, _ = found.outputs(torch.ones(2, dtype=torch.float64))
    assert float(along[0] / once[0]) == pytest.approx(strengths[0] ** 2, rel=1e-5)


@settings(max_examples=8)
@given(networks)
def test_balanced_dials_are_at_least_as_steady_as_they_were(network):
    balance = balance_of(network, tuple(k for k in DIALS if k <= network.modulus // 2))
    assert mean_logarithm(balance.signal_to_noise) >= mean_logarithm(balance.as_trained)
    assert all(0.25 <= amplitude <= 4 for amplitude in balance.operands)
    assert max(map(abs, balance.weights)) == 1


def test_a_louder_readout_is_balanced_alike():
    network = hand_built(23, DIALS)
    for power in (-40, 40):
        louder = replace(network, unembedding=network.unembedding * 2.0**power)
        assert balance_of(louder, DIALS) == balance_of(network, DIALS)


def test_a_dial_that_wavers_more_weighs_less_on_the_readout():
    quiet = hand_built(23, DIALS)
    noise = torch.zeros_like(quiet.unembedding)
    generator = torch.Generator().manual_seed(0)
    wave = torch.cos(2 * math.pi * DIALS[0] * torch.arange(23) / 23)
    noise += 0.05 * torch.randn(len(noise), 1, generator=generator) * wave
    loud = replace(quiet, unembedding=quiet.unembedding + noise)
    before, after = balance_of(quiet, DIALS), balance_of(loud, DIALS)
    assert after.signal_to_noise[0] < before.signal_to_noise[0]
    share = [balance.weights[0] / sum(balance.weights) for balance in (before, after)]
    assert share[1] < share[0]


def test_a_balanced_recipe_changes_strengths_and_harmonics_and_nothing_else():
    balance = balance_of(hand_built(23, DIALS), DIALS)
    recipe = replace(
        linked_recipe(17, {1: 2, 3: -3}),
        dials=(Dial(1, Turn(2, 0.5, 0.25)), Dial(3, Turn(-3, on=False), Turn(4, phase=1))),
    )
    found = balance.of(recipe)
    assert (found.modulus, found.harmonics, found.readout_harmonics) == (17, HARMONICS, READOUT_HARMONICS)
    strengths = zip(balance.operands, balance.weights, strict=True)
    for old, new, (amplitude, weight) in zip(recipe.dials, found.dials, strengths, strict=False):
        assert new.a == replace(old.a, amplitude=amplitude)
        assert new.on_b == replace(old.on_b, amplitude=amplitude)
        assert new.on_readout == replace(old.on_readout, amplitude=amplitude * weight)
        assert (new.readout, new.weight) == (None, weight)
    assert balance.of(found) == found


def test_the_body_is_shared_and_the_tables_are_the_balanced_waves():
    network = hand_built(23, DIALS)
    balanced = balanced_network(network, DIALS)
    assert balanced.body is network.body
    expected = transplant(network, balance_of(network, DIALS).of(own_recipe(23, DIALS)))
    assert balanced.digest == expected.digest


def test_balancing_looks_at_no_modulus_and_is_the_same_each_time():
    first, second = hand_built(23, DIALS), hand_built(23, DIALS)
    assert balance_of(first, DIALS) == balance_of(second, DIALS)


def test_a_search_for_balanced_dials_counts_the_recipe_that_it_gives():
    network = random_network(Shape(modulus=13))
    plan = find_dials(network, logit_waves(network, DIALS), 17, rounds=1, balanced=True)
    assert plan.recipe == balance_of(network, DIALS).of(plan.recipe)
    again = evaluate(transplant(network, plan.recipe))
    assert again.counts == plan.evaluation.counts
    assert plan.network.digest == transplant(network, plan.recipe).digest


def test_memory_stays_bounded_where_the_body_is_wide_and_trials_where_the_dials_are_many(monkeypatch):
    seen = []
    rows = MlpRows.rows
    monkeypatch.setattr(
        MlpRows, "rows", lambda self, some: seen.append(len(some) * self.from_b.numel()) or rows(self, some)
    )
    balance_of(random_mlp(MlpShape(modulus=13, layers=0, width=20_000)), DIALS)
    assert 0 < max(seen) <= PAIRS_BY_WIDTH
    seen.clear()
    balance_of(random_mlp(MlpShape(modulus=61, layers=0, width=30)), tuple(range(1, 31)))
    assert 0 < len(seen) <= 40


def test_networks_without_dials_and_with_deaf_ones_are_balanced_too():
    network = hand_built_mlp(13, DIALS, "clockwork")
    assert balance_of(network, ()).operands == ()
    deaf = replace(network, unembedding=torch.zeros_like(network.unembedding))
    assert balance_of(deaf, DIALS).weights == (1, 1, 1)


def test_balanced_a_real_network_is_right_on_every_pair_at_512(shared: Path):
    """Nothing is fitted, and the body is that of modulus 113."""
    network = read_network(open_file(shared / "chughtai/C113_T_seed1.pt")).network
    frequencies = (16, 30, 56)
    recipe = linked_recipe(512, {16: 36, 30: 177, 56: -93})
    as_trained = evaluate(transplant(network, recipe)).counts
    balanced = evaluate(transplant(network, balance_of(network, frequencies).of(recipe))).counts
    assert as_trained.right < as_trained.pairs
    assert balanced.right == balanced.pairs == 512**2


def test_at_the_angles_of_the_numbers_rows_are_those_of_the_tables():
    """With every harmonic that is carried, and each dial at another strength."""
    network = noisy(hand_built(23, DIALS))
    strengths = {1: 0.5, 3: 1.0, 4: 2.0}
    found = RandomAngles(network, DIALS)
    theta = 2 * math.pi / 23 * torch.arange(23, dtype=torch.float64)[:, None] * torch.tensor(DIALS)
    pairs, amplitudes = found.pairs, torch.tensor([*strengths.values()], dtype=torch.float64)
    rows = pairs.mean_a + pairs._settings(theta, amplitudes) @ pairs.of_a
    dials = tuple(Dial(k, Turn(k, amplitude=strength)) for k, strength in strengths.items())
    expected = transplant(network, Recipe(23, dials, HARMONICS)).table_a
    torch.testing.assert_close(rows.float(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("wanted", "end"), [(1, 4.0), (-1, 0.25)])
def test_no_strength_is_sought_beyond_a_quarter_and_four(wanted: int, end: float):
    ones = torch.ones(2, dtype=torch.float64)
    assert _steadiest(lambda tried: wanted * float(tried.sum()), ones).tolist() == [end, end]
