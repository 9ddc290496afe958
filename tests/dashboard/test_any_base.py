"""Any base: what is counted when, what is drawn of it, and what is said about the first failure."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache, shipped
from dashboard.components import chart
from dashboard.session import sweep, unasked
from dashboard.session.state import Bench
from dashboard.session.state import bench as current_bench
from dashboard.shipped import SweepThatComes
from models import zoo
from models.analysis.failures import Failure
from models.evaluation import Counts
from models.experiment.controls import Control
from models.experiment.sweep import Reached
from models.surgery.recipe import Dial, Recipe, Turn, even_recipe
from tests.dashboard.test_pages import app_on, bench_of, trouble
from tests.dashboard.within import Page, within
from tests.oracles import oracle

ORDER = (3, 2, 4)
NETWORK = zoo.load("one-hot-97")
BODY = zoo.load("transformer-113")
RECIPE = Recipe(5, (Dial(1, Turn(1)),))


def bench(**options: Any) -> Bench:
    return Bench(RECIPE, **options)


def reached(q: int, right: int = 0, wrong: int = 0, margin: float = 0.0) -> Reached:
    return Reached(q, Recipe(q, (Dial(1, Turn(q)),)), Counts(right, 0, wrong), tried=q + 1, analytic_margin=margin)


FOUND = {3: reached(3, right=9, margin=0.3), 2: reached(2, right=3, wrong=1, margin=0.2), 4: reached(4, right=16)}


@pytest.fixture(autouse=True)
def three_moduli(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweep, "SWEEP_ORDER", ORDER)
    if "comes" not in request.node.name:
        monkeypatch.setattr(shipped, "sweep_of", lambda _: SweepThatComes())


@pytest.fixture
def page() -> Page:
    found: Page = {}
    within("any_base.py", found.update)
    return found


def test_the_first_readout_that_is_behind_the_search_is_counted_next():
    def behind(*readouts: str, **options: Any) -> str | None:
        return sweep._lagging(bench(readouts=readouts, **options))

    assert behind("keep", swept=2) is None
    assert behind("keep", "calibrate", "refit", swept=2) == "calibrate"
    assert behind("keep", "calibrate", "refit", swept=2, fitted={"calibrate": 2, "refit": 1}) == "refit"
    assert behind("calibrate", swept=2, fitted={"calibrate": 2, "refit": 1}) is None
    assert behind("calibrate", swept=0) is None


def test_progress_names_each_readout_above_keep():
    here = bench(swept=2, fitted={"calibrate": 1}, readouts=("keep",))
    assert sweep.progress_of(here) == (2, 3, "2 of 3 moduli searched and counted")
    here.readouts = ("keep", "calibrate", "refit")
    assert sweep.progress_of(here).sentence == (
        "2 of 3 moduli searched and counted; calibrate and its control at 1; refit and its control at 0"
    )


def counting(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is counted, in place of counting."""
    log: list[Any] = []
    monkeypatch.setattr(cache, "swept", lambda network, q: log.append(q) or FOUND[q])
    monkeypatch.setattr(cache, "mode_counts", lambda network, recipe, readout: log.append((recipe.modulus, readout)))
    monkeypatch.setattr(
        cache, "mode_on_shuffled", lambda network, recipe, readout, seeds: log.append((recipe.modulus, readout, seeds))
    )
    return log


def test_a_readout_that_is_behind_is_counted_with_its_control_from_where_it_stands(monkeypatch: pytest.MonkeyPatch):
    log = counting(monkeypatch)
    here = bench(swept=2, fitted={"calibrate": 1}, readouts=("keep", "calibrate"))
    steps = sweep._counting(NETWORK, here)
    next(steps)
    assert log == [2, (2, "calibrate"), (2, "calibrate", 2)]
    assert here.fitted == {"calibrate": 2}
    next(steps)
    assert (log[3:], here.swept) == ([4], 3)
    assert len(list(steps)) == 1
    assert log[4:] == [4, (4, "calibrate"), (4, "calibrate", 2)]
    assert sweep.is_swept(here)


@pytest.mark.parametrize("swept", [0, 2, 3])
def test_counting_goes_on_until_every_modulus_is_through(monkeypatch: pytest.MonkeyPatch, swept: int):
    log = counting(monkeypatch)
    here = bench(swept=swept, readouts=("keep",))
    assert sweep.is_swept(here) == (swept == 3)
    told = list(sweep._counting(NETWORK, here))
    assert [each.done for each in told] == list(range(swept + 1, 4))
    assert (log, here.swept, sweep.is_swept(here)) == (list(ORDER[swept:]), 3, True)


def test_a_curve_has_every_readout_as_far_as_it_is_counted(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "swept", lambda network, q: FOUND[q])
    monkeypatch.setattr(cache, "mode_counts", lambda network, recipe, readout: Counts(recipe.modulus, len(readout), 0))
    monkeypatch.setattr(
        cache,
        "mode_on_shuffled",
        lambda network, recipe, readout, seeds: Control("", readout, (recipe.modulus / 10, seeds / 10), 1.0),
    )
    monkeypatch.setattr(cache, "all_baselines", lambda network: ["lines"])
    here = bench(swept=2, fitted={"refit": 1})
    curve = page["curve_of"](BODY, here, ["keep", "calibrate", "refit"])
    assert (curve.trained, curve.baselines) == (113, ["lines"])
    kept = {3: Counts(9, 0, 0), 2: Counts(3, 0, 1)}
    assert curve.counts == {"keep": kept, "calibrate": {}, "refit": {3: Counts(3, 5, 0)}}
    assert curve.shuffled == {"refit": {3: (0.3, 0.2)}}
    assert curve.analytic == {3: 0.3, 2: 0.2}
    without_body = page["curve_of"](NETWORK, here, ["refit"])
    assert (without_body.counts, without_body.shuffled) == ({"refit": {3: Counts(3, 5, 0)}}, {})


def test_a_guess_is_asked_about_hands_that_fail_somewhere(page: Page):
    opened = SimpleNamespace(network=NETWORK)
    failing, sound = (Recipe(7, (Dial(1, Turn(a)), Dial(2, Turn(b)))) for a, b in ((6, 10), (5, 11)))
    assert page["recipe_to_guess"](opened, Bench(failing)) is failing
    keys = cache.keys(NETWORK).frequencies
    assert page["recipe_to_guess"](opened, Bench(sound)) == even_recipe(128, 97, keys)


@pytest.mark.parametrize(
    ("targets", "listed"),
    [
        ((6, 10.5), "6, 10.5"),
        (tuple(range(2, 18, 2)), "2, 4, 6, 8, 10, 12, 14, 16"),
        (tuple(range(2, 22, 2)), "2, 4, 6, 8, 10, 12, 14, 16 and 2 others, all multiples of 2"),
        ((*range(2, 18, 2), 19), "2, 4, 6, 8, 10, 12, 14, 16 and 1 other"),
        ((*range(2, 18, 2), 18.5, 20), "2, 4, 6, 8, 10, 12, 14, 16 and 2 others"),
    ],
)
def test_of_many_dials_a_few_are_listed_and_what_all_share(page: Page, targets: tuple[float, ...], listed: str):
    recipe = Recipe(101, tuple(Dial(k, Turn(target)) for k, target in enumerate(targets, start=1)))
    assert page["steps_listed"](recipe) == listed


WHY = Failure(failed=1, difference_classes=((1, 20), (2, 10)), share_in_classes=0.75, distance=4, dial=9)


def summary(monkeypatch: pytest.MonkeyPatch, found: dict[int, Reached], why: Failure | None = WHY) -> list[str]:
    """The sentences about what was found."""
    asked: list[Any] = []
    monkeypatch.setattr(cache, "failure", lambda network, recipe: asked.append(recipe) or why)

    def act(page: Page) -> None:
        page["show_summary"](SimpleNamespace(network=NETWORK), found)

    said = [each.value for each in within("any_base.py", act).markdown]
    page = len(within("any_base.py", lambda _: None).markdown)
    short = [q for q in sorted(found) if found[q].counts.wrong]
    assert asked == ([found[short[0]].recipe] if short else [])
    return said[page:]  # the first are the page's own


def test_nothing_is_said_before_anything_is_counted(monkeypatch: pytest.MonkeyPatch):
    assert summary(monkeypatch, {}) == []


def test_a_part_without_a_failure_says_so(monkeypatch: pytest.MonkeyPatch):
    right = "All 2 moduli counted so far are right on all pairs with keep."
    assert summary(monkeypatch, {3: FOUND[3], 4: FOUND[4]}) == [right]


def test_the_reach_is_told_once_every_modulus_is_counted(monkeypatch: pytest.MonkeyPatch):
    reach = "**Reach 4** with keep: every modulus from 2 to there is right on all pairs."
    assert summary(monkeypatch, FOUND | {2: reached(2, right=4)})[0] == reach


def test_the_first_failure_is_explained(monkeypatch: pytest.MonkeyPatch):
    found = {4: reached(4, right=1, wrong=15), 3: reached(3, right=8, wrong=1)}
    assert summary(monkeypatch, found) == [
        "**First failure: mod 3**, 8 of all 9 pairs right; 0 undecided, 1 wrong after 4 settings. The failed pairs lie "
        "on stripes in a − b: 1 (20), 2 (10) hold 75% of them. They are taken for the class 4 further on; dial 9 "
        "should have told these apart and is too weak there. A longer search (*Find dials* on *Turn it*) may still "
        "find dials without such a stripe."
    ]
    assert summary(monkeypatch, found, None) == []


def button(app: AppTest, label: str):
    return next(each for each in app.button if each.label == label)


def test_what_is_counted_whole_can_be_counted_further_with_another_readout():
    app = app_on("any_base.py")
    assert (button(app, "Count every modulus").disabled, button(app, "Stop").disabled) == (False, True)
    bench_of(app).swept = 3
    app.run()
    assert button(app, "Count every modulus").disabled
    assert any(text.value.startswith("**Reach 4**") for text in app.markdown)
    next(each for each in app.button_group if each.label == "Readout").set_value(["keep", "balance"]).run()
    assert trouble(app) == []
    assert not button(app, "Count every modulus").disabled
    assert [each.value for each in app.caption if each.value.startswith("balance: ")]


def test_a_mark_that_is_clicked_opens_its_dials_on_play(monkeypatch: pytest.MonkeyPatch):
    went: list[Any] = []
    monkeypatch.setattr(sweep, "moduli_swept", lambda here: [3, 2])
    monkeypatch.setattr(st, "switch_page", lambda path: went.append((path.name, current_bench().recipe)))
    for chosen in (None, 4.0, 17.0):  # nothing, a modulus that is not counted yet, a line of the untouched network
        monkeypatch.setattr(chart, "show_selectable_chart", lambda *_, chosen=chosen, **__: chosen)
        within("any_base.py", lambda page: None)
    assert went == []
    monkeypatch.setattr(chart, "show_selectable_chart", lambda *_, **__: 2.0)
    within("any_base.py", lambda page: None)
    assert went == [("play.py", cache.swept(zoo.load(zoo.names()[0]), 2).recipe)]


# What comes with the project


def curve_shown(app: AppTest) -> dict[int, float]:
    """The marks of keep in the figure."""
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    marks = next(trace for trace in spec["data"] if trace.get("name") == "keep")
    return {row[0]: float(row[1].rstrip("%")) for row in marks["customdata"]}


def test_a_network_of_the_zoo_comes_with_every_modulus_counted():
    app = app_on("any_base.py")
    assert trouble(app) == []
    assert curve_shown(app) == {q: 100 * each.counts.accuracy for q, each in shipped.sweep_of(BODY).found.items()}
    assert set(curve_shown(app)) == set(range(2, 257))
    command = "python -m models reach transformer-113 --moduli 2..256 --readout keep --rounds 1"
    assert command in [each.value for each in app.code]
    assert [len(app.get("progress")), button(app, "Count them again").disabled] == [0, False]


def test_what_comes_counted_is_counted_again_and_compared():
    app = app_on("any_base.py")
    app = button(app, "Count them again").click().run()
    assert trouble(app) == []
    assert bench_of(app).swept == 3
    assert any("at 3 of 3 moduli, each with the same result." in each.value for each in app.caption)


def test_another_count_than_the_one_that_comes_is_named(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "swept", lambda network, q: FOUND[q])
    assert page["told_of_recount"](BODY, bench()) == ""
    told = page["told_of_recount"](BODY, bench(swept=3))
    assert told == "Counted again here at 3 of 3 moduli, at 2 with another result."
    assert set(sweep.known_by_modulus(BODY, bench(swept=3))) == set(range(2, 257))
    assert sweep.known_by_modulus(BODY, bench(swept=3))[2] == FOUND[2] != sweep.known_by_modulus(BODY, bench())[2]


def test_an_upload_comes_with_nothing():
    network = oracle(7, {1: 1.0, 2: 1.0})
    assert sweep.known_by_modulus(network, bench()) == {}
    assert shipped.controls_of(network) is None


def begun(app: AppTest) -> list[str]:
    return [kind for kind, job in app.session_state["clockwork"].jobs.last.items() if job.goes_on_alone]


def test_where_nothing_comes_counted_a_page_begins_by_itself_and_is_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unasked, "ALLOWED", True)
    monkeypatch.setattr(shipped, "sweep_of", lambda _: SweepThatComes())
    app = app_on("any_base.py")
    assert trouble(app) == []
    assert begun(app) == [sweep.SWEEP]
    assert bench_of(app).swept == 0  # the browser asks for the fragment; nothing below it waits
    assert [button(app, "Check").disabled, button(app, "Stop").disabled] == [False, False]
    app = button(app, "Stop").click().run()
    assert begun(app.run()) == []  # once in a visit of the page


def test_where_all_comes_counted_nothing_begins_by_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unasked, "ALLOWED", True)
    assert begun(app_on("any_base.py")) == []


def test_a_large_network_that_comes_waits_to_be_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unasked, "ALLOWED", True)
    monkeypatch.setattr(shipped, "sweep_of", lambda _: SweepThatComes())
    monkeypatch.setattr(cache, "seconds_in_turn", lambda network, times=1.0: 9.0)
    assert begun(app_on("any_base.py")) == []
