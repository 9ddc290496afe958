"""One sum on a watch: played, dragged, typed; by itself in a browser, with no server behind it."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.components.watch import watch_script, watch_texts
from dashboard.theme import colour_pairs
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Watch } from "./watch.js"

window.give = (data) => { (window.watch ??= new Watch(root, data)).show(data) }
"""
STATES = bytes([2] * 144)


def scene(modulus: int, targets: tuple[int, ...], states: bytes) -> dict[str, Any]:
    dials = [{"frequency": 4 + i, "target": target, "strength": 0.5 / (1 + i)} for i, target in enumerate(targets)]
    counted = f"Counted mod {modulus}."
    return {
        "modulus": modulus, "trained": modulus == 17, "dials": dials,
        "states": base64.b64encode(states).decode(), "counted": counted,
    }  # fmt: skip


WRONG_AT_10_9 = bytes(0 if place == 10 * 17 + 9 else 2 for place in range(17 * 17))
DATA = {
    "network": "digest",
    "scenes": [scene(12, (2, 5, -3), STATES), scene(17, (1, 3, 4), WRONG_AT_10_9)],
    "palette": colour_pairs(3),
}


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the watch: `query` of the address, whether motion is wanted."""
    with parts_in(pages, "watch", watch_texts(), watch_script, BEGIN) as open_part:
        yield lambda query="", motion="reduce": open_part(DATA, query, reduced_motion=motion)


def hand_of(page: Page, face: str) -> tuple[float, float]:
    hand = page.locator(f"{face} .hand:not(.before)").first
    return tuple(round(float(hand.get_attribute(name)) - 120, 1) for name in ("x2", "y2"))


def test_without_motion_the_whole_sum_stands_there_and_is_walked_by_parts(opened):
    page = opened()
    assert page.inner_text(".sum") == "≡ 2 (mod 12)"
    assert hand_of(page, ".face-holder") == (71.0, -41.0)  # two o'clock
    assert hand_of(page, ".small-faces") == (71.0, 41.0)  # 2 · 14 ≡ 4 of 12
    assert page.locator(".bar.first").count() == 1
    assert page.text_content(".votes-holder .ahead") == "2"
    assert page.inner_text(".network-said") == "The network, its tables re-cut to mod 12, answers 2 ✓. Counted mod 12."
    assert page.locator(".face text.here").all_text_contents() == ["2"]
    page.get_by_role("button", name="go a").click()
    assert hand_of(page, ".face-holder") == (-82.0, 0.0)  # nine o'clock
    assert page.locator(".face text.here").all_text_contents() == ["9"]
    assert page.locator(".bar.first").count() == 0
    assert "9 hours" in page.inner_text(".caption")
    assert page.get_attribute(".position", "aria-valuetext") == page.inner_text(".caption")
    assert page.inner_text(".play") == "Next"
    page.click(".play")
    assert hand_of(page, ".face-holder") == (71.0, -41.0)


def test_dragging_the_slider_moves_everything_and_one_dial_alone_cannot_tell(opened):
    page = opened()
    slider = page.locator(".position")
    for position, lead in ((2.5, "none yet"), (3.3, "after 1 dial 2 and 8 have the same votes")):
        slider.evaluate("(e, at) => { e.value = at; e.dispatchEvent(new Event('input')) }", position)
        expect(page.locator(".lead")).to_have_text(f"Votes for each answer: {lead}")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".lead")).to_contain_text("after 3 dials 2 is ahead of")


def test_numbers_are_typed_and_reduced_where_everybody_sees_it(opened):
    page = opened()
    page.fill("[data-operand=a]", "22")
    assert page.inner_text(".remark") == "22 ≡ 10 (mod 12)"
    assert page.inner_text(".sum") == "≡ 3 (mod 12)"
    assert page.evaluate("() => location.search") == "?pair=10.5"  # the same pair on every page
    page.keyboard.press("Tab")
    assert page.input_value("[data-operand=a]") == "10"
    page.fill("[data-operand=a]", "1.5")
    assert page.inner_text(".remark") == "Expected a whole number of at most 15 digits, found 1.5."
    assert page.inner_text(".sum") == "≡ 3 (mod 12)"


def test_the_pair_of_the_address_is_shown_and_a_wrong_answer_is_not_called_right(opened):
    page = opened("?pair=10.26")
    assert page.inner_text(".remark") == "26 ≡ 2 (mod 12)"
    assert page.inner_text(".sum") == "≡ 12 (mod 12)"  # the face of a watch has no 0
    page.get_by_role("button", name="mod 17").click()
    assert page.inner_text(".remark") == "26 ≡ 9 (mod 17)"
    assert page.inner_text(".sum") == "≡ 2 (mod 17)"
    assert page.inner_text(".network-said") == "The network, as it was trained, gets this sum wrong. Counted mod 17."
    assert page.locator(".moduli [aria-pressed=true]").all_text_contents() == ["mod 17"]


def test_it_plays_by_itself_where_motion_is_wanted_and_is_stopped(opened):
    page = opened(motion="no-preference")
    page.wait_for_function("() => watch.timeline.position > 0.05")
    assert page.inner_text(".play") == "Stop"
    page.click(".play")
    stopped = page.evaluate("() => watch.timeline.position")
    page.wait_for_timeout(100)
    assert page.evaluate("() => watch.timeline.position") == stopped < 4
    assert page.inner_text(".play") == "Play"
