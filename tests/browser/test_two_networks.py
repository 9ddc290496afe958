"""Two networks in a real browser: aligned rows, controls that are linked, and one below the other on a phone."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.walking import go_to, settled

RANGE = "plot => plot.layout.yaxis.range.map((end) => end.toFixed(6)).join()"


def opened(visit) -> Page:
    go_to(visit.open_play(), "two_networks.py")
    visit.page.get_by_role("heading", level=1, name="What differs between these two?").wait_for()
    settled(visit.page)
    return visit.page


def charts(page: Page, part: str) -> tuple[Locator, Locator]:
    found = page.locator(".js-plotly-plot").filter(has_text=part)
    return found.nth(0), found.nth(1)


def test_rows_are_aligned_and_one_control_turns_both(visit):
    page = opened(visit)
    left, right = charts(page, "Embedding E · ")
    boxes = left.bounding_box(), right.bounding_box()
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["height"] == boxes[1]["height"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    before = left.evaluate(RANGE)
    assert right.evaluate(RANGE) == before
    page.get_by_text("Logarithmic, in all rows").click()
    page.wait_for_function("() => document.querySelector('.js-plotly-plot').layout.yaxis.type === 'log'")
    settled(page)
    assert left.evaluate(RANGE) == right.evaluate(RANGE) != before
    slider = page.get_by_role("slider", name="Operand a, in both")
    slider.press("ArrowRight")
    for side in charts(page, "Logits of 70 + 80 · "):
        expect(side).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    boxes = left.bounding_box(), right.bounding_box()
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert visit.errors == []


def test_another_network_is_chosen_and_still_there_after_another_page(visit):
    page = opened(visit)
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="one-hot-97").click()
    expect(page.get_by_text("since 113 and 97 share no factor")).to_be_visible()
    expect(page.get_by_text("the same k is another dial there")).to_be_visible()
    go_to(page, "glossary.py")
    page.get_by_role("heading", level=1, name="What do the words mean?").wait_for()
    go_to(page, "two_networks.py")
    expect(page.get_by_text("since 113 and 97 share no factor")).to_be_visible()
    assert visit.errors == []
