"""The film of a training run: played, dragged, by keys; by itself in a browser, with no server behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.components.film import film_data, film_script, film_texts
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in
from tests.films import RECUT, STEPS, small_film

BEGIN = """import { Film } from "./film.js"

window.give = (data) => { (window.film ??= new Film(root, data)).show(data) }
"""
PHASES = {"forms": 1, "cleanup": 3, "done": 4}
DATA = {**film_data(small_film(), told=True), "phases": PHASES}
LAST = len(STEPS) - 1
# How many of a canvas's pixels are drawn on, and a sum that tells pictures apart.
DRAWN = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  const drawn = data.reduce((n, value, i) => n + (i % 4 === 3 && value ? 1 : 0), 0)
  return [drawn, data.reduce((sum, value, i) => (sum * 31 + value + i) % 1000003, 7)]
}"""
WIDER = """(most) => {
  const all = document.querySelector("#host").shadowRoot.querySelectorAll("*")
  return [...all].filter((each) => each.getBoundingClientRect().right > most).map((each) => each.outerHTML)
}"""


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the film: its data, whether motion is wanted, options of the browser."""
    with parts_in(pages, "film", film_texts(), film_script, BEGIN) as open_part:

        def open_film(data: dict[str, Any] = DATA, motion: str = "reduce", **options: Any) -> Page:
            page = open_part(data, reduced_motion=motion, **options)
            page.wait_for_function("() => film.maps[1].length")
            return page

        yield open_film


def drawn(page: Page, selector: str) -> tuple[int, int]:
    return tuple(page.locator(selector).evaluate(DRAWN))


def right_pairs(page: Page, moment: int, levels: str) -> int:
    return int((getattr(small_film(), levels)[moment] >= 2).sum())


def test_every_picture_follows_the_slider_and_the_map_has_the_pairs_that_are_right(opened):
    page = opened()
    expect(page.locator(".caption")).to_contain_text("Step 0, memorising: it gets ")
    before = {name: drawn(page, f".{name}") for name in ("plane", "map", "spectrum", "losses", "accuracies")}
    assert before["map"][0] == right_pairs(page, 0, "levels")
    page.locator(".position").focus()
    page.keyboard.press("End")
    expect(page.locator(".caption")).to_contain_text(f"Step {STEPS[-1]}, all right: it gets 100% of the pairs")
    for name, was in before.items():
        assert drawn(page, f".{name}") != was, name
    assert drawn(page, ".map")[0] == right_pairs(page, LAST, "levels")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".caption")).to_contain_text(f"Step {STEPS[-2]}, cleanup")
    assert page.get_attribute(".position", "aria-valuetext") == page.inner_text(".caption")
    page.get_by_role("button", name=f"re-cut to mod {RECUT}").click()
    assert drawn(page, ".map")[0] == right_pairs(page, LAST - 1, "recut")
    assert page.get_attribute(".map", "aria-label").startswith(f"Pairs re-cut to mod {RECUT}: ")
    assert page.locator(".legend output").nth(6).inner_text() in page.inner_text(".caption")


def test_another_frequency_is_another_plane_and_phases_are_gone_to(opened):
    page = opened()
    page.get_by_role("button", name="4 all right").click()
    assert page.evaluate("() => film.timeline.position") == LAST
    first = drawn(page, ".plane")
    page.locator(".frequencies button").nth(2).click()
    assert page.locator(".frequencies [aria-pressed=true]").count() == 1
    assert drawn(page, ".plane") != first
    assert f"frequency {DATA['frequencies'][2]}," in page.get_attribute(".plane", "aria-label")
    expect(page.locator(".phases [data-here]")).to_have_text("4 all right")
    expect(page.locator(".rule")).to_have_text("Every pair is right, and stays so.")


def test_without_motion_it_goes_from_phase_to_phase(opened):
    page = opened()
    seen = []
    for _ in range(3):
        page.click(".play")
        seen.append(page.evaluate("() => film.timeline.position"))
    assert seen == [1, 3, 4]
    assert page.inner_text(".play") == "Again"


def test_it_plays_where_motion_is_wanted_is_stopped_and_begins_when_the_phases_are_told(opened):
    page = opened({**DATA, "phases": None}, motion="no-preference")
    assert page.locator(".phases li").count() == 0
    expect(page.locator(".caption")).to_contain_text("Step 0: it gets")
    before = drawn(page, ".losses")[0]
    page.evaluate("(data) => give(data)", DATA)
    page.wait_for_function("() => film.timeline.position > 0.02")
    assert drawn(page, ".losses")[0] > before  # what is to come is not given away while a guess is asked for
    assert page.inner_text(".play") == "Stop"
    page.click(".play")
    stopped = page.evaluate("() => film.timeline.position")
    page.wait_for_timeout(100)
    assert page.evaluate("() => film.timeline.position") == stopped < LAST


def test_on_a_phone_nothing_is_wider_than_the_screen(opened):
    page = opened(viewport={"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert page.evaluate(WIDER, 391) == []
