"""The views of Look inside in a real browser: what is clicked is shown, and the waves walk."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MILLISECONDS
from tests.browser.walking import go_to

# What the dotted line says: a + b ≡ c (mod p)
SHOWN = "() => [...document.querySelectorAll('.textpoint')].map((text) => text.textContent).join() || '69 + 80 ≡'"


def inside(visit, view: str) -> Page:
    go_to(visit.open_play(), "look_inside.py")
    visit.page.get_by_role("radio", name=view, exact=True).click()
    return visit.page


def chart(page: Page, title: str):
    return page.locator(".js-plotly-plot").filter(has_text=title)


def click_at(page: Page, x: float, y: float) -> None:
    """Plotly takes a click for the mark that it found under the pointer just before."""
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(500)
    page.mouse.click(x, y)


def click_square(page: Page, row: int, place: int) -> None:
    plot = chart(page, "Every neuron by its frequency")
    square = plot.locator(".scatterlayer .trace").nth(row).locator(".points path").nth(place)
    square.wait_for()
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    box = square.bounding_box()
    click_at(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_clicked_square_is_the_neuron_shown(visit):
    page = inside(visit, "Neurons")
    field = page.get_by_role("spinbutton", name=re.compile("^Neuron"))
    first = field.input_value()
    click_square(page, 2, 5)
    expect(field).not_to_have_value(first, timeout=PATIENCE_MILLISECONDS)
    expect(chart(page, f"Neuron {field.input_value()} at every pair")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    assert visit.errors == []


def test_a_clicked_pair_is_the_pair_whose_waves_are_shown(visit):
    page = inside(visit, "Logits")
    expect(chart(page, "The logits of 69 + 80 as a sum of 5 waves")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    plot = chart(page, "Lead of the right class")
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    click_at(page, box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.25)
    page.wait_for_function(f"() => !({SHOWN})().includes('69 + 80 ≡')")
    a, b = map(int, re.findall(r"\d+", page.evaluate(SHOWN))[:2])
    assert abs(a - 28) <= 8  # a runs down, and this is a quarter from the top; b runs across
    assert abs(b - 56) <= 8
    assert visit.errors == []


def test_the_waves_walk_when_played(visit):
    page = inside(visit, "Logits")
    page.get_by_role("radio", name="b walks").click()
    expect(chart(page, "The logits of 69 + b as a sum of 5 waves")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    page.locator(".updatemenu-button", has_text="Play").click()
    walked = f"Number(({SHOWN})().match(/\\d+/g)[1])"
    page.wait_for_function(f"() => {walked} > 2 && {walked} < 80")
    page.locator(".updatemenu-button", has_text="Pause").click()
    assert set(visit.errors) <= {"undefined"}  # Plotly rejects the promise of what Pause breaks off
