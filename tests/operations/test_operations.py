"""Operations: every answer by the definition of the operation, and pairs counted as those of the group."""

import math
from datetime import date, timedelta

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
from models.operations.logarithms import generator
from models.operations.named import BY_NAME, BY_NAME_AND_NUMBER
from models.operations.operation import NO_ELEMENT
from models.operations.units import over, times
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import hand_built, oracle


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
    for unit, order in generators_of_units(n):
        assert [pow(unit, k, n) for k in range(1, order + 1)].index(1) == order - 1


def power(number: int, exponent: int, n: int) -> int | None:
    return None if exponent < 0 and math.gcd(number, n) > 1 else pow(number, exponent, n)


@pytest.mark.parametrize(
    ("formula", "n", "expected"),
    [
        ("a**3*b", 11, lambda a, b: a**3 * b % 11),
        ("a*b*b", 13, lambda a, b: a * b * b % 13),
        ("a**-2/b", 13, lambda a, b: None if 0 in (a, b) else power(a, -2, 13) * power(b, -1, 13) % 13),
        ("a**2/b", 15, lambda a, b: None if math.gcd(b, 15) > 1 else a * a * power(b, -1, 15) % 15),
        ("2**a*b", 19, lambda a, b: 2**a * b % 19),
        ("2**a*3**b", 19, lambda a, b: 2**a * 3**b % 19),
        ("g**a*g**b", 7, lambda a, b: 3 ** (a + b) % 7),
        ("a*2**a*b", 11, lambda a, b: a * 2**a * b % 11),
        ("5*a*b/2", 17, lambda a, b: 5 * a * b * 9 % 17),
        ("b/3**a", 10, lambda a, b: b * 7**a % 10),
        ("a**2", 9, lambda a, _b: a * a % 9),
    ],
)
def test_products_of_powers(formula: str, n: int, expected):
    found, operation = parse_operation(formula, Cyclic(n)).answers(), parse_operation(formula, Cyclic(n))
    for a in range(n):
        for b in range(n):
            parts = expected(a, 1), expected(1, b)
            if any(part is None or math.gcd(part, n) > 1 for part in parts):
                assert found[a, b] == NO_ELEMENT, (a, b)
            else:
                assert found[a, b] == expected(a, b), (a, b)
    assert operation.formula == formula


@pytest.mark.parametrize("n", [7, 9, 11, 29])
def test_logarithms_are_exponents(n: int):
    """Whatever the product, the generator raised to its logarithm is the product."""
    base = generator(n)
    for formula in ("a*b", "g**a*b", "a**2/b"):
        product, logarithm = (parse_operation(each, Cyclic(n)).answers() for each in (formula, f"log({formula})"))
        assert torch.equal(product == NO_ELEMENT, logarithm == NO_ELEMENT)
        seen = product != NO_ELEMENT
        assert [pow(base, int(each), n) for each in logarithm[seen]] == product[seen].tolist()
    with pytest.raises(RecipeError, match="take a prime"):
        parse_operation("log(a*b)", Cyclic(8))


def test_hours_of_a_week_are_added_without_a_carry():
    operation, times = parse_operation("hours", None), torch.arange(168)
    assert operation.group == Product((7, 24))
    assert torch.equal(operation.answers(), (times[:, None] + times) % 168)


@pytest.mark.parametrize("year", [1900, 2023, 2024])
def test_weekdays_are_those_of_the_calendar(year: int):
    found = parse_operation(f"weekday:{year}", None).answers()
    assert found.shape == (12, 31)
    for month in range(12):
        for days in range(31):
            assert found[month, days] == (date(year, month + 1, 1) + timedelta(days)).weekday()


def test_intervals_and_degrees_of_keys():
    notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    intervals = {"unison": 0, "minor third": 3, "major third": 4, "fourth": 5, "fifth": 7, "octave": 12}
    above = parse_operation("interval", None).answers()
    for note, name, expected in [
        ("A", "minor third", "C"), ("E", "fifth", "B"), ("F", "fourth", "A#"), ("B", "major third", "D#"),
        ("G", "octave", "G"), ("D", "unison", "D"),
    ]:  # fmt: skip
        assert notes[above[notes.index(note), intervals[name]]] == expected
    keys = parse_operation("degree", None).answers()
    named = {sharps: [notes[each] for each in keys[sharps]] for sharps in (0, 2, 3)}
    assert named == {
        0: ["C", "D", "E", "F", "G", "A", "B"],
        2: ["D", "E", "F#", "G", "A", "B", "C#"],
        3: ["A", "B", "C#", "D", "E", "F#", "G#"],
    }


def test_every_named_operation_is_right_on_an_oracle():
    """The oracle adds in any group whose elements its dials tell apart."""
    for name in (*BY_NAME, *(f"{each}:2024" for each in BY_NAME_AND_NUMBER)):
        operation = parse_operation(name, None)
        all_ones = operation.group.number_of((1,) * len(operation.group.factors))  # of factors that share none
        targets = {k: float(operation.group.multiple(k, torch.tensor(all_ones))) for k in (1, 2, 3)}
        network = transplant(oracle(13, {1: 1.0, 2: 0.7, 3: 0.5}), linked_recipe(operation.group, targets))
        counted = operation_counts(operation, evaluate(network))
        assert (counted.counts.accuracy, counted.left_out) == (1, 0), name
        logits = network.logits(operation.element_of_a, operation.element_of_b[0].expand(len(operation.element_of_a)))
        assert torch.equal(operation.number_of[logits.argmax(1)], operation.answers()[:, 0]), name


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
        ("a**b", Cyclic(7), None, "no operation"),
        ("log(a+b)", Cyclic(7), None, "no operation"),
        ("a*b)", Cyclic(7), None, "no operation"),
        ("3*a*b", Cyclic(9), None, "shares a factor"),
        ("a*b/3", Cyclic(9), None, "divided by it"),
        ("a**3*b", Product((2, 3)), None, "--modulus"),
        ("2**a*b", Cyclic(2), None, "out of range"),
        ("weekday", None, None, "weekday:2024"),
        ("weekday:0", None, None, "out of range"),
        ("hours", Cyclic(168), None, "says itself"),
        ("hours:3", None, None, "in which numbers"),
        ("a-b", Cyclic(5), 3, "--bits"),
    ],
)
def test_what_is_no_operation_is_refused(formula: str, group: Cyclic | None, bits: int | None, expected: str):
    with pytest.raises(RecipeError, match=expected):
        parse_operation(formula, group, bits)
