"""Heavy work on its own thread: its result, its place in the queue, and its end when nobody waits."""

import threading
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import heavy_work
from dashboard.heavy_work import NoLongerWanted, in_turn
from dashboard.turns import Turns
from models.runtime.interruption import may_be_interrupted

SECONDS = 20


class Left(BaseException):
    """As Streamlit's own, by which it ends a run."""


class Visit:
    """Stands in for the run of a page: it is left as soon as `left` is set."""

    def __init__(self, session_id: str) -> None:
        self.session_id, self.left = session_id, Event()

    def yield_check(self) -> None:
        if self.left.is_set():
            raise Left


class Place:
    """Stands in for a place on the page; keeps what was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.shares: list[float] = []

    def caption(self, text: str) -> None:
        self.shown.append(text)

    def progress(self, share: float, text: str) -> None:
        self.shares.append(share)
        self.shown.append(text)

    def empty(self) -> None:
        self.shown.append("")


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    turns = Turns(at_once=1)
    monkeypatch.setattr(heavy_work, "TURNS", turns)
    monkeypatch.setattr(heavy_work, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(heavy_work, "SHOW_SECONDS", 0.02)
    monkeypatch.setattr(heavy_work, "add_script_run_ctx", lambda thread, visit: None)
    return turns


def visiting(monkeypatch: pytest.MonkeyPatch, visit: Visit) -> Place:
    """From here on the page of this visit asks."""
    place = Place()
    monkeypatch.setattr(heavy_work, "get_script_run_ctx", lambda suppress_warning: visit)
    monkeypatch.setattr(heavy_work.st, "empty", lambda: place)
    return place


def soon(condition: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_result_comes_back_and_the_turn_goes(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    place = visiting(monkeypatch, Visit("ada"))
    page = threading.current_thread()
    assert in_turn(lambda: threading.current_thread() is not page, 3.0) is True
    assert turns.queue == {}
    assert place.shown == [""]


def test_how_far_it_is_is_shown_and_never_said_to_be_done(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    place = visiting(monkeypatch, Visit("ada"))
    in_turn(lambda: soon(lambda: len(place.shown) > 3), 0.05)
    assert place.shares == sorted(place.shares)
    assert 0 < place.shares[-1] < 1
    assert "of about 1 s; any other control or page stops it" in place.shown[0]
    place = visiting(monkeypatch, Visit("ada"))
    in_turn(lambda: soon(lambda: place.shown))
    assert place.shown == ["1 s so far; any other control or page stops it", ""] or len(place.shown) > 2
    assert place.shares == []


def test_a_mistake_of_the_work_is_told_to_the_page(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    visiting(monkeypatch, Visit("ada"))
    with pytest.raises(ZeroDivisionError):
        in_turn(lambda: 1 // 0, 1.0)
    assert turns.queue == {}


def test_work_within_work_runs_at_once(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    visiting(monkeypatch, Visit("ada"))
    assert in_turn(lambda: in_turn(lambda: turns.queue["ada"], 1.0), 1.0) == 1


def test_without_a_visitor_it_runs_here(turns: Turns):
    assert in_turn(threading.current_thread, 1.0) is threading.current_thread()


def test_work_that_nobody_waits_for_ends_at_its_next_look(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    visit, ended = Visit("ada"), []
    visiting(monkeypatch, visit)

    def endless() -> None:
        try:
            while True:
                visit.left.set()
                time.sleep(0.001)
                may_be_interrupted()
        except NoLongerWanted:
            ended.append(turns.queue["ada"])
            raise

    with pytest.raises(Left):
        in_turn(endless, 1.0)
    soon(lambda: not turns.queue)
    assert ended == [1]  # the turn is kept until the work has really ended


def test_who_waits_hears_how_many_come_first_and_may_leave(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    others = [turns.ask("emmy"), turns.ask("sofia")]
    visit, began = Visit("ada"), []
    place = visiting(monkeypatch, visit)
    page = Thread(target=lambda: began.append(in_turn(lambda: "done", 1.0)))
    page.start()
    soon(lambda: place.shown)
    assert place.shown == ["Waiting for a turn: 2 long computations of other visitors come first."]
    others[0].give_back()
    soon(lambda: len(place.shown) == 2)
    assert place.shown[1] == "Waiting for a turn: one long computation of other visitors comes first."
    assert began == []
    others[1].give_back()
    page.join(SECONDS)
    assert began == ["done"]
    turns.ask("emmy")
    visit.left.set()
    with pytest.raises(Left):
        in_turn(lambda: began.append("never"), 1.0)
    assert turns.queue == {"emmy": 1}
    assert began == ["done"]


def page_with_heavy_work() -> None:
    import streamlit as st

    from dashboard.heavy_work import in_turn

    st.session_state.runs = st.session_state.get("runs", 0) + 1
    kept = st.cache_resource(scope="session")(lambda number: number * 2)
    st.write(f"found {in_turn(lambda: kept(21), 9.0)} in run {st.session_state.runs}")


def test_on_a_real_page_it_may_use_the_session_and_its_caches():
    app = AppTest.from_function(page_with_heavy_work, default_timeout=SECONDS).run()
    assert not app.exception
    assert app.markdown[0].value == "found 42 in run 1"
    assert app.run().markdown[0].value == "found 42 in run 2"


def test_work_that_goes_on_does_not_keep_the_server_from_ending(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    visiting(monkeypatch, Visit("ada"))
    assert in_turn(lambda: threading.current_thread().daemon, 1.0) is True
