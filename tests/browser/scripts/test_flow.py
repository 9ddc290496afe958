"""The diagram of one sum by itself in a browser, with no server behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from dashboard.components.flow import flow_script, flow_texts
from dashboard.theme import colour_pairs
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Flow } from "./flow.js"

window.sent = []
const sending = (name, value) => sent.push([name, structuredClone(value)])
window.give = (data) => {
  const component = { parentElement: root, data, setStateValue: sending, setTriggerValue: sending }
  const flow = (window.flow ??= new Flow(root, component))
  flow.receive(component)
}
"""
DATA: dict[str, Any] = {
    "network": "digest",
    "modulus": 17,
    "pair": {"a": 10, "b": 11},
    "width": 1024,
    "dials": [
        {"frequency": 3, "a": [1, 0], "b": [0, -1], "vote": 2},
        {"frequency": 5, "a": [0, 1], "b": [-1, 0], "vote": 1},
    ],
    "all": 2,
    "attention": [0.25, 0.6],
    "neurons": [0, 2, -1, 4],
    "fired": 2,
    "logits": [5 if c == 4 else c % 3 - 1 for c in range(17)],
    "first": 4,
    "second": 2,
    "lead": 4.0,
    "said": "Right",
    "palette": colour_pairs(2),
}


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the diagram: `query` of the address, and what Python sends otherwise."""
    wide = {"viewport": {"width": 1100, "height": 800}}
    with parts_in(pages, "flow", flow_texts(), flow_script, BEGIN) as open_part:
        yield lambda query="", **changed: open_part(DATA | changed, query, **wide)


def sent(page: Page, at_least: int = 1) -> list[list[Any]]:
    page.wait_for_function("(n) => sent.length >= n", arg=at_least)
    return page.evaluate("() => sent")


def told(page: Page, part: str) -> str:
    return page.inner_text(f"[data-part={part}] .told")


def test_every_part_says_what_it_holds_of_the_pair(opened):
    page = opened()
    assert page.inner_text(".sum") == "≡ 4 (mod 17)"
    assert told(page, "Tables") == "Rows 10 and 11, 1,024 numbers each. On 2 dials they are angles."
    assert told(page, "Attention") == "2 heads mix the two rows: 25%, 60% of a, the rest of the other tokens."
    assert told(page, "Neurons").startswith("2 of 4 neurons answer above 0.")
    assert told(page, "Logits").endswith("all waves peak at 4.")
    assert page.inner_text(".digits") == "4 ✓"
    assert page.inner_text(".end .told") == "Right. It leads 2 by 4.00."
    assert page.locator("[data-part=Tables] g").count() == 2
    assert page.locator("[data-part=Attention] .full").evaluate_all(
        "(bars) => bars.map((bar) => bar.getAttribute('width'))"
    ) == ["42.5", "102"]
    assert page.locator("[data-part=Logits] .full").count() == 1
    page.wait_for_timeout(200)
    assert page.evaluate("() => sent") == []  # nothing is asked that is there already


def test_a_part_that_is_pressed_is_told_and_one_that_is_not_there_is_not_shown(opened):
    page = opened(attention=None, all=48, first=3, said="Wrong")
    assert not page.is_visible("[data-part=Attention]")
    assert "On the strongest 2 of 48 dials" in told(page, "Tables")
    assert page.inner_text(".digits") == "3"
    page.click("[data-part=Neurons]")
    assert sent(page) == [["part", "Neurons"]]


def test_a_pair_that_is_typed_is_asked_for_once_and_dims_what_is_of_another(opened):
    page = opened()
    page.fill("[data-operand=b]", "30")
    assert page.inner_text(".remark") == "30 ≡ 13 (mod 17)"
    assert page.inner_text(".sum") == "≡ 6 (mod 17)"
    assert page.evaluate("() => location.search") == "?pair=10.13"
    assert page.locator(".flow.behind").count() == 1
    assert sent(page) == [["pair", {"a": 10, "b": 13}]]
    page.evaluate("(data) => give(data)", DATA | {"pair": {"a": 10, "b": 13}})
    assert page.locator(".flow.behind").count() == 0
    page.fill("[data-operand=b]", "1.5")
    assert page.inner_text(".remark").startswith("Expected a whole number")


def test_the_pair_of_the_other_pages_is_asked_for(opened):
    page = opened("?pair=20.5")
    assert sent(page) == [["pair", {"a": 3, "b": 5}]]
    assert page.input_value("[data-operand=a]") == "3"
