"""Evidence: what is asked of the controls, how far it says they are, and what is left when they are stopped."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache, shipped
from dashboard.jobs import Jobs, Work
from dashboard.recipes.operations import Controlled
from dashboard.session import blend, controls
from dashboard.session.state import Bench, SeenBlend, SeenControls
from models import zoo
from models.evaluation import Counts
from models.evaluation.percent import percent
from models.evaluation.sample import Interval
from models.experiment.blend import BLENDS, BlendCount, counts_at_blend
from models.experiment.controls import SEEDS, Control, controls_at_most, share_of_all
from models.experiment.searched_controls import BodySearches
from models.groups import Cyclic
from models.surgery.recipe import Dial, Recipe, Turn
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.test_pages import bench_of as current_bench
from tests.dashboard.within import Page, stand_in, within

NETWORK = zoo.load("transformer-113")
OPENED = SimpleNamespace(network=NETWORK)
RECIPE = Recipe(59, (Dial(1, Turn(2)),))
SUMS = Controlled(RECIPE)


@pytest.fixture
def page() -> Page:
    found: Page = {}
    within("evidence.py", found.update)
    return found


def test_dials_of_another_modulus_are_asked_about_as_they_stand(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "swept", lambda network, q: SimpleNamespace(recipe=(network, q)))
    ask = page["recipe_in_question"]
    assert ask(OPENED, Bench(RECIPE)) is RECIPE
    assert ask(OPENED, Bench(Recipe(113, ()))) == shipped.controls_of(NETWORK).recipe
    monkeypatch.setattr(shipped, "controls_of", lambda network: None)
    assert ask(OPENED, Bench(Recipe(113, ()))) == (NETWORK, 127)


def counted(*accuracies: float, name: str = "one", wanted: int = 0) -> Control:
    return Control(name, "keep", accuracies, 1.0, wanted=wanted)


def test_controls_are_kept_one_by_one_and_their_seeds_are_told(monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []
    earlier = counted(0.5, name="two")
    seen = SeenControls(SUMS, rows={earlier.key: earlier})

    def growing(*operation: Any, share: Any, known: Any):
        asked.append((*operation, share, dict(known)))
        yield counted(0.25, wanted=2)
        yield counted(0.25, 0.75)

    monkeypatch.setattr(controls, "growing_controls", growing)
    told = list(controls._counting(NETWORK, seen))
    assert asked == [(NETWORK, RECIPE, cache.waves(NETWORK), share_of_all, {earlier.key: earlier})]
    assert seen.together == [earlier, counted(0.25, 0.75)]
    assert seen.is_through
    most = controls_at_most(NETWORK)
    assert told == [
        (1.5, most, f"1 of {most} controls done; one, keep, seed 1"),
        (2, most, f"2 of {most} controls done; one"),
    ]


def test_what_was_counted_before_a_stop_is_kept(monkeypatch: pytest.MonkeyPatch):
    seen = SeenControls(SUMS)

    def stopped(*_: Any, **__: Any):
        yield counted(0.25)
        raise KeyboardInterrupt

    monkeypatch.setattr(controls, "growing_controls", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(controls._counting(NETWORK, seen))
    assert (seen.together, seen.is_through) == ([counted(0.25)], False)


def test_a_search_for_shuffled_bodies_goes_on_from_those_that_are_through(monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []
    monkeypatch.setattr(
        cache, "outcome", lambda network, recipe: SimpleNamespace(counts=SimpleNamespace(accuracy=0.75))
    )

    def growing(*operation: Any, known: Any):
        asked.append((*operation, known))
        yield SimpleNamespace(control=counted(*known), body=len(known), done=1, most=4)
        yield SimpleNamespace(control=counted(*known, 0.5), body=len(known) + 1, done=0, most=4)

    monkeypatch.setattr(controls, "growing_search", growing)
    seen = SeenControls(SUMS)
    told = list(controls._searching(NETWORK, seen))
    assert seen.anew == counted(0.5)
    assert told == [
        (0.25, SEEDS, f"shuffled body 1 of {SEEDS}: 1 of at most 4 settings tried"),
        (1, SEEDS, f"1 of {SEEDS} shuffled bodies searched"),
    ]
    list(controls._searching(NETWORK, seen))
    assert seen.anew == counted(0.5, 0.5)
    assert asked == [(NETWORK, cache.waves(NETWORK), BodySearches(Cyclic(59), 0.75), known) for known in ((), (0.5,))]


def test_each_button_runs_its_own(page: Page, monkeypatch: pytest.MonkeyPatch):
    pressed: dict[str, Any] = {}

    def act(page: Page) -> None:
        column = SimpleNamespace(button=lambda text, **given: pressed.update({text: given}))
        monkeypatch.setattr(st, "columns", lambda *_, **__: [column] * 3)
        page["show_buttons"](NETWORK, SUMS, SeenControls(SUMS))
        monkeypatch.undo()

    within("evidence.py", act)
    run, search, stop = (pressed[label] for label in ("Run the controls", "Search dials for shuffled bodies", "Stop"))
    assert (run["on_click"], search["on_click"]) == (controls.start_controls, controls.start_searching)
    assert run["args"] == search["args"] == (NETWORK, SUMS)
    assert stop["on_click"] is controls.stop_controls
    assert [each["disabled"] for each in (run, search, stop)] == [False, False, True]


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


def test_the_curve_begins_by_itself_where_some_of_it_is_left_and_no_controls_are_counted(
    monkeypatch: pytest.MonkeyPatch,
):
    begun: list[tuple[int, bool]] = []
    gone_on: list[str] = []

    def act(page: Page) -> None:
        owner, here = page["owner_of"](NETWORK, SUMS), st.session_state["clockwork"].jobs
        stand_in(page, "plain_dials", lambda _, recipe: recipe)
        stand_in(page, "show_in_fragment", lambda *_: None)
        for done, counting in ((20, False), (20, True), (21, False), (21, True)):
            here.stop(controls.CONTROLS)
            if counting:
                here.start(Work(controls.CONTROLS, owner, lambda: iter(())))
            seen = SeenBlend(RECIPE, {0: dict.fromkeys(BLENDS[:done], 1.0)})
            stand_in(page, "blend_seen", lambda *_, seen=seen: seen)
            stand_in(page, "begin_unasked", lambda *_, told=(done, counting): begun.append(told))
            page["show_blend"](OPENED, RECIPE, SUMS)

    monkeypatch.setattr(Jobs, "go_on", lambda _, kind, owner: gone_on.append(kind))
    within("evidence.py", act)
    assert begun == [(20, False)]
    assert gone_on == [controls.CONTROLS, controls.SEARCHED, blend.BLEND]  # what counts first is what was there first


# What comes with the project


def names_in_figure(app: AppTest, place: int) -> list[str]:
    spec = json.loads(app.get("plotly_chart")[place].proto.spec)
    return list(dict.fromkeys(trace["y"][0] for trace in spec["data"] if trace["type"] == "bar"))


def test_evidence_opens_with_the_controls_of_the_zoo():
    app = app_on("evidence.py")
    assert trouble(app) == []
    comes = shipped.controls_of(NETWORK)
    expected = [f"{each.name}, {each.readout}" for each in (*comes.with_its_dials, comes.searched)]
    assert names_in_figure(app, 0) == expected
    assert "python -m models controls transformer-113 --modulus 127" in [each.value for each in app.code]
    curve = json.loads(app.get("plotly_chart")[1].proto.spec)["data"]
    assert [len(trace["x"]) for trace in curve] == [21, 1, 21, 1, 21, 1]  # lines and where the slider stands on them
    assert not app.get("progress")


def test_what_comes_counted_is_told_while_another_modulus_is_counted():
    app = within("evidence.py", lambda page: page["show_ending"](NETWORK, SeenControls(SUMS)))
    assert "Counted beforehand at mod 127, with dials found for it; mod 59 comes in below." in [
        each.value for each in app.caption
    ]


def test_how_it_ended_is_told_once_all_controls_are_through():
    seen = SeenControls(SUMS, {counted(0.25).key: counted(0.25, wanted=1)}, is_through=True)
    app = within("evidence.py", lambda page: page["show_ending"](NETWORK, seen))
    assert app.table[-1].value["pairs right, mod 59"].tolist() == ["100%", "25.00%", "1.69%"]
    assert not any("comes in below" in each.value for each in app.caption)


def test_what_comes_counted_is_counted_again_from_nothing(monkeypatch: pytest.MonkeyPatch):
    asked: list[Any] = []

    def growing(*operation: Any, share: Any, known: Any):
        asked.append(dict(known))
        yield counted(0.25, name="again")

    monkeypatch.setattr(controls, "growing_controls", growing)
    app = app_on("evidence.py")
    app = next(button for button in app.button if button.label == "Count them again").click().run()
    assert trouble(app) == []
    assert asked == [{}]
    assert names_in_figure(app, 0) == ["again, keep"]
    assert not app.code  # it comes from here now


def test_a_curve_is_counted_from_what_is_known_on(monkeypatch: pytest.MonkeyPatch):
    known: list[Any] = []

    def growing(network: Any, recipe: Any, seed: int, places: Any):
        known.append(places)
        yield BlendCount(0.25, Counts(1, 0, 3))

    monkeypatch.setattr(blend, "growing_blend", growing)
    seen = SeenBlend(RECIPE, {0: {0.5: 0.75}})
    assert [tuple(each) for each in blend._counting(NETWORK, seen)] == [(2, 21, "2 of 21 places of the way counted")]
    assert known == [{0.5}]
    assert seen.curves == {0: {0.5: 0.75, 0.25: 0.25}}


def test_the_slider_shows_its_place_of_a_curve_that_is_not_drawn_yet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shipped, "controls_of", lambda _: None)
    app = app_on("evidence.py")
    app.slider[0].set_value(35).run()
    assert trouble(app) == []
    recipe = current_bench(app).blend.recipe
    shown = next(metric for metric in app.metric if metric.label.startswith("pairs right"))
    assert shown.value == percent(counts_at_blend(NETWORK, recipe, 0.35, 0).accuracy)
    monkeypatch.setattr(blend, "growing_blend", lambda *_: iter([BlendCount(0.25, Counts(1, 0, 3))]))
    app = next(button for button in app.button if button.label == "Draw the whole curve").click().run()
    assert trouble(app) == []
    assert current_bench(app).blend.curves == {0: {0.25: 0.25}}
