"""Groups: their laws, and that characters turn sums into products."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.transforms.fourier import cosine_amplitudes, from_half_spectrum, half_spectrum, spectrum
from models.groups import Cyclic
from models.groups.characters import cosine_sine

orders = st.integers(2, 40)


@given(orders, st.data())
def test_the_laws_of_a_group_hold(order: int, data: st.DataObject):
    group = Cyclic(order)
    a, b, c = (torch.tensor(data.draw(st.integers(0, order - 1))) for _ in range(3))
    assert group.sum(a, b) == group.sum(b, a)
    assert group.sum(group.sum(a, b), c) == group.sum(a, group.sum(b, c))
    assert group.difference(group.sum(a, b), b) == a
    assert group.sum(a, group.multiple(-1, a)) == 0
    assert group.multiple(3, a) == group.sum(a, group.sum(a, a))
    assert len(group.elements()) == order


@given(orders, st.data())
def test_a_character_of_a_sum_is_the_product(order: int, data: st.DataObject):
    group = Cyclic(order)
    k = data.draw(st.sampled_from(group.characters().tolist()))
    a, b = (torch.tensor(data.draw(st.integers(0, order - 1))) for _ in range(2))
    at_a, at_b, at_sum = (torch.complex(*group.character(k, x)) for x in (a, b, group.sum(a, b)))
    torch.testing.assert_close(at_sum, at_a * at_b)


@given(orders)
def test_characters_stand_for_all_but_the_trivial_one_up_to_conjugation(order: int):
    named = Cyclic(order).characters().tolist()
    assert sorted({min(k, order - k) for k in range(1, order)}) == named


@given(st.integers(1, 25), st.integers(0, 99))
def test_transforms_are_their_direct_sums_and_come_back(p: int, seed: int):
    table = torch.randn(p, 3, generator=torch.Generator().manual_seed(seed))
    n = torch.arange(p)
    direct = []
    for k in range(p):
        cosine, sine = cosine_sine(k * n, p)
        direct.append(torch.complex(cosine @ table.double(), -(sine @ table.double())))
    torch.testing.assert_close(spectrum(table), torch.stack(direct))
    half = half_spectrum(table)
    torch.testing.assert_close(half, torch.stack(direct)[: p // 2 + 1])
    torch.testing.assert_close(half_spectrum(table.T, dim=1).T, half)
    back = from_half_spectrum(half, table)
    assert back.dtype == table.dtype
    torch.testing.assert_close(back, table)


@pytest.mark.parametrize("p", [7, 8])
def test_amplitudes_of_cosines_are_found(p: int):
    steps = torch.arange(p)
    values = 1.5 + 3 * cosine_sine(2 * steps, p)[0] - 0.25 * cosine_sine(p // 2 * steps, p)[0]
    assert cosine_amplitudes(values, (1, 2, p // 2)).tolist() == pytest.approx([0, 3, -0.25])
