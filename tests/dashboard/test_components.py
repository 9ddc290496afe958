"""Small parts of pages by themselves: what they say, and what they hand on."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components import address
from dashboard.components.keys import show_key_frequencies
from dashboard.components.training import show_training
from dashboard.session.state import Session


@pytest.mark.parametrize(
    ("count", "shown"), [(0, ""), (1, "1"), (6, "1, 2, 3, 4, 5, 6"), (7, "7 of 56"), (30, "30 of 56")]
)
def test_of_many_key_frequencies_it_is_told_how_many_there_could_be(count: int, shown: str):
    told: list[Any] = []
    place: Any = SimpleNamespace(metric=lambda *said, help: told.append((*said, help)))
    show_key_frequencies(place, tuple(range(1, count + 1)), 113)
    assert told == [("Key frequencies", shown, ", ".join(map(str, range(1, count + 1))))]


def choosing_pictures():
    import streamlit as st

    from dashboard.components.pictures import saved_as, show_picture_format

    show_picture_format()
    st.json(saved_as("inside left: neuron map"))


def test_figures_are_saved_in_the_format_that_was_chosen():
    app = AppTest.from_function(choosing_pictures).run()
    for chosen in ("PNG", "SVG"):
        app.button_group[0].set_value(chosen).run()
        assert not app.exception
        assert f'"format": "{chosen.lower()}"' in app.json[0].value.replace('":"', '": "')
        assert "clockwork-inside-left-neuron-map" in app.json[0].value


def test_the_address_is_written_without_taking_room(monkeypatch: pytest.MonkeyPatch):
    written: list[Any] = []
    monkeypatch.setattr(address, "session", lambda: Session(runs=7))
    monkeypatch.setattr(address, "query_here", lambda: {"mod": "17"})
    monkeypatch.setattr(address, "_address", lambda **given: written.append(given))
    address.write_address()
    assert written == [{"key": "address", "data": {"query": {"mod": "17"}, "run": 7, "pair": None}, "height": 1}]


def test_without_recorded_curves_nothing_is_shown_of_training():
    for run in (None, SimpleNamespace(curves={})):
        show_training(SimpleNamespace(run=run))


def test_outside_of_a_page_no_run_is_a_whole_one_and_nothing_is_complained_of():
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())
    logger = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    logger.addHandler(handler)
    try:
        assert not jobs.is_whole_run()
    finally:
        logger.removeHandler(handler)
    assert heard == []
