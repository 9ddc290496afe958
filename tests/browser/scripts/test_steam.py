"""Oscillators of one pair: played, dragged, typed; by themselves in a browser, with no server behind them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.components.steam import steam_script, steam_texts
from dashboard.theme import colour_pairs
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Steam } from "./steam.js"

window.sent = []
window.give = (data) => {
  const setStateValue = (name, value) => window.sent.push([name, value])
  const component = { data, parentElement: root, setStateValue, setTriggerValue: () => {} }
  ;(window.steam ??= new Steam(root, component)).receive(component)
}
"""
COMMUNITIES = [
    {"frequency": 3, "a": 0.1, "b": 0.2, "sum": 0.3, "members": [[0, 0.2, 0.3], [0.5, 0.4, 0.3]],
     "pulls": [1.25, 0.5], "dead": False, "order": [0.1, 0.7, 1.0]},
    {"frequency": 5, "a": 0.0, "b": 0.5, "sum": 0.5, "members": [[0.25, 0.25, 0.25]], "pulls": [0.0], "dead": True,
     "order": [1.0, 1.0, 1.0]},
]  # fmt: skip
DATA = {
    "run": "one", "modulus": 17, "pair": {"a": 10, "b": 9}, "harmonic": 1, "step": 0.5, "all": 7,
    "communities": COMMUNITIES, "order": [0.12, 0.5, 0.98], "energy": [3.0, 1.0, -2.5], "answers": [4, 9, 2],
    "palette": colour_pairs(2),
}  # fmt: skip
PIXELS = """(canvas, [x, y]) => {
  const scale = canvas.width / canvas.clientWidth
  return [...canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data]
}"""


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the oscillators: data, and whether motion is wanted."""
    with parts_in(pages, "steam", steam_texts(), steam_script, BEGIN) as open_part:
        yield lambda data=DATA, motion="reduce": open_part(data, "", reduced_motion=motion)


def test_without_motion_the_end_stands_there_and_steps_are_walked(opened):
    page = opened()
    caption = page.locator(".caption")
    expect(caption).to_have_text("After step 2 of 2 the network answers 2 ✓. Order 0.98 (1: all at their marks).")
    expect(page.locator(".sum")).to_have_text("≡ 2 (mod 17)")
    expect(page.locator(".energy figcaption")).to_have_text("energy −2.5")
    expect(page.locator(".kind")).to_contain_text("each of the 2 frequencies that pull most, of 7. Dots: oscillators.")
    page.click(".play")
    expect(caption).to_have_text(
        "Before the first step it would answer 4; right is 2. Order 0.12 (1: all at their marks)."
    )
    page.click(".play")
    expect(caption).to_contain_text("After step 1 of 2 the network answers 9; right is 2. Order 0.50")
    labels = [page.locator(".circles canvas").nth(i).get_attribute("aria-label") for i in (0, 1)]
    assert labels == [
        "frequency 3: 2 oscillators, pulled by up to 1.3, order 0.70",
        "frequency 5: 1 oscillator, nothing pulls, order 1.00, locked",
    ]


def test_dragging_moves_the_dots_where_they_stand_between_two_steps(opened):
    page = opened()
    circle = page.locator(".circles canvas").first
    where = {0.0: (56, 22), 2.0: (88.3, 66.5)}  # 34 pixels from the middle: straight up, and at 0.3 of a turn
    for position, (x, y) in where.items():
        page.locator(".position").evaluate("(e, at) => { e.value = at; e.dispatchEvent(new Event('input')) }", position)
        for place, there in where.items():
            shown = circle.evaluate(PIXELS, list(there))[3] > 200
            assert shown == (place == position), (position, place, x, y)


def test_it_plays_by_itself_to_the_end_and_again(opened):
    page = opened(motion="no-preference")
    expect(page.locator(".play")).to_have_text("Again")
    expect(page.locator(".caption")).to_contain_text("After step 2 of 2")
    page.click(".play")
    expect(page.locator(".play")).to_have_text("Stop")
    page.click(".play")
    expect(page.locator(".play")).to_have_text("Play")


def test_a_pair_that_is_typed_is_asked_for_and_the_old_one_is_dimmed(opened):
    page = opened()
    field = page.locator("[data-operand=b]")
    field.fill("20")
    field.blur()
    page.wait_for_function("() => window.sent.length")
    assert page.evaluate("() => window.sent.at(-1)") == ["pair", {"a": 10, "b": 3}]
    assert "behind" in page.locator(".steam").get_attribute("class")
    page.evaluate(
        "(data) => give(data)", {**DATA, "run": "two", "pair": {"a": 10, "b": 3}, "energy": None, "harmonic": 2}
    )
    assert "behind" not in page.locator(".steam").get_attribute("class")
    expect(page.locator(".energy")).to_be_hidden()
    expect(page.locator(".kind")).to_contain_text("The sum of both pulls draws each dot to half that angle")


def test_a_pair_that_the_server_chose_is_followed(opened):
    page = opened()
    page.evaluate("(data) => give(data)", {**DATA, "run": "three", "pair": {"a": 12, "b": 3}})
    expect(page.locator(".sum")).to_have_text("≡ 15 (mod 17)")
    assert "behind" not in page.locator(".steam").get_attribute("class")
    assert page.evaluate("() => window.sent.length") == 0
