"""An operation on circles in the browser: tokens, dials and map, turned and picked; with no server behind it."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect

from dashboard import cache
from dashboard.components.circles import circles_data, circles_script, circles_texts
from dashboard.components.console import live_for
from dashboard.recipes.operations import Offered
from dashboard.session.operations import CarriedOut
from models import zoo
from models.evaluation import State, evaluate
from models.experiment.controls import Control
from models.operations.operation import Operation
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Circles } from "./circles.js"

window.sent = []
const setStateValue = (name, value) => sent.push([name, structuredClone(value)])
window.give = (data) => { (window.circles ??= new Circles(root, { data, setStateValue })).show(data) }
"""
NETWORK = zoo.load("mlp-113")
KEYS = cache.keys(NETWORK).frequencies
STEPS = (9, 4, 17, 1, 20, 11)  # numbers of characters of 3 x 8: every element has waves of its own


def data_of(operation: Operation, steps: tuple[int, ...] = STEPS, *, with_bytes: bool = True, **changed: Any) -> Any:
    recipe = linked_recipe(operation.group, dict(zip(KEYS, steps, strict=True)))
    counted = evaluate(transplant(NETWORK, recipe))
    done = CarriedOut(operation, recipe, counted, recipe, Control("", "keep", (), 1.0))
    live = live_for(NETWORK, recipe, with_bytes=with_bytes)
    strengths = dict.fromkeys(KEYS, 0.2)
    return circles_data(done, network=NETWORK.digest, turn=0, strengths=strengths, live=live) | changed


GRID = Offered("3 × 8", numbers="3x8").operation()
PRODUCTS = Offered("a · b mod 13", "a*b", "13").operation()


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Callable[[Any], Page]]:
    with parts_in(pages, "circles", circles_texts(), circles_script, BEGIN) as open_part:
        yield open_part


def sent(page: Page, name: str) -> list[Any]:
    return [value for each, value in page.evaluate("() => sent") if each == name]


def test_the_browser_agrees_and_counts_again_while_a_dial_turns(opened):
    data = data_of(GRID)
    page = opened(data)
    expect(page.locator(".truth")).to_have_text("Browser and server agree on every pair.")
    assert page.inner_text(".counted") == data["counted"] == "100%: 576 of all 576 pairs right; 0 undecided, 0 wrong."
    assert page.locator(".places text").count() == 24
    assert page.locator(".turned").count() == len(KEYS)
    assert page.locator(".grip").count() == 2 * len(KEYS)
    steps = [field.input_value() for field in page.locator(".turned").first.locator("input").all()]
    assert steps == ["1", "1"]  # 9 is 1 on the circle of 3 and 1 on that of 8

    turned = (10, *STEPS[1:])
    page.locator(".grip").nth(1).press("ArrowUp")  # one more on the second circle
    expect(page.locator(".truth")).to_have_text("Counted in your browser, until the server has.")
    page.wait_for_function("() => sent.some(([name]) => name === 'turned')")
    [told] = sent(page, "turned")
    assert (told["network"], told["group"], told["turn"]) == (NETWORK.digest, "3x8", 1)
    assert told["steps"][str(KEYS[0])] == [1, 2]
    after = data_of(GRID, turned, turn=1, is_found=False)
    page.wait_for_function("(words) => circles.count.textContent === words", arg=after["counted"])
    page.evaluate("(data) => give(data)", data)  # of before the turn: not shown
    assert page.locator(".circles").evaluate("(e) => e.classList.contains('stale')")
    page.evaluate("(data) => give(data)", after)
    expect(page.locator(".truth")).to_have_text("Browser and server agree on every pair.")
    page.click(".back")
    assert sent(page, "turned")[-1]["steps"] is None


def test_pairs_are_picked_on_the_map_and_tokens_follow(opened):
    page = opened(data_of(PRODUCTS, (1, 5, 3, 2, 7, 4)))
    assert page.locator(".places text").count() == 12
    page.evaluate("() => circles.pick({ a: 5, b: 7 })")
    assert page.inner_text(".caption") == "a = 5 and b = 7: the network answers 9. Right."
    page.locator("canvas").press("ArrowRight")
    assert page.inner_text(".caption") == "a = 5 and b = 8: the network answers 1. Right."
    page.evaluate("() => circles.pick({ a: 0, b: 8 })")
    assert page.inner_text(".caption") == "a = 0 and b = 8: 0 has no logarithm, so it is not asked."
    assert page.locator(".token[hidden]").count() == 2  # a and the sum
    page.evaluate("() => circles.move('a', 0)")  # 1 is the element 0
    assert page.inner_text(".caption") == "a = 1 and b = 8: the network answers 8. Right."
    corner = page.evaluate("() => [...circles.map.picture.getContext('2d').getImageData(0, 0, 1, 1).data]")
    assert corner[3] == 0  # 0·0 is not drawn


def test_without_a_kernel_the_server_counts_and_weights_are_asked_for_once(opened):
    page = opened(data_of(GRID, with_bytes=False))
    assert len(sent(page, "weights")) == 1
    states = torch.full((24, 24), State.WRONG, dtype=torch.uint8)
    given = {"live": None, "states": base64.b64encode(states.numpy().tobytes()).decode(), "operation": "other"}
    page.evaluate("(data) => give(data)", data_of(GRID) | given)
    assert page.inner_text(".truth") == "This body is counted on the server, when you let go."
    assert "something else; right is" in page.inner_text(".caption")
    assert page.locator("[data-shade=margin]").is_disabled()
