import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.transforms.fourier import fourier_basis, frequencies
from models.groups.characters import FULL_TURN, cosine_sine

moduli = st.integers(2, 60)


@given(moduli)
def test_the_basis_is_orthonormal(p: int):
    basis = fourier_basis(p)
    assert basis.shape == (p, p)
    # p products of size 2/p each round by 1e-16.
    torch.testing.assert_close(basis @ basis.T, torch.eye(p, dtype=torch.float64), rtol=0, atol=1e-14)


@pytest.mark.parametrize(("p", "expected"), [(2, [1]), (3, [1]), (4, [1, 2]), (7, [1, 2, 3]), (8, [1, 2, 3, 4])])
def test_frequencies_end_at_half_the_modulus(p: int, expected: list[int]):
    assert frequencies(p) == expected


@given(st.integers(1, 30))
def test_the_last_row_of_an_even_modulus_is_the_sign(half: int):
    p = 2 * half
    assert fourier_basis(p)[-1].tolist() == [p**-0.5, -(p**-0.5)] * half


@given(moduli, st.integers(-200, 200), st.integers(-5, 5))
def test_hands_that_point_the_same_way_are_bitwise_equal(p: int, steps: int, turns: int):
    (cosine, also_cosine), (sine, also_sine) = cosine_sine(torch.tensor([steps, steps + turns * p]), p)
    assert cosine == also_cosine
    assert sine == also_sine


@given(moduli, st.integers(-200, 200))
def test_mirrored_hands_are_exact_mirror_images(p: int, steps: int):
    (cosine, also_cosine), (sine, also_sine) = cosine_sine(torch.tensor([steps, -steps]), p)
    assert cosine == also_cosine
    assert sine == -also_sine


@given(st.integers(1, 30), st.integers(-200, 200))
def test_opposite_hands_are_exactly_opposite(half: int, steps: int):
    (cosine, also_cosine), (sine, also_sine) = cosine_sine(torch.tensor([steps, steps + half]), 2 * half)
    assert cosine == -also_cosine
    assert sine == -also_sine


@given(st.integers(1, 500))
def test_quarter_turns_are_exact(quarter: int):
    cosine, sine = cosine_sine(torch.arange(4) * quarter, 4 * quarter)
    assert cosine.tolist() == [1, 0, -1, 0]
    assert sine.tolist() == [0, 1, 0, -1]


@given(st.integers(1, 500))
def test_the_sine_vanishes_at_half_a_turn_of_any_modulus(p: int):
    cosine, sine = cosine_sine(torch.tensor([p / 2]), p)
    assert (cosine.item(), sine.item()) == (-1, 0)


@given(moduli, st.lists(st.floats(-3, 3), min_size=1, max_size=20))
def test_real_steps_agree_with_the_library(p: int, turns: list[float]):
    steps = torch.tensor(turns, dtype=torch.float64) * p
    angles = FULL_TURN * steps / p
    found = torch.stack(cosine_sine(steps, p))
    # An angle of up to 6π is itself rounded by 4e-15 before the library sees it.
    torch.testing.assert_close(found, torch.stack([angles.cos(), angles.sin()]), rtol=0, atol=1e-14)


def test_whole_steps_beyond_float32_stay_exact():
    cosine, sine = cosine_sine(torch.tensor([2**40 + 1]), 2**40)
    expected_cosine, expected_sine = cosine_sine(torch.tensor([1]), 2**40)
    assert (cosine, sine) == (expected_cosine, expected_sine)
