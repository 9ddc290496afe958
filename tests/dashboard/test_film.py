"""The film on a page: what the browser is sent, and the question before it."""

import base64
import json
import zlib

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import film as shown
from dashboard.components.film import choices, film_data, source_words, stops_memorising
from models.training.film import unpacked
from models.training.phases import Phases
from tests.dashboard.declared import declared
from tests.films import MODULUS, RECUT, STEPS, small_film

SCRIPT = """
from dashboard.components.film import show_film
from tests.films import small_film

show_film(small_film())
"""


def test_the_browser_is_sent_every_moment_as_it_was_measured():
    film = small_film()
    data = film_data(film, told=True)
    assert set(data) == declared("film", "FilmData")
    assert set(data["curves"][0]) == declared("film", "FilmCurve")
    assert set(data["phases"]) == declared("film", "FilmPhases") == set(Phases.__dataclass_fields__)
    json.dumps(data)
    assert (data["modulus"], data["recut"], data["steps"]) == (MODULUS, RECUT, list(STEPS))
    assert len(data["spectrum"]) == len(STEPS)
    assert len(base64.b64decode(data["points"])) == len(STEPS) * len(film.frequencies) * MODULUS * 2
    for name, q, levels in (("levels", MODULUS, film.levels), ("recut_levels", RECUT, film.recut)):
        sent = zlib.decompress(base64.b64decode(data[name]))
        rows = levels.new_tensor(list(sent)).unflatten(0, (len(STEPS), -1))
        assert unpacked(rows, q).equal(levels)
    for curve in data["curves"]:
        assert curve["values"] == pytest.approx(film.curve(curve["name"]), rel=1e-5)
    assert [curve["of"] for curve in data["curves"]] == ["loss"] * 4 + ["accuracy"] * 3  # the legend's gap is between
    assert data["curves"][-1]["words"] == f"all pairs, re-cut to mod {RECUT}"


def test_the_answer_is_the_choice_that_the_measures_fall_into(monkeypatch: pytest.MonkeyPatch):
    film = small_film()
    assert choices() == ["before step 30", "step 30 to 300", "step 300 to 3,000", "after step 3,000"]
    for moment, choice in ((0, 0), (2, 0), (3, 1), (4, 1)):  # of the steps 0, 4, 9, 30, 60
        monkeypatch.setitem(film.__dict__, "phases", Phases(moment, None, None))
        assert stops_memorising(film) == choices()[choice]
    monkeypatch.setitem(film.__dict__, "phases", Phases(None, None, None))
    assert stops_memorising(film) is None


def test_phases_are_told_once_the_question_is_answered(monkeypatch: pytest.MonkeyPatch):
    sent: list[dict] = []
    monkeypatch.setattr(shown._film, "mount", lambda **given: sent.append(given["data"]))
    app = AppTest.from_string(SCRIPT).run()
    assert not app.exception
    assert sent[-1]["phases"] is None
    [pills] = app.pills
    assert pills.label == "When does it stop memorising?"
    pills.set_value(choices()[3]).run()
    assert not app.exception
    assert sent[-1]["phases"] == vars(small_film().phases)
    assert {key: value for key, value in sent[-1].items() if key != "phases"} == {
        key: value for key, value in sent[0].items() if key != "phases"
    }
    assert "5 moments of one training run on 80% of all pairs, seed 1." in app.caption[0].value


def test_the_source_names_how_it_is_made_again():
    words = source_words(small_film())
    assert "all 529 pairs were counted, and all 625 after the re-cut" in words
    assert words.endswith("Made by `python -m models film DIR`.")
