"""How facts of a reading are spoken of beside the controls that choose them."""

import pytest

from dashboard.components.interpretation import LABELS, NUMBERS, _spoken
from models.hyperparameters import CHOICES, EXPECTED


def test_every_fact_that_may_be_chosen_has_a_label():
    assert CHOICES.keys() <= LABELS.keys()


@pytest.mark.parametrize("name", ["activation", "norm"])
def test_a_value_is_spoken_of_by_its_own_name(name: str):
    for value in CHOICES[name]:
        spoken = _spoken(name, value).lower()
        assert spoken == "x²" if value == "square" else all(part in spoken for part in value.split("-"))


def test_none_is_said_of_norms_and_means_every_position_of_attention():
    assert _spoken("norm", "none") == "none"
    assert _spoken("mask", "none") == "all positions"


def test_no_two_values_of_a_fact_are_spoken_of_alike():
    for name, values in CHOICES.items():
        assert len({_spoken(name, value) for value in values}) == len(values)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("activation", "activation of the neurons"),
        ("mask", "attention sees"),
        ("tables", "tokens of a and b"),
        ("first_bias", "bias of the first layer"),
        ("coefficient", "attention coefficient"),
        ("order", "order"),
        ("tokens", "by position"),
        ("heads", "heads"),
        ("norm", "norms"),
        ("norm_place", "stand"),
        ("norm_eps", "variance"),
        ("table_scale", "multiplied"),
    ],
)
def test_a_control_is_labelled_by_its_own_fact(name: str, word: str):
    assert word in LABELS[name].lower()
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("norm_place", "before", "before "),
        ("norm_place", "after", "after "),
        ("mask", "causal", "causal"),
        ("tables", "shared", "shared"),
        ("tables", "separate", "separate"),
        ("table_scale", "one", "1"),
        ("table_scale", "root", "√d"),
    ],
)
def test_other_values_are_spoken_of_by_what_they_mean(name: str, value: str, word: str):
    assert _spoken(name, value).startswith(word) or f"({word})" in _spoken(name, value)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_may_be_chosen_from_all_that_a_configuration_may_say(name: str):
    lowest, highest = NUMBERS[name]
    assert EXPECTED[name] == f"a number from {lowest:g} to {highest:g}"
