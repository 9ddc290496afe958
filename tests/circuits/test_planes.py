import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.planes import FINE_STEPS, frequency_plane
from tests.oracles import circle_table


def random_table(p: int) -> torch.Tensor:
    return torch.randn(p, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(p))


@given(st.integers(3, 40), st.data())
def test_in_its_plane_a_circle_is_seen_as_one(p: int, data: st.DataObject):
    k = data.draw(st.integers(1, (p - 1) // 2))
    turned = circle_table(p, [k]) @ torch.tensor([[0, 3.0, 0], [0, 0, -3.0]], dtype=torch.float64) + 5
    plane = frequency_plane(turned, k)
    torch.testing.assert_close(plane.points, 3 * circle_table(p, [k]), rtol=0, atol=1e-13)
    torch.testing.assert_close(plane.wave[::FINE_STEPS], plane.points[:, 0], rtol=0, atol=1e-13)
    assert plane.share_of_first == pytest.approx(1, abs=1e-13)


@given(st.integers(1, 20))
def test_the_sign_of_an_even_modulus_has_a_line_for_a_plane(half: int):
    sign = torch.tensor([2.0, -2.0], dtype=torch.float64).repeat(half)
    plane = frequency_plane(torch.stack([sign, sign], dim=1), half)
    assert plane.points[:, 0].tolist() == pytest.approx((2**0.5 * sign).tolist())
    assert not plane.points[:, 1].any()


@given(st.integers(3, 40), st.data())
def test_points_are_an_orthogonal_projection_of_the_centred_rows(p: int, data: st.DataObject):
    table, k = random_table(p), data.draw(st.integers(1, (p - 1) // 2))
    plane = frequency_plane(table, k)
    centred = table - table.mean(0)
    across = centred - plane.points @ torch.linalg.lstsq(plane.points, centred).solution
    assert plane.points.shape == (p, 2)
    # Rows are no longer seen from the side than they are long, and what a projection leaves is orthogonal to it.
    assert (plane.points.norm(dim=1) <= centred.norm(dim=1) + 1e-12).all()
    assert float((plane.points.T @ across).abs().max()) < 1e-12
    assert 0 <= plane.share_of_first <= 1


@given(st.integers(2, 40), st.data())
def test_the_wave_is_smooth_between_the_numbers(p: int, data: st.DataObject):
    k = data.draw(st.integers(1, p // 2))
    plane = frequency_plane(random_table(p), k)
    assert plane.numbers.tolist() == [step / FINE_STEPS for step in range(p * FINE_STEPS)]
    angles = 2 * torch.pi * k * plane.numbers / p
    fitted = torch.linalg.lstsq(torch.stack([angles.cos(), angles.sin()], dim=1), plane.wave[:, None])
    explained = torch.stack([angles.cos(), angles.sin()], dim=1) @ fitted.solution
    torch.testing.assert_close(explained[:, 0], plane.wave, rtol=0, atol=1e-12)


def test_numbers_are_ordered_as_the_hand_visits_them():
    assert frequency_plane(random_table(7), 3).order.tolist() == [0, 5, 3, 1, 6, 4, 2]  # 3·5 = 1, 3·3 = 2, … (mod 7)


def test_numbers_that_the_hand_does_not_tell_apart_stay_in_their_order():
    order = frequency_plane(random_table(40), 8).order.tolist()
    assert order == [5 * turn + start for start in range(5) for turn in range(8)]


def test_a_silent_table_has_a_silent_plane():
    plane = frequency_plane(torch.zeros(7, 3), 2)
    assert not plane.points.any()
    assert not plane.wave.any()
    assert plane.share_of_first == 0


@given(st.integers(2, 20))
def test_the_wave_of_the_highest_frequency_goes_through_its_tokens_too(half: int):
    """Half an even modulus: no sine, and the cosine alone counts once where others count twice."""
    plane = frequency_plane(random_table(2 * half), half)
    along = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(half)
    expected = (plane.points[:, 0] @ along) / (2 * half) * along
    torch.testing.assert_close(plane.wave[::FINE_STEPS], expected, rtol=0, atol=1e-12)
    assert 0 <= plane.share_of_first <= 1
