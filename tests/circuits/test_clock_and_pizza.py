import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits import gradients
from models.circuits.circles import circularity, principal_components
from models.circuits.clock_and_pizza import circle_fits, clock_formula, distance_irrelevance, pizza_formula
from models.circuits.gradients import gradient_symmetricity
from models.circuits.logit_grid import LogitGrid
from models.network import Network
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, circle_table, hand_built, oracle, random_network


@given(st.integers(3, 12), st.data())
def test_the_formulas_are_the_papers(p: int, data: st.DataObject):
    k, a = data.draw(st.integers(1, p // 2)), data.draw(st.integers(0, p - 1))
    clock, pizza = (formula(p, k, torch.tensor([a]))[0] for formula in (clock_formula, pizza_formula))
    w = 2 * math.pi * k / p
    for b in range(p):
        s_0, s_1 = math.cos(w * a) + math.cos(w * b), math.sin(w * a) + math.sin(w * b)
        for c in range(p):
            cosine, sine = math.cos(w * c / 2), math.sin(w * c / 2)
            expected = abs(cosine * s_0 + sine * s_1) - abs(-sine * s_0 + cosine * s_1)
            assert float(pizza[b, c]) == pytest.approx(expected, abs=1e-12)
            assert float(clock[b, c]) == pytest.approx(math.cos(w * (a + b - c)), abs=1e-12)


def test_a_pizza_is_cut_by_the_difference_and_read_by_the_sum():
    p, k, a = 11, 3, 4
    b, c = torch.arange(p)[:, None].double(), torch.arange(p).double()
    half = math.pi * k / p
    expected = 2 * (half * (a - b)).cos().abs() * ((half * (a + b - c)).cos().abs() - (half * (a + b - c)).sin().abs())
    torch.testing.assert_close(pizza_formula(p, k, torch.tensor([a]))[0], expected)


@given(st.integers(5, 16), st.data())
def test_each_circle_of_an_analytic_clock_is_a_clock_exactly(p: int, data: st.DataObject):
    chosen = data.draw(st.lists(st.integers(1, (p - 1) // 2), min_size=1, max_size=2, unique=True))
    # Circles of different sizes, so that the principal components are theirs.
    sizes = torch.tensor([1.0, 2.0][: len(chosen)] * 2, dtype=torch.float64)
    network = oracle(p, dict.fromkeys(chosen, 1.0))
    network = replace(network, table_a=network.table_a * sizes)
    network = replace(network, table_b=network.table_a)
    fits = circle_fits(network, tuple(chosen))
    assert [fit.frequency for fit in fits] == chosen
    for fit in fits:
        # The other circle answers nothing, so what is left is one cosine; float32.
        assert fit.clock_explained == pytest.approx(1, abs=1e-5)
        assert fit.pizza_explained < 0.95


def test_two_rho_less_one_is_what_standardised_logits_leave():
    network = hand_built_mlp(13, (2,), "chughtai_mlp")
    fit = circle_fits(network, (2,))[0]
    logits = network.cast(torch.float64).logits(*network.task.pairs()).flatten()
    formula = pizza_formula(13, 2, torch.arange(13)).flatten()
    standard = [(each - each.mean()) / each.std(unbiased=False) for each in (logits, formula)]
    expected = 1 - float((standard[0] - standard[1]).square().mean())
    assert fit.pizza_explained == pytest.approx(expected, abs=1e-5)


def test_the_sign_of_an_even_modulus_has_no_circle():
    assert [fit.frequency for fit in circle_fits(oracle(8, {3: 1.0, 4: 1.0}), (3, 4))] == [3]


def correct_logit(table: torch.Tensor) -> Network:
    """A network whose right logit is a function [p, p] of (a, b): for tests of what is made of it."""
    p = len(table)

    class Table:
        width = numbers_a_pair = p

        def tensors(self):
            return {}

        def map_tensors(self, change):
            return self

        def readout_vectors(self, table_a, table_b, a, b):
            return torch.nn.functional.one_hot((a + b) % p, p) * table[a, b, None]

    identity = torch.eye(p, dtype=torch.float64)
    return replace(oracle(p, {1: 1.0}), body=Table(), unembedding=identity)


def test_distance_irrelevance_is_none_of_the_difference_or_all_of_it():
    a, b = torch.arange(7)[:, None], torch.arange(7)
    of_difference, of_sum = torch.rand(2, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert distance_irrelevance(LogitGrid(correct_logit(of_difference[(a - b) % 7]))) == pytest.approx(0, abs=1e-12)
    assert distance_irrelevance(LogitGrid(correct_logit(of_sum[(a + b) % 7]))) == pytest.approx(1)
    mixed = torch.rand(7, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    spread = [mixed[(a[:, 0] + d) % 7, a[:, 0]].std(unbiased=False) for d in range(7)]
    expected = float(sum(spread)) / 7 / float(mixed.std(unbiased=False))
    assert distance_irrelevance(LogitGrid(correct_logit(mixed))) == pytest.approx(expected)


def test_an_analytic_clock_has_no_distance_irrelevance_since_its_logit_never_varies():
    assert distance_irrelevance(LogitGrid(oracle(11, {2: 1.0, 3: 0.5}))) is None


@given(st.integers(3, 20), st.data())
def test_a_circle_has_circularity_one(p: int, data: st.DataObject):
    k = data.draw(st.integers(1, (p - 1) // 2))
    assert circularity(oracle(p, {k: 1.0})) == pytest.approx(1, abs=1e-9)


@given(st.integers(5, 12), st.integers(0, 50))
def test_circularity_is_the_papers_formula(p: int, seed: int):
    table = torch.randn(p, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    network = oracle(p, {1: 1.0})
    left = torch.linalg.svd(table - table.mean(0))[0][:, : min(4, p - 1)].T
    n = torch.arange(p)
    expected = []
    for v in left:
        shares = []
        for k in range(1, p // 2 + 1):
            wave = torch.exp(2j * math.pi * k * n / p)
            shares.append((1 if 2 * k == p else 2) * float((v * wave).sum().abs()) ** 2 / p / float(v @ v))
        expected.append(max(shares))
    found = circularity(replace(network, table_a=table, table_b=table))
    assert found == pytest.approx(sum(expected) / len(expected))


def test_components_put_together_are_the_table():
    table = torch.randn(7, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    components = principal_components(table)
    torch.testing.assert_close(components.kept(list(range(5))), table)
    on_circle = principal_components(torch.cat([circle_table(7, [2]), 0.1 * table], dim=1))
    assert sorted(on_circle.of_frequency(2)) == [0, 1]


@pytest.mark.parametrize("p", [5, 8, 11])
def test_the_gradients_of_an_analytic_clock_are_symmetric_by_the_cosine_of_the_difference(p: int):
    # ∂L_c/∂E_a = α·(cos w(b − c), −sin w(b − c)): the angle between both is w(a − b), whose cosine averages 0.
    found = gradient_symmetricity(oracle(p, {2: 1.0}))
    assert found.value == pytest.approx(0, abs=1e-6)
    assert found.over_all
    assert found.pairs == p * p


def test_gradients_are_those_of_finite_differences():
    network = random_network(Shape(modulus=3, width=5, equals=False), 1, torch.float64)
    step, cosines = 1e-6, []
    for a, b in zip(*network.task.pairs(), strict=True):
        rows = torch.stack([network.table_a[a], network.table_b[b]])

        def logits(rows: torch.Tensor) -> torch.Tensor:
            return (network.body.readout_of_rows(rows[:1], rows[1:]) @ network.unembedding)[0]

        gradients = torch.zeros(2, 5, 3, dtype=torch.float64)
        for operand in range(2):
            for place in range(5):
                moved = torch.zeros_like(rows)
                moved[operand, place] = step
                gradients[operand, place] = (logits(rows + moved) - logits(rows - moved)) / (2 * step)
        cosines.append(torch.nn.functional.cosine_similarity(*gradients, dim=0))
    expected = float(torch.cat(cosines).mean())
    assert gradient_symmetricity(network).value == pytest.approx(expected, abs=1e-5)


def test_operands_that_are_added_first_are_seen_alike():
    assert gradient_symmetricity(hand_built_mlp(7, (1,))).value == 1
    assert gradient_symmetricity(hand_built(7, (1, 2))).value == pytest.approx(1, abs=1e-6)  # even attention
    assert gradient_symmetricity(random_mlp(MlpShape(layers=2))).value == 1


def test_operands_in_spaces_of_their_own_have_no_angle_between_gradients():
    assert gradient_symmetricity(hand_built_mlp(7, (1,), "chughtai_mlp")) is None


def test_a_sample_is_seeded_and_near_the_whole_by_its_standard_error():
    network = random_network(Shape(modulus=11, width=6), 4)
    whole = gradient_symmetricity(network)
    sample = gradient_symmetricity(network, sampled=60, seed=1)
    assert (sample.pairs, sample.over_all) == (60, False)
    assert sample == gradient_symmetricity(network, sampled=60, seed=1)
    assert abs(sample.value - whole.value) < 3 * sample.standard_error


def test_the_standard_error_of_a_sample_is_how_far_samples_stray():
    network = random_network(Shape(modulus=11, width=6), 4)
    whole = gradient_symmetricity(network).value
    samples = [gradient_symmetricity(network, sampled=40, seed=seed) for seed in range(25)]
    strayed = math.sqrt(sum((sample.value - whole) ** 2 for sample in samples) / len(samples))
    said = sum(sample.standard_error for sample in samples) / len(samples)
    assert 0.5 < strayed / said < 1.3


def test_pairs_are_sampled_where_all_would_be_too_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.circuits.gradients.MOST_PRODUCTS", 1)
    monkeypatch.setattr("models.circuits.gradients.FEWEST_PAIRS", 5)
    found = gradient_symmetricity(random_network(Shape()))
    assert (found.pairs, found.over_all) == (5, False)


def test_who_waits_for_symmetricity_hears_how_many_pairs_are_through(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gradients, "GRADIENTS_AT_ONCE", 1)  # a pair at a time
    told: list[tuple[int, int]] = []
    gradient_symmetricity(random_network(Shape(modulus=5)), 7, on_progress=lambda *done: told.append(done))
    assert told == [(done, 7) for done in range(1, 8)]
