"""A drag is heard from its press to its release, once each, however it ends and however many there were before."""

from collections.abc import Callable

import pytest

from tests.browser.scripts.mounted import Mounted

AREA = """(takes) => {
  const area = document.createElement("div")
  area.id = "area"
  area.style = "position: fixed; left: 0; top: 0; width: 200px; height: 200px; touch-action: none"
  document.body.append(area)
  window.heard = []
  onDrag(area, {
    start: () => { heard.push("press"); return takes },
    move: (event) => heard.push(`at ${event.clientX}`),
    done: (moved) => heard.push(moved ? "dragged" : "pressed"),
  })
}"""
CANCEL = """() => area.dispatchEvent(new PointerEvent("pointercancel", { pointerId: 1 }))"""


@pytest.fixture
def area(opened: Callable[..., Mounted]) -> Mounted:
    console = opened(shown=False)
    console.on(AREA, True)
    return console


def heard(console: Mounted) -> list[str]:
    """Since this was last asked."""
    return console.page.evaluate("() => heard.splice(0)")


def test_one_drag_after_another_is_heard_once_each(area: Mounted):
    for start in (10, 60, 110):
        area.drag("#area", (start, 50), (start + 20, 50), (start + 30, 60))
        assert heard(area) == ["press", f"at {start + 20}", f"at {start + 30}", "dragged"]


def test_a_press_is_no_drag_and_moves_after_it_are_not_heard(area: Mounted):
    area.drag("#area", (20, 20))
    area.page.mouse.move(70, 70)
    assert heard(area) == ["press", "pressed"]


def test_a_drag_that_is_taken_away_has_ended(area: Mounted):
    area.page.mouse.move(20, 20)
    area.page.mouse.down()
    area.page.mouse.move(40, 20)
    area.page.evaluate(CANCEL)
    area.page.mouse.move(60, 20)
    area.page.mouse.up()
    area.page.evaluate(CANCEL)
    assert heard(area) == ["press", "at 40", "dragged"]
    area.drag("#area", (10, 50), (30, 50))
    assert heard(area) == ["press", "at 30", "dragged"]


def test_a_press_that_is_not_taken_and_the_right_button_are_no_drags(area: Mounted, opened: Callable[..., Mounted]):
    area.page.mouse.move(20, 20)
    area.page.mouse.down(button="right")
    area.page.mouse.move(40, 20)
    area.page.mouse.up(button="right")
    assert heard(area) == []
    refusing = opened(shown=False)
    refusing.on(AREA, False)
    refusing.drag("#area", (10, 50), (30, 50))
    assert heard(refusing) == ["press"]


def touched(console: Mounted, place: tuple[float, float]) -> bool:
    """Whether a finger there is kept from scrolling the page."""
    wire = console.page.context.new_cdp_session(console.page)
    points = [{"x": place[0], "y": place[1]}]
    console.page.evaluate("""() => document.addEventListener("touchstart", (event) => {
      window.kept = event.defaultPrevented
    }, { once: true })""")
    for kind, at in (("touchStart", points), ("touchEnd", [])):
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    return console.page.evaluate("() => kept")


def test_a_finger_that_holds_a_dial_does_not_scroll_the_page(opened: Callable[..., Mounted]):
    console = opened(has_touch=True)
    knob, face = (console.page.locator(f".dial {part}").first.bounding_box() for part in (".knob", ".rim"))
    (x, y), (middle_x, middle_y) = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (knob, face))
    on_knob, across = (x, y), (2 * middle_x - x, 2 * middle_y - y)
    assert not touched(console, across)
    assert touched(console, on_knob)
    console.page.touchscreen.tap(*across)
    console.page.wait_for_function("() => inside.activeElement?.classList.contains('knob')")
    assert touched(console, across)
