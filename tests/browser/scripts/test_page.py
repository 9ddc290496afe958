"""What runs on every page: the address, once for each run; what lets the page scroll under a finger or the wheel."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.components.address import address_script
from tests.browser.scripts.mounted import ADDRESS

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
def page(chromium: Browser) -> Iterator[Page]:
    script = address_script().replace("export default function", "window.written = function", 1)
    body = PAGE.format(script=script)
    context = chromium.new_context()
    context.route("**/*", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=body))
    opened = context.new_page()
    opened.goto(f"{ADDRESS}?other=1")
    opened.wait_for_function("() => window.written")
    yield opened
    context.close()


def write(page: Page, run: int, **query: str) -> str:
    page.evaluate("(data) => written({ data })", {"run": run, "query": query})
    return page.evaluate("() => location.search")


def test_the_address_is_written_once_for_each_run_of_the_page(page: Page):
    assert write(page, 1, mod="17") == "?other=1&mod=17"
    assert write(page, 1, mod="19") == "?other=1&mod=17"  # the same run, drawn again
    assert write(page, 2, mod="19") == "?other=1&mod=19"


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
