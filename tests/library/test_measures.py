"""Measures as one object: what is there, what is not and why, what others published, and one's own."""

import re
from dataclasses import replace

import pytest
import torch

import models
from models.analysis.published import Figure
from models.circuits.measures import all_measures
from models.errors import RecipeError
from models.library.measures import Measures
from models.runtime.version import VERSION
from tests.conftest import ROOT
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

CLOCK = hand_built(13, (1, 3, 4))


def second_key(found: models.Findings) -> models.Measured | None:
    return models.Measured(float(found.keys[1])) if len(found.keys) > 1 else None


OWN = models.Measure("second_key", "Second key", "The second key frequency.", "this work", "1", (1, 56), second_key)


@pytest.fixture(scope="module")
def found() -> Measures:
    return models.measures_of(CLOCK)


def test_every_measure_is_taken_or_said_to_be_skipped(found: Measures):
    names = {each.name for each in all_measures()}
    assert found.keys() | found.skipped.keys() == names
    assert not found.keys() & found.skipped.keys()
    of_mlp = models.measures_of(hand_built_mlp(7, (1, 2), "chughtai_mlp"))
    assert "says nothing about this network" in of_mlp.skipped["attention_explained"]
    with pytest.raises(KeyError, match="attention_explained was skipped: it says nothing"):
        of_mlp["attention_explained"]
    assert of_mlp.get("attention_explained") is None
    assert len(found) == len(list(found)) == len(names) - len(found.skipped)


def test_slow_ones_say_what_they_cost_and_how_to_have_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.circuits.measures.QUICK_PRODUCTS", -1)
    found = models.measures_of(models.open_network("one-hot-97"))
    assert len(found) == 0
    assert all("multiplications; slow_too=True takes it" in why for why in found.skipped.values())


def test_rows_hold_each_value_with_its_source(found: Measures):
    rows = found.to_rows()
    whole = next(row for row in rows if row["measure"] == "logits_explained" and row["frequency"] is None)
    assert whole["value"] == found["logits_explained"].value
    assert "Nanda" in whole["source"]
    parts = {row["frequency"]: row["value"] for row in rows if row["measure"] == "logits_explained"}
    assert {k: parts[k] for k in found["logits_explained"].per_frequency} == found["logits_explained"].per_frequency


def test_each_paper_of_its_measures_is_cited_once(found: Measures):
    sources = {each.source for each in all_measures() if each.name in found}
    numbers = {number for source in sources for number in re.findall(r"\d{4}\.\d{5}", source)}
    assert sorted(re.findall(r"eprint = \{(.*)\}", found.bibtex)) == sorted(numbers)
    alone = next(each for each in all_measures() if each.name == "distance_irrelevance")
    assert alone.bibtex.startswith("@misc{zhong2023,")
    assert alone.bibtex.count("@misc") == 1
    assert OWN.bibtex == ""


def test_the_citation_names_this_version():
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_published_figures_stand_beside_ours(found: Measures):
    theirs = (Figure("logits_explained", 0.5, "somebody"), Figure("excluded_loss", 4.0, "somebody", 5))
    beside = Measures(found.taken, found.skipped, theirs).to_rows()
    told = [(row["measure"], row["frequency"], row["published"]) for row in beside if row["published"] is not None]
    assert ("logits_explained", None, 0.5) in told
    assert all(row["published_in"] == "somebody" for row in beside if row["published"] is not None)


def test_a_measure_of_one_s_own_is_taken_like_the_others(found: Measures):
    models.register_measure(OWN)
    try:
        again = models.measures_of(CLOCK)
        assert again["second_key"].value == models.key_frequencies(CLOCK).frequencies[1]
        assert again.keys() - found.keys() == {"second_key"}
        with pytest.raises(RecipeError, match="a measure second_key already"):
            models.register_measure(OWN)
    finally:
        models.unregister_measure("second_key")
    assert "second_key" not in {each.name for each in all_measures()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"name": "two words"}, "no name for a measure"), ({"source": ""}, "no definition or no source")],
)
def test_a_measure_without_name_or_source_is_refused(changes: dict[str, str], said: str):
    with pytest.raises(RecipeError, match=said):
        models.register_measure(replace(OWN, **changes))


@pytest.mark.parametrize(
    ("given", "told"),
    [(1.0, "gave float"), (models.Measured(torch.tensor(2.0)), r"gave Measured\(Tensor\)"), ("5", "gave str")],
)
def test_a_measure_that_gives_something_else_is_named(given: object, told: str):
    models.register_measure(replace(OWN, take=lambda found: given))
    try:
        with pytest.raises(RecipeError, match=f"The measure {OWN.name} {told}; expected Measured"):
            models.measures_of(CLOCK)
    finally:
        models.unregister_measure(OWN.name)
