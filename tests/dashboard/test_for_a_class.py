"""For a class: the start, the sheet with its counts, and the figure that is presented."""

import json
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache, shipped
from dashboard.recipes.questions import question_sheet
from dashboard.session.state import bench as current_bench
from dashboard.theme import LARGE
from dashboard.views.figures import FIGURES, figures_at_hand, title_of
from models import zoo
from models.evaluation import evaluate
from models.surgery.transplant import transplant
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.within import within
from tests.oracles import oracle

NETWORK = zoo.load(zoo.FIRST)
PRESENTED = {  # what is chosen → how its figure begins
    "Accuracy at every modulus": "Accuracy",
    "One dial": "The numbers in the plane",
    "Which frequencies its table holds": "Share of power",
    "What was tried against it": "Dot: a seed",
    "From the trained body to a shuffled one": "From the trained body",
}


def button(app: AppTest, label: str) -> Any:
    return next(each for each in app.button if each.label == label)


def with_answers(app: AppTest) -> AppTest:
    return app.toggle[0].set_value(True).run()


def test_the_answers_are_hidden_until_they_are_asked_for():
    app = app_on("for_a_class.py")
    assert trouble(app) == []
    waves = cache.waves(NETWORK)
    strongest = sorted(waves.frequencies, key=lambda k: -abs(waves.alphas[waves.frequencies.index(k)]))
    sheet = question_sheet(113, strongest, 1)
    before = [each.value for each in app.markdown]
    assert [sum(question.text in text for text in before) for question in sheet] == [1] * 5
    assert not any(question.answer in text for question in sheet for text in before)
    app = with_answers(app)
    assert trouble(app) == []
    after = [each.value for each in app.markdown]
    assert all(any(question.answer in text for text in after) for question in sheet)


def test_what_is_foretold_is_counted_on_this_network():
    app = with_answers(app_on("for_a_class.py"))
    waves = cache.waves(NETWORK)
    strongest = sorted(waves.frequencies, key=lambda k: -abs(waves.alphas[waves.frequencies.index(k)]))
    counted = [each.value for each in app.caption if each.value.startswith("Counted")]
    operations = [each for question in question_sheet(113, strongest, 1) for each in question.operations]
    assert len(counted) == 1 + len(operations)
    for said, (told, recipe) in zip(counted[1:], operations, strict=True):
        counts = evaluate(transplant(NETWORK, recipe)).counts
        assert said.startswith(f"Counted {told}: {counts.right:,} of all {recipe.modulus**2:,} pairs right; ")


def test_another_sheet_asks_otherwise():
    app = app_on("for_a_class.py")
    first = [each.value for each in app.markdown]
    app.number_input[0].set_value(2).run()
    assert trouble(app) == []
    assert len(app.markdown) == len(first)
    assert [each.value for each in app.markdown] != first


def test_twelve_is_set_on_play(monkeypatch: pytest.MonkeyPatch):
    went: list[Any] = []
    monkeypatch.setattr(st, "switch_page", lambda path: went.append((path.name, current_bench().recipe)))
    monkeypatch.setattr(st, "button", lambda label, **_: label == "Set the dials to mod 12")
    within("for_a_class.py", lambda _: None)
    assert went == [("play.py", shipped.sweep_of(NETWORK).found[12].recipe)]


def test_a_figure_is_presented_alone_in_large_type_and_left_again():
    app = button(app_on("for_a_class.py"), "Present it").click().run()
    assert trouble(app) == []
    assert [len(app.title), len(app.get("plotly_chart")), [each.label for each in app.button]] == [0, 1, ["Leave"]]
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    assert (layout["font"]["size"], layout["title"]["font"]["size"]) == (LARGE * 13, LARGE * 16)
    app = button(app, "Leave").click().run()
    assert app.title[0].value == "What can we work out before we count?"


@pytest.mark.parametrize("name", ["transformer-113", "layernorm-97"])
def test_every_figure_of_the_zoo_is_at_hand(name: str):
    network = zoo.load(name)

    titles: dict[str, str] = {}

    def act(_: object) -> None:
        assert figures_at_hand(network) == list(FIGURES)
        for each, figure in FIGURES.items():
            made = figure.make(network)
            assert made.data
            titles[title_of(each)] = made.layout.title.text

    within("glossary.py", act)
    assert all(titles[choice].startswith(begins) for choice, begins in PRESENTED.items())
    assert list(titles) == list(PRESENTED)


def test_of_an_upload_only_what_needs_no_count():
    network = oracle(7, {1: 1.0, 2: 1.0})
    found: list[str] = []
    within("glossary.py", lambda _: found.extend(figures_at_hand(network)))
    assert found == ["dial", "spectrum"]
