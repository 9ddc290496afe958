"""What runs on every page: the address, once for each run; what lets the page scroll under a finger or the wheel."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from dashboard.components.address import address_script
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.mounted import ADDRESS, page_with

PAGE = """<!doctype html><body><div class="js-plotly-plot"><div class="draglayer"><i id="figure">f</i></div></div>
<input id="number" data-testid="stNumberInputField" type="number"><input id="other"><script type="module">
{script}</script></body>"""
HEARD = """([id, kind, fingers]) => {
  const heard = []
  const element = document.querySelector(id)
  element.addEventListener(kind, () => heard.push(kind))
  const event = new Event(kind, { bubbles: true })
  if (kind === "touchstart") event.touches = Array(fingers).fill({})
  element.dispatchEvent(event)
  return heard.length === 1
}"""


@pytest.fixture
def page(pages: KeptPages) -> Iterator[Page]:
    script = address_script().replace("export default function", "window.written = function", 1)
    body = PAGE.format(script=script)
    kept = page_with(pages, body, viewport={"width": 1000, "height": 800})
    kept.page.goto(f"{ADDRESS}?other=1")
    kept.page.wait_for_function("() => window.written")
    yield kept.page
    pages.give_back(kept)


def write(page: Page, run: int, pair: dict[str, int] | None = None, **query: str) -> str:
    page.evaluate("(data) => written({ data })", {"run": run, "query": query, "pair": pair})
    return page.evaluate("() => location.search")


def test_the_address_is_written_once_for_each_run_of_the_page(page: Page):
    assert write(page, 1, mod="17") == "?other=1&mod=17"
    assert write(page, 1, mod="19") == "?other=1&mod=17"  # the same run, drawn again
    assert write(page, 2, mod="19") == "?other=1&mod=19"


def test_a_pair_that_python_tells_is_taken_once_and_one_that_the_browser_chose_since_stays(page: Page):
    assert write(page, 1, {"a": 3, "b": 5}) == "?other=1&pair=3.5"
    page.evaluate("() => { clockworkLooked.pair = { a: 7, b: 8 } }")
    assert write(page, 2, {"a": 3, "b": 5}) == "?other=1&pair=7.8"
    assert write(page, 3, {"a": 4, "b": 5}) == "?other=1&pair=4.5"
    assert write(page, 4) == "?other=1&pair=4.5"


@pytest.mark.parametrize(
    ("id_", "kind", "fingers", "reaches"),
    [
        ("#figure", "touchstart", 1, False),
        ("#figure", "touchstart", 2, True),
        ("#other", "touchstart", 1, True),
        ("#number", "wheel", 0, False),
        ("#other", "wheel", 0, True),
    ],
)
def test_one_finger_on_a_figure_and_the_wheel_over_a_field_are_the_pages(page: Page, id_, kind, fingers, reaches):
    assert page.evaluate(HEARD, [id_, kind, fingers]) == reaches


def test_a_field_with_the_focus_hears_the_wheel(page: Page):
    page.focus("#number")
    assert page.evaluate(HEARD, ["#number", "wheel", 0])
