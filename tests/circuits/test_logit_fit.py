import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from models.circuits.logit_fit import logit_fit, pair_waves
from models.circuits.logit_grid import LogitGrid
from models.circuits.logits import logit_waves, mean_logit_by_distance
from models.circuits.restricted import logit_fit_losses, sum_direction_losses
from tests.oracles import Shape, cosine_logits, oracle, random_network


@st.composite
def clocks(draw: st.DrawFn) -> tuple[int, dict[int, float]]:
    p = draw(st.integers(3, 16))
    dials = draw(st.sets(st.integers(1, p // 2), min_size=1, max_size=3))
    return p, {k: draw(st.floats(0.5, 2)) for k in sorted(dials)}


def power(p: int, k: int, alpha: float) -> float:
    """Of α·cos(2πkn/p), and of the sign (−1)ⁿ, over p numbers."""
    return alpha**2 * (p if 2 * k == p else p / 2)


@given(clocks())
def test_an_oracle_is_explained_in_the_shares_of_its_amplitudes(clock: tuple[int, dict[int, float]]):
    p, alphas = clock
    fit = logit_fit(LogitGrid(oracle(p, alphas)))
    whole = sum(power(p, k, alpha) for k, alpha in alphas.items())
    expected = [power(p, k, alphas.get(k, 0.0)) / whole for k in range(1, p // 2 + 1)]
    assert fit.explained.tolist() == pytest.approx(expected, abs=1e-12)
    assert fit.explained_by(alphas) == pytest.approx(1, abs=1e-12)
    assert fit.similar == tuple(alphas)
    assert [float(fit.alphas[k - 1]) for k in alphas] == pytest.approx(list(alphas.values()), abs=1e-12)


@given(st.integers(0, 20))
def test_the_fit_is_the_least_squares_fit(seed: int):
    network = random_network(Shape(modulus=7, unembedding_bias=True), seed, torch.float64)
    logits = network.logits(*network.task.pairs())
    centred = (logits - logits.mean(1, keepdim=True)).flatten()
    waves = torch.stack([cosine_logits(7, {k: 1.0}).flatten() for k in (1, 2, 3)], dim=1)
    alphas = torch.linalg.lstsq(waves, centred[:, None]).solution[:, 0]
    left = centred - waves @ alphas
    fit = logit_fit(LogitGrid(network))
    torch.testing.assert_close(fit.alphas, alphas, rtol=0, atol=1e-12)
    assert fit.explained_by((1, 2, 3)) == pytest.approx(1 - float(left.square().sum() / centred.square().sum()))
    torch.testing.assert_close(fit.alphas, logit_waves(network, (1, 2, 3)).alphas, rtol=0, atol=1e-12)


def test_similarity_is_the_cosine_with_the_trace():
    network = random_network(Shape(modulus=7), 3, torch.float64)
    logits = network.logits(*network.task.pairs())
    centred = (logits - logits.mean(1, keepdim=True)).flatten()
    trace = 2 * cosine_logits(7, {2: 1.0}).flatten()
    expected = float(centred @ trace / centred.norm() / trace.norm())
    assert float(logit_fit(LogitGrid(network)).similarities[1]) == pytest.approx(expected)


def test_what_the_unembedding_says_beyond_the_key_frequencies_is_marked():
    fit = logit_fit(LogitGrid(oracle(13, {2: 1.0, 4: 0.5})))
    assert fit.unembedding_only((2,)) == (4,)


def test_silent_logits_are_similar_to_nothing():
    fit = logit_fit(LogitGrid(oracle(7, {1: 0.0})))
    assert fit.similar == ()
    assert not fit.explained.any()


@given(clocks(), st.data())
def test_the_waves_of_a_pair_sum_to_its_logits(clock: tuple[int, dict[int, float]], data: st.DataObject):
    p, alphas = clock
    a, b = data.draw(st.integers(0, p - 1)), data.draw(st.integers(0, p - 1))
    grid = LogitGrid(oracle(p, alphas))
    waves = pair_waves(grid.network, logit_fit(grid), tuple(alphas), a, b)
    assert float(waves.residual.abs().max()) < 1e-12
    for k, wave in zip(waves.frequencies, waves.waves, strict=True):
        expected = cosine_logits(p, {k: alphas[k]})[a * p + b]
        torch.testing.assert_close(wave, expected, rtol=0, atol=1e-12)


@given(st.integers(0, 20))
def test_the_grid_gives_what_pairs_give_one_by_one(seed: int):
    network = random_network(Shape(modulus=6), seed, torch.float64)
    grid = LogitGrid(network)
    logits = network.logits(*network.task.pairs())
    right = logits.gather(1, network.task.answers(*network.task.pairs())[:, None])
    torch.testing.assert_close(grid.correct.flatten(), right[:, 0], rtol=0, atol=1e-12)
    torch.testing.assert_close(grid.by_distance, mean_logit_by_distance(network), rtol=0, atol=1e-12)


def test_a_large_grid_is_not_kept_and_gives_the_same(monkeypatch: pytest.MonkeyPatch):
    network = random_network(Shape(modulus=7), dtype=torch.float64)
    kept = LogitGrid(network)
    expected = kept.by_sum, kept.power
    monkeypatch.setattr("models.circuits.logit_grid.MOST_RETAINED", 0)
    monkeypatch.setattr("models.circuits.logit_grid.NUMBERS_AT_ONCE", 1)
    anew = LogitGrid(network)
    assert len(list(anew.parts())) == 7
    torch.testing.assert_close(anew.by_sum, expected[0])
    assert anew.power == pytest.approx(expected[1])


@given(clocks())
def test_an_oracle_restricted_to_its_dials_is_itself_and_without_them_knows_nothing(
    clock: tuple[int, dict[int, float]],
):
    p, alphas = clock
    network, keys = oracle(p, alphas), tuple(alphas)
    grid = LogitGrid(network)
    whole = float(cross_entropy(cosine_logits(p, alphas), network.task.answers(*network.task.pairs())))
    blind = float(torch.tensor(float(p)).double().log())  # all classes alike
    for losses in (sum_direction_losses(grid, keys), logit_fit_losses(grid, logit_fit(grid), keys)):
        assert losses.restricted.together == pytest.approx(whole, rel=1e-9)
        assert losses.excluded.together == pytest.approx(blind, rel=1e-9)
        for k in keys:
            without = {other: alpha for other, alpha in alphas.items() if other != k} or {k: 0.0}
            answers = network.task.answers(*network.task.pairs())
            alone = float(cross_entropy(cosine_logits(p, {k: alphas[k]}), answers))
            assert losses.restricted.by_frequency[k] == pytest.approx(alone, rel=1e-9)
            left = float(cross_entropy(cosine_logits(p, without), answers))
            assert losses.excluded.by_frequency[k] == pytest.approx(left, rel=1e-9)


def test_sum_directions_are_projections_over_the_grid():
    network = random_network(Shape(modulus=7), 5, torch.float64)
    a, b = network.task.pairs()
    logits, answers = network.logits(a, b), network.task.answers(a, b)
    angle = 2 * torch.pi * 2 * (a + b).double() / 7
    directions = torch.stack([angle.cos(), angle.sin()]) * 2**0.5 / 7  # orthonormal over the 49 pairs
    kept = directions.T @ (directions @ logits)
    losses = sum_direction_losses(LogitGrid(network), (2,))
    restricted = float(cross_entropy(kept + logits.mean(0), answers))
    assert losses.restricted.together == pytest.approx(restricted, rel=1e-12)
    assert losses.excluded.together == pytest.approx(float(cross_entropy(logits - kept, answers)), rel=1e-12)
