"""A long sum place by place: the places are those of the sum, and what they say of the network is what it answers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models import evaluate, own_recipe, transplant, zoo
from models.arithmetic import add, subtract
from models.arithmetic.adder import Adder
from models.arithmetic.digits import numbers_of
from models.arithmetic.steps import Step, difference_steps, sum_steps
from models.arithmetic.written import LONGEST, digit_in, number_from, written
from models.errors import RecipeError

NUMBERS = st.integers(0, 10**40)


@pytest.fixture(scope="module")
def adder() -> Adder:
    network = transplant(zoo.load("one-hot-97"), own_recipe(34, range(1, 49)))  # twice 16, and two to spare
    return Adder(network, evaluate(network))


def value(steps: tuple[Step, ...], base: int) -> int:
    return numbers_of(torch.tensor([[step.digit for step in steps]]), base)[0]


@settings(deadline=None, max_examples=25)
@given(x=NUMBERS, y=NUMBERS, base=st.sampled_from([2, 10, 16]))
def test_places_are_those_of_the_sum_and_of_the_difference(adder: Adder, x: int, y: int, base: int):
    x, y = max(x, y), min(x, y)
    summed, taken = sum_steps(adder, x, y, base), difference_steps(adder, x, y, base)
    assert [value(summed, base), value(taken, base)] == [x + y, x - y]
    assert [*add(adder, [x], [y], base).numbers, *subtract(adder, [x], [y], base).numbers] == [x + y, x - y]
    for steps in (summed, taken):
        assert steps[0].handed == steps[-1].hands == 0
        assert [step.hands for step in steps[:-1]] == [step.handed for step in steps[1:]]


def test_a_place_says_what_the_network_answered(adder: Adder):
    assert sum_steps(adder, 85, 17, 10) == (
        Step(x=5, y=7, handed=0, first=12, then=12, digit=2, hands=1),
        Step(x=8, y=1, handed=1, first=9, then=10, digit=0, hands=1),
        Step(x=0, y=0, handed=1, first=0, then=1, digit=1, hands=0),
    )
    assert difference_steps(adder, 85, 17, 10) == (
        Step(x=5, y=7, handed=0, first=32, then=32, digit=8, hands=1),  # −2 mod 34
        Step(x=8, y=1, handed=1, first=7, then=6, digit=6, hands=0),
    )
    wrong = Adder(adder.network, adder.evaluation)
    wrong._answers = torch.full((34, 34), 3)
    assert sum_steps(wrong, 5, 7, 10)[0] == Step(x=5, y=7, handed=0, first=3, then=3, digit=3, hands=0)


def test_a_modulus_that_is_too_small_is_refused(adder: Adder):
    with pytest.raises(RecipeError, match="Base 18 needs a modulus of at least 36"):
        sum_steps(adder, 1, 2, 18)


@given(number=NUMBERS, base=st.sampled_from([2, 10, 16, 60, 128]))
def test_what_is_written_is_read(number: int, base: int):
    assert number_from(written(number, base), base) == number


@pytest.mark.parametrize(
    ("text", "base", "said"),
    [
        ("12", 2, "expected digits among 01"),
        ("1g", 16, "expected digits among 0123456789abcdef"),
        ("-5", 10, "no number in base 10"),
        ("1.5", 60, "expected decimal digits"),
        ("1::5", 60, "^Nothing is no whole number"),
        ("1:60", 60, "^60 is no digit of base 60; expected 0 to 59"),
        ("٣", 60, "expected decimal digits"),
        ("", 10, "1 to 1,300 characters"),
        ("1" * (LONGEST + 1), 10, "found 1,301"),
    ],
)
def test_what_is_no_number_is_refused_with_what_was_expected(text: str, base: int, said: str):
    with pytest.raises(RecipeError, match=said):
        number_from(text, base)


def test_digits_are_letters_up_to_base_16():
    assert [digit_in(base, 15) for base in (16, 60)] == ["f", "15"]
    assert [written(15, base) for base in (2, 10, 16, 60, 7)] == ["1111", "15", "f", "15", "21"]
    assert written(-3607, 60) == "−1:0:7"
