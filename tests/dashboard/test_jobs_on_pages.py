"""Long work: kept when a page is left, stopped, failed, and shared between *Turn it* and *Every modulus*."""

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components import console
from dashboard.jobs import Progress, Work
from dashboard.session import controls
from dashboard.session.controls import CONTROLS
from dashboard.session.search import SEARCH
from models.errors import ClockworkError
from models.experiment.controls import Control, growing_controls
from models.formats.registry import network_to_bytes
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn
from tests.dashboard.test_pages import app_on, bench_of, controls_on, drop, pressed, trouble
from tests.oracles import hand_built, noisy

NETWORK = noisy(hand_built(13, (1, 3, 4)))
RECIPE = Recipe(17, (Dial(1, Turn(2)), Dial(3, Turn(-7)), Dial(4, Turn(5))))
SHOW_AGAIN = jobs.show_again
RUN, SWEEP = "Run the controls", "Count every modulus"


def opened(page: str) -> AppTest:
    app = app_on("your_network.py")
    drop(app, "small.safetensors", network_to_bytes(NETWORK, ".safetensors", {}))
    bench_of(app).recipe = RECIPE
    return gone_to(app, page)


def gone_to(app: AppTest, page: str) -> AppTest:
    return app.switch_page(f"dashboard/pages/{page}").run()


def button(app: AppTest, label: str) -> Any:
    return next(each for each in app.button if each.label == label)


def going(app: AppTest, kind: str) -> bool:
    return app.session_state["clockwork"].jobs.last[kind].is_going if kind in kinds(app) else False


def kinds(app: AppTest) -> set[str]:
    return set(app.session_state["clockwork"].jobs.last)


@pytest.fixture
def one_showing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A press is shown once, with a few steps behind it: the page stands as it does in the middle of its work."""
    monkeypatch.setattr(jobs, "show_again", lambda _: None)


@pytest.fixture
def seeds_counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """Every seed of a control that is counted, of two."""
    counted: list[tuple[str, str, int]] = []

    def growing(network: Network, recipe: Recipe, waves: object, **given: Any) -> Iterator[Control]:
        for control in growing_controls(network, recipe, waves, seeds=2, **given):
            counted.append((*control.key, len(control.accuracies)))
            yield control

    monkeypatch.setattr(controls, "growing_controls", growing)
    return counted


def test_controls_that_are_left_in_the_middle_are_there_again_and_go_on(
    one_showing: None, seeds_counted: list[Any], monkeypatch: pytest.MonkeyPatch
):
    app = opened("evidence.py")
    stranger = app_on("evidence.py")
    app = pressed(app, RUN)
    assert trouble(app) == []
    assert going(app, CONTROLS)
    assert kinds(stranger) == set()
    first = list(seeds_counted)
    assert 0 < len(first) < 19
    app = gone_to(gone_to(app, "look_inside.py"), "evidence.py")
    assert not going(app, CONTROLS)
    assert seeds_counted == first  # nothing goes on unseen
    assert [each.key for each in controls_on(app).together] == list(dict.fromkeys(each[:2] for each in first))
    assert len(app.get("plotly_chart")) == 1
    assert (button(app, RUN).disabled, button(app, "Stop").disabled) == (False, True)
    monkeypatch.setattr(jobs, "show_again", SHOW_AGAIN)
    app = pressed(app, RUN)
    assert trouble(app) == []
    assert [each.is_whole for each in controls_on(app).together] == [True] * 10
    assert len(seeds_counted) == len(set(seeds_counted)) == 19
    assert button(app, RUN).disabled


def test_a_control_that_fails_ends_in_a_sentence_and_goes_on_at_the_next_press(monkeypatch: pytest.MonkeyPatch):
    def failing(*_: object, share: object, known: dict[Any, Control]) -> Iterator[Control]:
        if not known:
            yield Control("whole body shuffled", "keep", (0.25,), 1.0, wanted=2)
            raise ClockworkError("Too few seeds.")
        yield Control("whole body shuffled", "keep", (0.25, 0.5), 1.0, wanted=2)

    monkeypatch.setattr(controls, "growing_controls", failing)
    app = pressed(opened("evidence.py"), RUN)
    assert [each.value for each in app.error] == ["`Too few seeds.`"]
    assert not app.exception
    assert any(each.value == "whole body shuffled, keep: 1 of 2 seeds so far." for each in app.caption)
    assert not button(app, RUN).disabled
    app = pressed(app, RUN)
    assert trouble(app) == []
    assert controls_on(app).together[0].accuracies == (0.25, 0.5)


def test_a_sweep_goes_on_from_page_to_page(one_showing: None, monkeypatch: pytest.MonkeyPatch):
    shown: list[dict[str, Any]] = []

    def show(data: dict[str, Any], _recipe: object, on_action: Any, *_: object) -> None:
        if data["network"] == NETWORK.digest:
            shown.append(data["reach"])
        if len(shown) == 2:
            st.session_state["console"] = {"action": {"name": "sweep"}}
            on_action()

    monkeypatch.setattr(console, "show_console", show)
    app = pressed(opened("any_base.py"), SWEEP)
    assert trouble(app) == []
    counted = bench_of(app).swept
    assert 0 < counted < 255
    app = gone_to(app, "play.py")
    assert [len(each["operated"]) for each in shown] == [counted]
    assert not shown[0]["running"]
    app.run()  # the sweep is pressed here
    assert trouble(app) == []
    assert (further := bench_of(app).swept) > counted
    app = gone_to(app, "any_base.py")
    assert f"{further} of 255 moduli searched and counted" in str(app.get("progress")[0].proto)
    assert not going(app, "sweep")


def test_a_search_on_play_turns_the_dials_of_its_own_network_alone(monkeypatch: pytest.MonkeyPatch):
    searched: list[str] = []

    def show(data: dict[str, Any], _recipe: object, on_action: Any, *_: object) -> None:
        if data["network"] == NETWORK.digest and not searched:
            searched.append(data["network"])
            st.session_state["console"] = {"action": {"name": "find"}}
            on_action()

    monkeypatch.setattr(console, "show_console", show)
    app = opened("play.py")
    assert trouble(app) == []
    here = app.session_state["clockwork"]
    assert {digest for digest, bench in here.benches.items() if bench.past} == {NETWORK.digest}
    assert bench_of(app).past == [RECIPE]
    assert bench_of(app).recipe.modulus == RECIPE.modulus


def test_what_fails_on_play_is_said_there(monkeypatch: pytest.MonkeyPatch):
    tried: list[Any] = []
    monkeypatch.setattr(console, "show_console", lambda data, *_: tried.append(data["bar"]["search"]))
    app = app_on("play.py")
    here = app.session_state["clockwork"]
    for kind, told in ((SEARCH, [7, 20]), ("sweep", None)):
        here.jobs.start(Work(kind, here.current, failing(f"No {kind} today."), first=Progress(7, 20)))
        tried.clear()
        app.run()
        assert tried == [told, None]  # how far a search is, before and after it fails
        assert not app.exception
        assert [each.value for each in app.error] == [f"`No {kind} today.`"]


def failing(sentence: str) -> Any:
    def fail() -> Iterator[tuple[int, int]]:
        raise ClockworkError(sentence)
        yield

    return fail
