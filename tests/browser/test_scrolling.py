"""The wheel over anything scrolls the page; only what has the focus hears it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_touch import PHONE, Finger, finger, middle_of, scrolled

__all__ = ["finger"]
TARGET = ".dial-name input[type=number]"
MODULUS = ".wheel-number input"
LAST = (".reach-holder", ".tape", MODULUS)  # at the foot of its page
FIGURE = ".js-plotly-plot .nsewdrag"


def wheel_over(page: Page, selector: str, notches: int = 1) -> float:
    """Turn the mouse's wheel over an element, away from the nearer end of the page; how far that has scrolled then."""
    page.mouse.move(*middle_of(page, selector))
    before = scrolled(page)
    for _ in range(notches):
        page.mouse.wheel(0, -60 if selector in LAST else 60)
    page.wait_for_timeout(700)
    return abs(scrolled(page) - before)


def set_values(page: Page) -> list[str]:
    """The modulus and the targets of *Turn it*."""
    return [each.input_value() for each in page.locator(f"{MODULUS}, {TARGET}").all()]


@pytest.fixture
def play(visit) -> Page:
    """*Turn it* in a window that its page does not fit, scrolled a little so that there is room both ways."""
    page = visit.open_play()
    page.set_viewport_size({"width": 1280, "height": 500})
    visit.right()
    return page


def test_the_wheel_scrolls_the_page_over_every_part_of_play(visit, play: Page):
    before = set_values(play)
    for part in (".dial .hub", ".tape", TARGET, MODULUS, "[data-operand=b]", "canvas", ".reach-holder"):
        assert wheel_over(play, part) > 30, part
        assert set_values(play) == before, part
    assert visit.right() == 113**2


@pytest.mark.parametrize("field", [TARGET, MODULUS, "[data-operand=b]"])
def test_the_wheel_changes_no_number_that_was_typed(visit, play: Page, field: str):
    play.fill(field, "7")
    play.locator(field).first.focus()
    wheel_over(play, field, notches=3)
    assert play.locator(field).first.input_value() == "7"


def test_a_dial_hears_the_wheel_with_the_focus(visit, play: Page):
    play.focus(".knob")
    assert wheel_over(play, ".dial .hub", notches=2) == 0
    assert play.locator(TARGET).first.input_value() == "3"
    play.wait_for_function("() => location.search.includes('dials=5~3_')")


def test_a_dial_that_was_dragged_leaves_the_wheel_to_the_page_until_it_is_pressed_again(visit, play: Page):
    x, y = middle_of(play, ".knob")
    play.mouse.move(x, y)
    play.mouse.down()
    play.mouse.move(x + 25, y + 20, steps=4)
    play.mouse.up()
    visit.right()
    turned = play.locator(TARGET).first.input_value()
    assert wheel_over(play, ".dial .hub") > 30
    assert play.locator(TARGET).first.input_value() == turned
    play.mouse.click(*middle_of(play, ".knob"))
    pressed = play.locator(TARGET).first.input_value()
    assert wheel_over(play, ".dial .hub") == 0
    assert float(play.locator(TARGET).first.input_value()) == float(pressed) - 1


def test_the_tape_hears_the_wheel_with_the_focus(visit, play: Page):
    play.focus(".tape")
    assert wheel_over(play, ".tape", notches=2) == 0
    visit.counts_change_from(113**2)
    assert play.input_value(MODULUS) == "111"


def test_the_wheel_scrolls_over_a_number_field_of_streamlit(visit):
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{visit.address}/evidence")
    page.get_by_text("3.5 + 4.5 ≡ 8 (mod 113): right.").wait_for()
    assert wheel_over(page, "[data-testid=stNumberInputField]") > 30
    field = page.locator("[data-testid=stNumberInputField]").first
    field.focus()
    wheel_over(page, "[data-testid=stNumberInputField]", notches=3)
    expect(field).to_have_value("3.5")


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_a_finger_scrolls_over_a_figure_and_zooms_nothing(visit, finger: Finger):
    page = visit.page
    page.goto(f"{visit.address}/look-inside")
    page.wait_for_selector(FIGURE)
    page.wait_for_timeout(1500)
    ranges = "() => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range"
    x, y = middle_of(page, FIGURE)
    before, shown = scrolled(page), page.evaluate(ranges)
    finger.drag((x, y), (x + 5, y - 200))
    page.wait_for_timeout(700)
    assert scrolled(page) > before + 50
    finger.drag((x - 60, y), (x + 60, y - 4))
    page.wait_for_timeout(700)
    assert page.evaluate(ranges) == shown


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_a_tap_on_a_square_still_chooses_its_neuron(visit):
    page = visit.page
    page.goto(f"{visit.address}/look-inside")
    page.get_by_role("radio", name="Neurons", exact=True).click()
    field = page.get_by_label("Neuron, 0 to 511")
    field.wait_for()
    first = field.input_value()
    square = page.locator(".js-plotly-plot .scatterlayer .trace").nth(2).locator(".points path").nth(5)
    square.wait_for()
    square.evaluate("(square) => square.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(500)
    box = square.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(field).not_to_have_value(first)
