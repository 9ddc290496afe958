"""Products of cyclic groups: their laws, their characters, and the words by which they are named."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.transforms.characters import character_coefficients
from models.errors import RecipeError
from models.groups import Cyclic, Product, as_group, group_of, parse_group
from models.groups.naming import LARGEST_ORDER
from models.groups.primes import prime_factors

products = st.lists(st.integers(2, 6), min_size=2, max_size=3).map(lambda factors: Product(tuple(factors)))


@given(products, st.data())
def test_the_laws_of_a_group_hold(group: Product, data: st.DataObject):
    a, b, c = (torch.tensor(data.draw(st.integers(0, group.order - 1))) for _ in range(3))
    assert group.sum(a, b) == group.sum(b, a)
    assert group.sum(group.sum(a, b), c) == group.sum(a, group.sum(b, c))
    assert group.difference(group.sum(a, b), b) == a
    assert group.sum(a, group.multiple(-1, a)) == 0
    assert group.multiple(3, a) == group.sum(a, group.sum(a, a))
    assert len(group.elements()) == group.order


@given(products, st.data())
def test_digits_are_added_each_modulo_its_factor(group: Product, data: st.DataObject):
    a, b = (data.draw(st.integers(0, group.order - 1)) for _ in range(2))
    digits = [(x + y) % m for x, y, m in zip(group.digits_of(a), group.digits_of(b), group.factors, strict=True)]
    wraps = any(x + y >= m for x, y, m in zip(group.digits_of(a), group.digits_of(b), group.factors, strict=True))
    assert group.digits_of(int(group.sum(torch.tensor(a), torch.tensor(b)))) == tuple(digits)
    assert bool(group.wraps(torch.tensor(a), torch.tensor(b))) == wraps
    assert group.number_of(group.digits_of(a)) == a


def test_elements_are_numbered_row_by_row():
    assert [Product((2, 3)).digits_of(number) for number in range(6)] == list(itertools.product(range(2), range(3)))
    assert Product((7, 24)).digits_of(-53) == (5, 19)


@given(products, st.data())
def test_a_character_of_a_sum_is_the_product(group: Product, data: st.DataObject):
    k = data.draw(st.integers(1 - group.order, group.order - 1))
    a, b = (torch.tensor(data.draw(st.integers(0, group.order - 1))) for _ in range(2))
    at_a, at_b, at_sum = (torch.complex(*group.character(k, x)) for x in (a, b, group.sum(a, b)))
    torch.testing.assert_close(at_sum, at_a * at_b)
    inverse = torch.complex(*group.character(-k, a))
    torch.testing.assert_close(inverse, at_a.conj())


@given(products)
def test_one_of_each_pair_of_conjugate_characters_is_named(group: Product):
    named = group.characters()
    inverses = group.multiple(-1, named)
    assert sorted({*named.tolist(), *inverses.tolist()}) == list(range(1, group.order))
    assert torch.equal(group.is_own_inverse(named), named == inverses)
    assert len(named) == (group.order - 1 + int(group.is_own_inverse(named).sum())) // 2


@given(products, st.integers(0, 99))
def test_rows_are_sums_of_their_characters(group: Product, seed: int):
    rows = torch.randn(2, group.order, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    numbers, found = character_coefficients(rows, group)
    waves = torch.complex(*group.character(numbers[:, None], group.elements()))
    weights = torch.where(group.is_own_inverse(numbers), 1.0, 2.0).double() / group.order
    again = (found * weights) @ waves
    torch.testing.assert_close(again.real, rows - rows.mean(1, keepdim=True))


@given(st.integers(2, 30))
def test_on_one_clock_the_coefficients_are_those_of_fourier(q: int):
    rows = torch.randn(3, q, generator=torch.Generator().manual_seed(q), dtype=torch.float64)
    numbers, found = character_coefficients(rows, Cyclic(q))
    angles = -2j * torch.pi * numbers[:, None].double() * torch.arange(q) / q
    torch.testing.assert_close(found, rows.to(torch.complex128) @ torch.exp(angles).T)


@pytest.mark.parametrize(
    ("factors", "rank"), [((2, 2, 2), 3), ((2, 3, 5), 1), ((4, 6), 2), ((9, 3, 2, 5), 2), ((7,), 1)]
)
def test_the_rank_is_the_most_factors_that_one_prime_divides(factors: tuple[int, ...], rank: int):
    assert group_of(factors).rank == rank


def test_primes():
    assert [prime_factors(n) for n in (1, 2, 97, 360, 1001)] == [[], [2], [97], [2, 3, 5], [7, 11, 13]]


def test_a_group_is_named_by_its_orders():
    assert parse_group("16x16") == Product((16, 16))
    assert parse_group(" 7 × 24".replace(" ", "")) == Product((7, 24))
    assert parse_group("127") == Cyclic(127) == as_group(127)
    assert (str(parse_group("2x3x5")), str(Cyclic(9))) == ("2x3x5", "9")
    assert as_group(Product((2, 2))) == Product((2, 2))


@pytest.mark.parametrize(
    "text", ["", "x", "16x", "1x5", "a", "-3x4", "2.5", "2x" * 16 + "2", f"{LARGEST_ORDER}x2", "٣"]
)
def test_what_is_no_group_is_refused(text: str):
    with pytest.raises(RecipeError, match="expected"):
        parse_group(text)
