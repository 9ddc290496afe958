"""A long sum in the browser: walked, dragged, another one shown; by itself, with no server behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard import cache
from dashboard.components.console import live_for, recipe_to_console
from dashboard.components.places import places_script, places_texts
from dashboard.theme import colour_pairs
from models import zoo
from models.surgery.recipe import linked_recipe
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Places } from "./places.js"

window.weights = []
window.give = (data) => { (window.places ??= new Places(root, () => weights.push(data.calculation))).show(data) }
"""
DATA = {
    "calculation": "85 + 17 in base 10",
    "modulus": 20,
    "base": 10,
    "sign": "+",
    "places": [[5, 7, 0, 12, 12, 2, 1], [8, 1, 1, 9, 10, 0, 1], [0, 0, 1, 0, 1, 1, 0]],
    "names": ["x", "y"],
    "digits": list("0123456789"),
    "dials": [
        {"frequency": 4, "target": 1, "strength": 0.7},
        {"frequency": 9, "target": -5, "strength": 0.3},
    ],
    "palette": colour_pairs(2),
    "recipe": recipe_to_console(linked_recipe(20, {4: 1, 9: -5})),
    "live": None,
}


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the calculation, with motion or without."""
    with parts_in(pages, "places", places_texts(), places_script, BEGIN) as open_part:
        yield lambda motion="reduce": open_part(DATA, reduced_motion=motion)


def rows(page: Page) -> list[list[str]]:
    """Every row of the columns, its head first."""
    return [row.locator("th, td").all_text_contents() for row in page.locator(".columns tr").all()]


def hands(page: Page) -> list[tuple[float, float]]:
    return [
        tuple(round(float(hand.get_attribute(name)) - 120, 1) for name in ("x2", "y2"))
        for hand in page.locator(".hand:not(.before)").all()
    ]


def test_the_same_sum_shown_once_more_as_in_another_theme_keeps_its_hands(opened):
    page = opened()
    page.click(".play")
    before = hands(page), rows(page)
    page.evaluate("(data) => give(data)", {**DATA, "palette": list(reversed(DATA["palette"]))})
    assert (hands(page), rows(page)) == before
    for face in page.locator(".small-faces svg").all():
        assert face.get_attribute("aria-label").endswith(" of 20")
        assert face.locator(".marks").get_attribute("d")


def test_without_motion_all_places_stand_there_and_are_walked_one_by_one(opened):
    page = opened()
    done = [["carried", "1", "1", ""], ["x", "0", "8", "5"], ["+ y", "0", "1", "7"], ["=", "1", "0", "2"]]
    assert rows(page) == done
    assert page.inner_text(".done") == "3 of 3 places"
    page.click(".play")  # "Again"
    assert rows(page) == [["carried", "", "1", ""], *done[1:3], ["=", "·", "·", "2"]]
    assert page.locator("[data-here]").all_text_contents() == ["", "5", "7", "2"]
    assert hands(page) == [(-48.2, 66.3), (0.0, -82.0)]  # 12 of 20; −5 · 12 of 20
    assert "5 + 7 = 12" in page.inner_text(".caption")
    assert page.inner_text(".play") == "Next"
    page.click(".play")
    assert rows(page)[3] == ["=", "·", "0", "2"]
    assert hands(page) == [(0.0, 82.0), (-0.0, 82.0)]  # 8 + 1 and the 1 carried: 10 of 20
    assert page.locator(".small-faces span").all_text_contents() == ["dial 4", "dial 9"]


def test_the_slider_goes_to_a_place_and_another_calculation_begins_anew(opened):
    page = opened()
    page.locator(".position").evaluate("(e) => { e.value = 0; e.dispatchEvent(new Event('input')) }")
    assert rows(page)[3] == ["=", "·", "·", "·"]
    assert page.locator("[data-here]").count() == 0
    taken = {
        "calculation": "85 − 17",
        "sign": "−",
        "places": [[5, 7, 0, 18, 18, 8, 1], [8, 1, 1, 7, 6, 6, 0]],
        "names": ["y", "x"],
    }
    page.evaluate("(data) => give(data)", DATA | taken)
    assert rows(page) == [["borrowed", "1", ""], ["y", "8", "5"], ["− x", "1", "7"], ["=", "6", "8"]]
    assert hands(page)[0] == (78.0, 25.3)  # 8 − 1 and less the 1 borrowed: 6 of 20


def test_it_walks_by_itself_where_motion_is_wanted_and_is_stopped(opened):
    page = opened("no-preference")
    page.wait_for_function("() => places.done > 0.02")
    assert page.inner_text(".play") == "Stop"
    page.click(".play")
    stopped = page.evaluate("() => places.done")
    page.wait_for_timeout(100)
    assert page.evaluate("() => places.done") == stopped < 3
    expect(page.locator(".play")).to_have_text("Play")


def test_the_browser_asks_the_network_for_the_same_sums(opened):
    network = zoo.load("mlp-113")
    recipe = linked_recipe(20, dict(zip(cache.keys(network).frequencies, (1, 3, -7, 9, 2, 6), strict=True)))
    given = {"recipe": recipe_to_console(recipe), "live": live_for(network, recipe, with_bytes=False)}
    page = opened()
    assert page.inner_text(".asked-here") == ""
    page.evaluate("(data) => give(data)", DATA | given)
    assert page.evaluate("() => weights") == [DATA["calculation"]]
    given["live"] = live_for(network, recipe, with_bytes=True)
    page.evaluate("(data) => give(data)", DATA | given)
    expect(page.locator(".asked-here")).to_contain_text("the same 6 sums, and got the same answers")
    wrong = [[5, 7, 0, 12, 12, 2, 1], [8, 1, 1, 9, 11, 1, 1], [0, 0, 1, 0, 1, 1, 0]]
    page.evaluate("(data) => give(data)", DATA | given | {"places": wrong, "calculation": "another"})
    expect(page.locator(".asked-here")).to_contain_text("another answer to 1 of 6 sums")
