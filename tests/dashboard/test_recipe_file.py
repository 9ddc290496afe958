"""A recipe file from anywhere: the recipe, or one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.recipe_file import LONGEST, recipe_of_file
from models.errors import RecipeError
from models.surgery.recipe import Recipe
from tests.dashboard.recipes import recipes


@given(recipes)
def test_what_was_saved_opens(recipe: Recipe):
    assert recipe_of_file(json.dumps(recipe.to_json(), indent=2)) == recipe


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no JSON"),
        ("not a recipe", "no JSON"),
        ("[" * 90_000, "no JSON"),
        ("9" * 90_000, "no JSON"),
        ("[]", "This is no recipe"),
        ('{"clockwork_recipe": 2}', "This is no recipe"),
        ('{"clockwork_recipe": 1, "modulus": 113, "dials": "all"}', 'no list of "dials"'),
        ('{"clockwork_recipe": 1, "modulus": 1e400, "dials": []}', "expected a whole number"),
        ('{"clockwork_recipe": 1, "modulus": 113, "dials": [{"frequency": 5, "target": NaN}]}', "finite"),
        (" " * (LONGEST + 1), "too large for a recipe"),
    ],
)
def test_anything_else_gives_one_sentence(text: str, sentence: str):
    with pytest.raises(RecipeError, match=sentence):
        recipe_of_file(text)


def complaint_of(text: str) -> str:
    try:
        recipe_of_file(text)
    except RecipeError as error:
        return str(error)
    return ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
entries = st.dictionaries(
    st.sampled_from(["frequency", "target", "amplitude", "phase", "on", "b", "readout"]), json_values
)


@given(st.sampled_from([1, 2]), json_values | st.integers(2, 256), json_values | st.lists(entries, max_size=3))
def test_a_hostile_file_never_gives_more_than_a_sentence(version: int, modulus: object, dials: object):
    assert len(complaint_of(json.dumps({"clockwork_recipe": version, "modulus": modulus, "dials": dials}))) < 400


def test_a_long_complaint_is_cut():
    with pytest.raises(RecipeError) as refused:
        recipe_of_file(json.dumps({"clockwork_recipe": 1, "modulus": 5, "dials": ["x" * 5000]}))
    assert len(str(refused.value)) < 400
