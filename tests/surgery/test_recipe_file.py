"""A recipe file from anywhere: the recipe, or one sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.errors import RecipeError
from models.surgery.recipe import LONGEST_FILE, Recipe, linked_recipe, parse_recipe, read_recipe
from tests.dashboard.recipes import recipes


@given(recipes)
def test_what_was_saved_opens(recipe: Recipe):
    assert parse_recipe(json.dumps(recipe.to_json(), indent=2)) == recipe


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not JSON"),
        ("not a recipe", "is not JSON"),
        ("[" * 90_000, r"is not JSON \(it is nested more than 64 deep\)"),
        ("9" * 90_000, r"is not JSON \(it holds a number of 90,000 digits"),
        ("[]", "This is no recipe"),
        ('{"clockwork_recipe": 2}', "This is no recipe"),
        ('{"clockwork_recipe": 1, "modulus": 113, "dials": "all"}', 'no list of "dials"'),
        ('{"clockwork_recipe": 1, "modulus": 1e400, "dials": []}', "it holds 1e400, which is no finite number"),
        ('{"clockwork_recipe": 1, "modulus": 113, "modulus": 127, "dials": []}', "it gives 'modulus' twice"),
        ('{"clockwork_recipe": 1, "modulus": 1e3, "dials": []}', '"modulus" is 1000.0; expected a whole number'),
        ('{"clockwork_recipe": 1, "modulus": 113, "dials": [{"frequency": 5, "target": NaN}]}', "finite"),
        (" " * (LONGEST_FILE + 1), "too large for a recipe"),
    ],
)
def test_anything_else_gives_one_sentence(text: str, sentence: str):
    with pytest.raises(RecipeError, match=sentence):
        parse_recipe(text)


def complaint_of(text: str) -> str:
    try:
        parse_recipe(text)
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
        parse_recipe(json.dumps({"clockwork_recipe": 1, "modulus": 5, "dials": ["x" * 5000]}))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_editors_save_it(tmp_path: Path, encoding: str):
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps(linked_recipe(17, {3: 5}).to_json()), encoding=encoding)
    assert read_recipe(file) == models.open_recipe(str(file)) == linked_recipe(17, {3: 5})


def test_a_file_that_is_none_is_refused_by_its_path(tmp_path: Path):
    with pytest.raises(RecipeError, match=r"nowhere\.json cannot be opened: No such file"):
        read_recipe(tmp_path / "nowhere.json")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"broken\.json is not JSON \(Expecting property name"):
        models.open_recipe(tmp_path / "broken.json")
    (tmp_path / "large.json").write_bytes(b" " * (LONGEST_FILE + 1))
    with pytest.raises(RecipeError, match=r"large\.json has 1\.0 MB; expected at most 1\.0 MB"):
        read_recipe(tmp_path / "large.json")
