"""*Turn it* on one screen: no scrolling at 1280 × 800, cause and effect on a phone, a picture that is alive at 100%."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
OVERFLOW = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth]
}"""
PICTURE = """() => {
  const canvas = [...document.querySelectorAll("*")].find((host) => host.shadowRoot?.querySelector("canvas"))
    .shadowRoot.querySelector("canvas")
  return [...canvas.getContext("2d").getImageData(0, 0, 760, 760).data].filter((_, i) => i % 52 === 0)
}"""
FOCUSED = """() => {
  let active = document.activeElement
  while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active.getAttribute("aria-label") ?? active.textContent
}"""


def settled(visit, query: str = "") -> Page:
    visit.page.goto(visit.address + query)
    visit.page.wait_for_selector(".share:not(:empty)")
    visit.right()
    return visit.page


@pytest.mark.parametrize("visit", [LAPTOP], indirect=True, ids=["laptop"])
@pytest.mark.parametrize("query", ["", "/?network=transformer-113&mod=127", "/?network=mlp-113&mod=128"])
def test_nothing_is_to_be_scrolled(visit, query: str):
    page = settled(visit, query)
    page.wait_for_timeout(500)
    assert page.evaluate(OVERFLOW) == [0, 0]


@pytest.mark.parametrize("visit", [LAPTOP, PHONE], indirect=True, ids=["laptop", "phone"])
def test_what_is_said_of_a_few_pairs_that_fall_short_is_read_whole_above_the_next_step(visit):
    page = settled(visit, "/?network=transformer-113&mod=127")
    text, prompt, action = (page.locator(f".prompt{part}").bounding_box() for part in ("-text", "", "-action"))
    expect(page.locator(".prompt-text")).to_contain_text("nearly tied at")
    bottom = prompt["y"] + prompt["height"]
    assert prompt["y"] <= text["y"]
    assert max(text["y"] + text["height"], action["y"] + action["height"]) <= bottom
    assert text["x"] + text["width"] <= action["x"] or text["y"] + text["height"] <= action["y"]
    save = page.locator(".st-key-save").bounding_box()
    assert save["y"] + save["height"] <= prompt["y"]


@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone_dials_and_most_of_the_map_are_on_one_screen(visit):
    page = settled(visit)
    dial, canvas = page.locator(".dial").first.bounding_box(), page.locator("canvas").bounding_box()
    assert dial["y"] > 0
    assert canvas["y"] + 0.7 * canvas["height"] < 844
    assert page.evaluate(OVERFLOW)[1] == 0


def test_at_every_whole_step_the_picture_is_another_though_every_pair_is_right(visit):
    page = settled(visit)
    page.wait_for_selector(".console.live")
    page.wait_for_selector(".truth:not(:empty)")
    pictures, margins = [page.evaluate(PICTURE)], [page.inner_text(".least")]
    page.focus(".knob >> nth=2")
    for steps in (1, 2, 1):  # to 44, 46 and 47: at 45 it would stand where another dial does
        for _ in range(steps):
            page.keyboard.press("ArrowUp")
        page.wait_for_timeout(150)  # nobody waits for the server: the picture follows the hand
        pictures.append(page.evaluate(PICTURE))
        margins.append(page.inner_text(".least"))
        assert page.inner_text(".share") == "100%"
    for one, other in pairwise(pictures):
        assert sum(abs(x - y) > 4 for x, y in zip(one, other, strict=True)) > len(one) / 4
        assert len({*one}) > 20
    assert len({*margins}) > 2
    assert visit.errors == []


def test_the_first_dial_is_reached_within_five_tab_stops(visit):
    page = settled(visit)
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "Skip to the dials":
            page.keyboard.press("Enter")
        if page.evaluate(FOCUSED) == "Dial of frequency 5":
            return
    raise AssertionError(f"After five tab stops the focus is on {page.evaluate(FOCUSED)!r}.")


def test_the_untouched_network_is_dark_where_it_has_no_number(visit):
    page = settled(visit)
    assert page.locator(".untouched b").inner_text() == "36"
    page.get_by_role("button", name="Turn it to 127").click()
    visit.counts_change_from(113**2)
    expect(page.locator(".untouched b")).to_have_text("?")
    expect(page.locator(".untouched small")).to_have_text("has no 113")


def test_challenges_remember_what_was_met(visit):
    page = settled(visit)
    for label in ("Stretch it", "Break it", "Repair it"):
        page.locator(".challenges button").filter(has_text=label).click()
        expect(page.locator(".challenges button").filter(has_text=label)).to_have_attribute("title", "done")
    page.click("[data-action=reset]")
    expect(page.locator(".challenges .met")).to_have_count(3)


def test_the_wheel_of_every_modulus_is_dragged_and_all_follows(visit):
    page = settled(visit)
    page.wait_for_selector(".console.live")
    chart = page.locator(".reach-holder svg").bounding_box()
    page.mouse.move(chart["x"] + 300, chart["y"] + 40)
    page.mouse.down()
    page.mouse.move(chart["x"] + 420, chart["y"] + 40, steps=4)
    turned = page.input_value(".wheel-number input")
    assert int(turned) > 113
    expect(page.locator(".prompt-turning")).to_contain_text(f"Mod {turned}: ")
    expect(page.locator(".equals")).to_contain_text(f"(mod {turned})")
    page.mouse.up()
    visit.right()
    assert page.input_value(".wheel-number input") == turned
    assert visit.errors == []
