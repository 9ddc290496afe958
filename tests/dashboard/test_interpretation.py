"""How facts of a reading are spoken of beside the controls that choose them."""

import pytest

from dashboard.components.interpretation import LABELS, _spoken
from models.hyperparameters import CHOICES


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
