"""Evidence: what is asked of the controls, how far it says they are, and what is left when they are stopped."""

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from dashboard import cache
from dashboard.session.state import Bench, SeenControls
from models import zoo
from models.evaluation.sample import Interval
from models.experiment.controls import SEEDS, Control, controls_at_most
from models.surgery.recipe import Dial, Recipe, Turn
from tests.dashboard.within import Page, stand_in, within

NETWORK = zoo.load("transformer-113")
OPENED = SimpleNamespace(network=NETWORK)
RECIPE = Recipe(59, (Dial(1, Turn(2)),))
CONTROLS = [Control("one", "keep", (0.25,), 1.0), Control("two", "refit", (0.5,), 1.0)]


@pytest.fixture
def page() -> Page:
    found: Page = {}
    within("evidence.py", found.update)
    return found


class Bar:
    """What a progress bar shows, in turn."""

    def __init__(self) -> None:
        self.log: list[Any] = []

    def progress(self, share: float, text: str) -> "Bar":
        self.log.append((share, text))
        return self

    def empty(self) -> None:
        self.log.append("gone")


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Bar:
    bar = Bar()
    monkeypatch.setattr(st, "progress", bar.progress)
    return bar


def test_dials_of_another_modulus_are_asked_about_as_they_stand(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "swept", lambda network, q: SimpleNamespace(recipe=(network, q)))
    ask = page["recipe_in_question"]
    assert ask(OPENED, Bench(RECIPE)) is RECIPE
    assert ask(OPENED, Bench(Recipe(113, ()))) == (NETWORK, 127)


def test_controls_are_kept_one_by_one_and_their_seeds_are_told(page: Page, bar: Bar):
    asked: list[Any] = []
    seen = SeenControls(RECIPE, rows=[CONTROLS[1]])  # of an earlier press, which begins anew

    def run_controls(*operation: Any, on_seed: Any):
        asked.append(operation)
        on_seed("one, keep", 0)
        yield CONTROLS[0]
        on_seed("two, refit", 3)
        yield CONTROLS[1]

    stand_in(page, "run_controls", run_controls)
    page["run_all"](OPENED, RECIPE, seen)
    assert asked == [(NETWORK, RECIPE, cache.waves(NETWORK))]
    assert seen.rows == CONTROLS
    most = controls_at_most(NETWORK)
    assert bar.log == [
        (0.0, "Counting the trained body …"),
        (0.0, f"0 of {most} controls done; one, keep, seed 0"),
        (1 / most, f"1 of {most} controls done; two, refit, seed 3"),
        "gone",
    ]


def test_what_was_counted_before_a_stop_is_kept(page: Page, bar: Bar):
    seen = SeenControls(RECIPE)

    def stopped(*_: Any, **__: Any):
        yield CONTROLS[0]
        raise KeyboardInterrupt

    stand_in(page, "run_controls", stopped)
    with pytest.raises(KeyboardInterrupt):
        page["run_all"](OPENED, RECIPE, seen)
    assert seen.together == CONTROLS[:1]


def test_a_search_for_shuffled_bodies_goes_on_from_those_that_are_through(
    page: Page, bar: Bar, monkeypatch: pytest.MonkeyPatch
):
    asked: list[Any] = []
    monkeypatch.setattr(
        cache, "outcome", lambda network, recipe: SimpleNamespace(counts=SimpleNamespace(accuracy=0.75))
    )

    def searched_control(*operation: Any, known: Any, on_setting: Any):
        asked.append((*operation, known))
        on_setting(0, 1, 4)
        yield CONTROLS[0]
        on_setting(SEEDS, 3, 4)
        yield CONTROLS[1]

    stand_in(page, "searched_control", searched_control)
    seen = SeenControls(RECIPE)
    page["search_anew"](OPENED, RECIPE, seen)
    assert seen.anew is CONTROLS[1]
    page["search_anew"](OPENED, RECIPE, seen)
    waves = cache.waves(NETWORK)
    assert asked == [(NETWORK, waves, 59, 0.75, ()), (NETWORK, waves, 59, 0.75, (0.5,))]
    assert bar.log[:4] == [
        (0.0, "Measuring the first shuffled body …"),
        (0.25 / SEEDS, f"shuffled body 1 of {SEEDS}: 1 of at most 4 settings tried"),
        (1.0, f"shuffled body {SEEDS + 1} of {SEEDS}: 3 of at most 4 settings tried"),
        "gone",
    ]


def test_each_button_runs_its_own(monkeypatch: pytest.MonkeyPatch):
    for label in ("Run the controls", "Search dials for shuffled bodies", "Stop"):
        ran: list[str] = []

        def act(page: Page, label: str = label, ran: list[str] = ran) -> None:
            column = SimpleNamespace(button=lambda text, **_: text == label)
            monkeypatch.setattr(st, "columns", lambda *_, **__: [column] * 3)
            stand_in(page, "show_parameters", lambda *_: None)
            stand_in(page, "run_all", lambda *_: ran.append("Run the controls"))
            stand_in(page, "search_anew", lambda *_: ran.append("Search dials for shuffled bodies"))
            page["show_controls"](OPENED, RECIPE)
            monkeypatch.undo()

        within("evidence.py", act)
        assert ran == ([] if label == "Stop" else [label])


def test_a_sample_is_told_with_its_interval(monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []
    rows = {"as trained": Interval(7, 30, 0.125, 0.5), "at random": Interval(1, 30, 0.0, 0.25)}

    def act(page: Page) -> None:
        monkeypatch.setattr(cache, "random_phase_samples", lambda *sizes: asked.append(sizes) or rows)
        monkeypatch.setattr(st, "button", lambda label: label == "Draw and sample")
        page["show_random_phases"]()
        monkeypatch.undo()

    told = [each.value for each in within("evidence.py", act).markdown if "sampled pairs" in each.value]
    assert asked == [(10007, 300)]
    assert told == [
        "**as trained**: 7 of 30 sampled pairs right (95% interval 12.5% to 50.0%). A sample, no certificate.",
        "**at random**: 1 of 30 sampled pairs right (95% interval 0% to 25.0%). A sample, no certificate.",
    ]
