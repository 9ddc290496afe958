"""*Turn it* by fingers: real touch events, sent through Chromium's own protocol."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import CDPSession, Page

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALLEST_TARGET = 40  # pixels
TARGET = ".dial-name input[type=number]"
TARGETS = "button, input, summary, .tap, .switch, .tape"  # a knob lies on its ring

pytestmark = pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])


@dataclass
class Finger:
    """One finger on the page."""

    wire: CDPSession

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def drag(self, *path: tuple[float, float]) -> None:
        """Press at the first point, go to the others in small steps, lift."""
        self._send("touchStart", path[0])
        for (x, y), (to_x, to_y) in pairwise(path):
            for step in range(1, 9):
                self._send("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
        self._send("touchEnd")


@pytest.fixture
def finger(visit) -> Finger:
    return Finger(visit.page.context.new_cdp_session(visit.page))


def middle_of(page: Page, selector: str) -> tuple[float, float]:
    """The middle of an element, brought to the middle of the window."""
    place = page.locator(selector).first
    place.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(300)
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def scrolled(page: Page) -> float:
    """How far the page has been scrolled, in whichever element does it."""
    return page.evaluate("() => [...document.querySelectorAll('*')].reduce((sum, each) => sum + each.scrollTop, 0)")


def test_a_finger_turns_a_dial_and_the_page_stays(visit, finger):
    page = visit.open_play()
    visit.right()
    updates = int(page.get_attribute(".console", "data-updates") or 0)
    target = page.input_value(".dial-name input[type=number]")
    x, y = middle_of(page, ".knob")
    at = scrolled(page)
    finger.drag((x, y), (x, y + 60), (x, y + 90))
    assert scrolled(page) == at
    assert page.input_value(".dial-name input[type=number]") != target
    assert int(page.get_attribute(".console", "data-updates")) > updates  # a whole step may leave every pair right
    assert visit.errors == []


def test_a_finger_on_a_face_scrolls_the_page_and_turns_nothing(visit, finger):
    page = visit.open_play()
    targets = [each.input_value() for each in page.locator(".dial-name input[type=number]").all()]
    x, y = middle_of(page, ".dial .hub")
    at = scrolled(page)
    finger.drag((x, y), (x, y - 200))
    page.wait_for_timeout(500)
    assert scrolled(page) > at + 50
    assert targets == [each.input_value() for each in page.locator(".dial-name input[type=number]").all()]


def beside_the_knob(page: Page) -> tuple[float, float]:
    """A point on the first dial's ring, a quarter of a turn away from its knob."""
    face = page.locator(".dial svg").first
    middle_of(page, ".dial svg")
    knob, box = page.locator(".knob").first.bounding_box(), face.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    across, down = knob["x"] + knob["width"] / 2 - middle[0], knob["y"] + knob["height"] / 2 - middle[1]
    return middle[0] - down, middle[1] + across


def test_a_finger_on_the_ring_scrolls_the_page_unless_the_dial_has_the_focus(visit, finger):
    page = visit.open_play()
    before = visit.right()
    targets = [each.input_value() for each in page.locator(TARGET).all()]
    x, y = beside_the_knob(page)
    at = scrolled(page)
    finger.drag((x, y), (x + 3, y - 200))
    page.wait_for_timeout(500)
    assert scrolled(page) > at + 50
    assert targets == [each.input_value() for each in page.locator(TARGET).all()]
    assert visit.right() == before
    page.touchscreen.tap(*beside_the_knob(page))
    assert targets == [each.input_value() for each in page.locator(TARGET).all()]
    x, y = beside_the_knob(page)
    at = scrolled(page)
    finger.drag((x, y), (x + 3, y - 40))
    assert scrolled(page) == at
    assert targets != [each.input_value() for each in page.locator(TARGET).all()]


def test_a_finger_that_scrolls_past_the_tape_leaves_the_count_as_it_is(visit, finger):
    page = visit.open_play()
    visit.right()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    edit = page.get_attribute(".console", "data-updates")
    x, y = middle_of(page, ".tape")
    finger.drag((x, y), (x + 3, y - 200))
    page.wait_for_timeout(700)
    assert page.locator(".console.stale").count() == 0
    assert page.get_attribute(".console", "data-updates") == edit
    page.get_by_text("Browser and server agree on every pair").wait_for()


def test_a_finger_turns_the_wheel_sideways_and_scrolls_up_and_down(visit, finger):
    page = visit.open_play()
    before = visit.right()
    x, y = middle_of(page, ".tape")
    at = scrolled(page)
    finger.drag((x, y), (x + 3, y - 200))
    page.wait_for_timeout(500)
    assert scrolled(page) > at + 50
    assert page.input_value(".wheel-number input") == "113"
    x, y = middle_of(page, ".tape")
    at = scrolled(page)
    finger.drag((x, y), (x + 78, y + 2))
    assert scrolled(page) == at
    visit.counts_change_from(before)
    assert page.input_value(".wheel-number input") in ("106", "107", "108")


def test_a_tap_on_the_map_picks_its_pair(visit):
    page = visit.open_play()
    visit.right()
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    canvas.tap(position={"x": 1, "y": 1})  # a pair is two pixels wide on a phone
    assert page.input_value("[data-operand=a]") == "0"
    box = canvas.bounding_box()
    canvas.tap(position={"x": box["width"] - 1, "y": 1})
    assert page.input_value("[data-operand=b]") == "112"


def test_every_target_is_large_enough_for_a_finger(visit):
    page = visit.open_play()
    page.locator(".dial summary").first.click()
    small = {}
    for target in page.locator(".console").locator(TARGETS).all():
        box = target.bounding_box()
        in_label = target.evaluate("(element) => element.matches('.tap input, .switch input')")
        if box is None or in_label:
            continue  # hidden, or reached through its label
        if min(box["width"], box["height"]) < SMALLEST_TARGET:
            small[target.evaluate("(element) => element.outerHTML")[:90]] = (box["width"], box["height"])
    assert small == {}


def test_the_ring_of_a_dial_is_a_finger_wide(visit):
    page = visit.open_play()
    ring = page.locator(".rim").first
    middle_of(page, ".rim")
    width = ring.evaluate("(ring) => parseFloat(getComputedStyle(ring).strokeWidth) * ring.getScreenCTM().a")
    assert width >= SMALLEST_TARGET
