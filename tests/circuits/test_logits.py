import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.logits import CosineFit, logit_waves, mean_logit_by_distance
from tests.oracles import cosine_logits, oracle


@st.composite
def clocks(draw: st.DrawFn) -> tuple[int, dict[int, float]]:
    p = draw(st.integers(2, 20))
    dials = draw(st.sets(st.integers(1, p // 2), min_size=1, max_size=4))
    return p, {k: draw(st.floats(-2, 2)) for k in sorted(dials)}


@given(clocks())
def test_the_oracle_gives_its_formula(clock: tuple[int, dict[int, float]]):
    network = oracle(*clock)
    # The formula's own angles of up to 40 turns are rounded by 1e-14 a dial.
    torch.testing.assert_close(network.logits(*network.task.pairs()), cosine_logits(*clock), rtol=0, atol=1e-12)


@given(clocks())
def test_the_amplitudes_of_an_oracle_are_recovered(clock: tuple[int, dict[int, float]]):
    p, alphas = clock
    waves = logit_waves(oracle(p, alphas), tuple(alphas))
    assert waves.frequencies == tuple(alphas)
    assert waves.alphas.tolist() == pytest.approx(list(alphas.values()), abs=1e-14)


def test_a_frequency_that_the_logits_lack_has_amplitude_zero():
    assert logit_waves(oracle(13, {2: 1.0}), (2, 3)).alphas.tolist() == pytest.approx([1, 0], abs=1e-14)


@given(clocks())
def test_the_mean_logit_by_distance_of_an_oracle_is_its_first_row(clock: tuple[int, dict[int, float]]):
    expected = cosine_logits(*clock)[0]  # a = b = 0: the distance is c, and cosines do not see its sign
    torch.testing.assert_close(mean_logit_by_distance(oracle(*clock)), expected, rtol=0, atol=1e-12)


def test_weights_sum_to_one():
    waves = CosineFit((1, 2), torch.tensor([3.0, 1.0], dtype=torch.float64))
    assert waves.weights.tolist() == [0.75, 0.25]


@pytest.mark.parametrize("alphas", [[0.0, 0.0], [1.0, -3.0]])
def test_weights_are_even_where_the_amplitudes_sum_to_nothing(alphas: list[float]):
    assert CosineFit((1, 2), torch.tensor(alphas)).weights.tolist() == [0.5, 0.5]
