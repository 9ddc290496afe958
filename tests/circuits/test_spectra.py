from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.spectra import (
    embedding_spectrum,
    key_frequencies,
    neuron_logit_spectrum,
    table_spectrum,
    unembedding_spectrum,
)
from models.surgery.recipe import Dial, Recipe, Turn, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, circle_table, hand_built, oracle, random_network

moduli = st.integers(2, 60)


def random_table(p: int) -> torch.Tensor:
    return torch.randn(p, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(p))


@given(moduli)
def test_power_and_constant_sum_to_the_squared_norm(p: int):
    table = random_table(p)
    spectrum = table_spectrum(table)
    assert float(spectrum.power.sum()) + spectrum.constant == pytest.approx(float(table.square().sum()), rel=1e-13)


@given(moduli)
def test_shares_sum_to_one(p: int):
    spectrum = table_spectrum(random_table(p))
    assert spectrum.share_of(spectrum.frequencies) == pytest.approx(1, abs=1e-14)
    assert spectrum.frequencies == tuple(range(1, p // 2 + 1))


@given(st.integers(3, 60), st.data())
def test_a_wave_has_its_power_at_its_own_frequency(p: int, data: st.DataObject):
    k = data.draw(st.integers(1, (p - 1) // 2))
    cosine, sine = (table_spectrum(column[:, None]) for column in circle_table(p, [k]).T)
    expected = torch.zeros(p // 2, dtype=torch.float64)
    expected[k - 1] = p / 2
    for found, right in (
        (cosine.cosine, expected),
        (cosine.sine, 0 * expected),
        (sine.sine, expected),
        (sine.cosine, 0 * expected),
    ):
        torch.testing.assert_close(found, right, rtol=0, atol=1e-13)
    assert cosine.constant == pytest.approx(0, abs=1e-13)


@given(st.integers(1, 30))
def test_the_sign_of_an_even_modulus_is_its_last_frequency(half: int):
    spectrum = table_spectrum(torch.tensor([3.0, -3.0] * half)[:, None])
    assert float(spectrum.cosine[-1]) == pytest.approx(9 * 2 * half, rel=1e-14)
    assert float(spectrum.sine[-1]) == 0
    assert spectrum.share_of((half,)) == pytest.approx(1, abs=1e-14)


def test_the_embedding_spectrum_takes_both_tables():
    network = oracle(13, {2: 1.0})
    apart = replace(network, table_b=circle_table(13, [5]))
    spectrum = embedding_spectrum(apart)
    assert spectrum.share_of((2,)) == pytest.approx(0.5)
    assert spectrum.share_of((5,)) == pytest.approx(0.5)


@pytest.mark.parametrize("spectrum", [embedding_spectrum, unembedding_spectrum, neuron_logit_spectrum])
def test_a_hand_built_network_is_all_at_its_dials(spectrum):
    # Its weights are float32: what leaks is below 1e-7 squared.
    assert spectrum(hand_built(13, (1, 3, 4))).share_of((1, 3, 4)) == pytest.approx(1, abs=1e-12)


@given(st.integers(5, 40), st.data())
def test_key_frequencies_of_an_oracle_are_its_dials(p: int, data: st.DataObject):
    chosen = sorted(data.draw(st.sets(st.integers(1, (p - 1) // 2), min_size=1, max_size=4)))
    keys = key_frequencies(oracle(p, dict.fromkeys(chosen, 1.0)))
    assert keys.frequencies == tuple(chosen)
    assert keys.lowest_kept == pytest.approx(1, abs=1e-12)
    assert keys.gap == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("amplitude", "kept"), [(0.51, (2, 5)), (0.49, (2,))])
def test_a_frequency_is_key_from_a_quarter_of_the_strongest_on(amplitude: float, kept: tuple[int, ...]):
    turns = {2: Turn(2), 5: Turn(5, amplitude=amplitude)}
    recipe = Recipe(13, tuple(Dial(k, turn) for k, turn in turns.items()))
    keys = key_frequencies(transplant(oracle(13, {2: 1.0, 5: 1.0}), recipe))
    assert keys.frequencies == kept
    # Power goes with the square of the amplitude, on both tables alike.
    weaker = amplitude**2
    assert (keys.lowest_kept, keys.highest_dropped) == pytest.approx((weaker, 0) if len(kept) == 2 else (1, weaker))
    assert keys.gap == pytest.approx(keys.lowest_kept - keys.highest_dropped)


def test_with_all_frequencies_key_there_is_nothing_to_drop():
    keys = key_frequencies(oracle(7, {1: 1.0, 2: 1.0, 3: 1.0}))
    assert keys.frequencies == (1, 2, 3)
    assert keys.highest_dropped == 0


def test_a_network_with_an_empty_unembedding_has_no_key_frequencies():
    network = random_network(Shape())
    assert key_frequencies(replace(network, unembedding=torch.zeros_like(network.unembedding))).frequencies == ()


def test_the_rounding_of_constant_tables_is_no_key_frequency():
    network = transplant(random_network(Shape(modulus=13)), own_recipe(17, ()))
    still = replace(network, unembedding=torch.full_like(network.unembedding, 0.1))
    assert key_frequencies(still).frequencies == ()
