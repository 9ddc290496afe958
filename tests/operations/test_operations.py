"""Operations: every answer by the definition of the operation, and pairs counted as those of the group."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RecipeError
from models.evaluation import State, evaluate
from models.groups import Cyclic, Product
from models.groups.units import generators_of_units
from models.operations import operation_counts, parse_operation
from models.operations.bitwise import xor
from models.operations.linear import linear
from models.operations.operation import NO_ELEMENT
from models.operations.units import over, times
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import hand_built


@given(st.integers(2, 30), st.integers(-40, 40), st.integers(-40, 40), st.integers(-40, 40))
def test_multiples_are_added_also_where_they_cannot_be_undone(q: int, x: int, y: int, z: int):
    a, b = torch.arange(q)[:, None], torch.arange(q)
    assert torch.equal(linear(x, y, z, q).answers(), (x * a + y * b + z) % q)


def test_multiples_of_digits():
    found, group = linear(2, -1, 5, Product((3, 4))).answers(), Product((3, 4))
    for a in range(12):
        for b in range(12):
            digits = zip(group.digits_of(a), group.digits_of(b), group.digits_of(5), group.factors, strict=True)
            assert group.digits_of(int(found[a, b])) == tuple((2 * x - y + z) % m for x, y, z, m in digits)


@pytest.mark.parametrize("bits", [2, 5])
def test_xor(bits: int):
    a, b = torch.arange(2**bits)[:, None], torch.arange(2**bits)
    assert torch.equal(xor(bits).answers(), a ^ b)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 24, 25, 60, 97, 128])
def test_units_multiply_and_divide_and_others_are_left_out(n: int):
    products, quotients, units = times(n).answers(), over(n).answers(), [a for a in range(n) if math.gcd(a, n) == 1]
    for a in range(n):
        for b in range(n):
            if a in units and b in units:
                assert products[a, b] == a * b % n
                assert quotients[a, b] * b % n == a
            else:
                assert products[a, b] == quotients[a, b] == NO_ELEMENT
    assert times(n).group.order == len(units)


@pytest.mark.parametrize("n", [9, 16, 60, 1009])
def test_generators_have_the_orders_that_they_say(n: int):
    for generator, order in generators_of_units(n):
        assert [pow(generator, k, n) for k in range(1, order + 1)].index(1) == order - 1


def test_pairs_of_an_operation_are_those_of_its_group():
    group = Cyclic(10)
    operated = transplant(hand_built(13, (1, 3, 4)), linked_recipe(group, {1: 2, 3: 4, 4: 1}))
    counted = evaluate(operated)
    operation = times(11)
    found = operation_counts(operation, counted)
    states = [
        int(counted.states[operation.element_of_a[a], operation.element_of_b[b]])
        for a in range(1, 11)
        for b in range(1, 11)
    ]
    assert (found.counts.right, found.counts.pairs) == (states.count(State.RIGHT), 100)
    assert (found.left_out, operation.left_out) == (21, "0 has no logarithm")
    twice = operation_counts(linear(2, 2, 0, group), counted).counts
    assert twice.right == 4 * int((counted.states[::2, ::2] == State.RIGHT).sum())


@pytest.mark.parametrize(
    ("formula", "factors"),
    [
        ("a+b", (1, 1, 0)),
        ("a-b", (1, -1, 0)),
        ("2*a+3*b+1", (2, 3, 1)),
        ("-a + 5b − 2", (-1, 5, -2)),
        ("b", (0, 1, 0)),
        ("a+a+b+3+4", (2, 1, 7)),
    ],
)
def test_a_sum_is_read_term_by_term(formula: str, factors: tuple[int, int, int]):
    x, y, z = factors
    assert torch.equal(parse_operation(formula, Cyclic(9)).answers(), linear(x, y, z, 9).answers())


def test_products_quotients_and_xor_are_read():
    assert parse_operation("a*b", Cyclic(7)).group == Cyclic(6)
    assert torch.equal(parse_operation("a / b", Cyclic(7)).answers(), over(7).answers())
    assert parse_operation("a^b", None, 3).group == Product((2, 2, 2))


@pytest.mark.parametrize(
    ("formula", "group", "bits", "expected"),
    [
        ("a b", Cyclic(5), None, "no operation"),
        ("ab", Cyclic(5), None, "no operation"),
        ("a**b", Cyclic(5), None, "no operation"),
        ("", Cyclic(5), None, "empty"),
        ("a+b", None, None, "in which numbers"),
        ("a*b", Product((2, 3)), None, "--modulus"),
        ("a*b", Cyclic(2), None, "out of range"),
        ("a^b", Cyclic(8), 3, "--bits"),
        ("a^b", None, None, "--bits"),
        ("a^b", None, 1, "out of range"),
        ("a-b", Cyclic(5), 3, "--bits"),
    ],
)
def test_what_is_no_operation_is_refused(formula: str, group: Cyclic | None, bits: int | None, expected: str):
    with pytest.raises(RecipeError, match=expected):
        parse_operation(formula, group, bits)
