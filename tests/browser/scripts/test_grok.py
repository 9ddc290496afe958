"""Live training by itself in a browser: trained, scrubbed, wound back, set otherwise, sent away; without a server."""

import base64
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from dashboard.components.grok import grok_data, grok_script, grok_texts
from models.training.live_run import NEURONS, LiveRun, LiveSettings
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.parts import parts_in

BEGIN = """import { Grok } from "./grok.js"

window.sent = []
const setTriggerValue = (name, value) => sent.push([name, structuredClone(value)])
window.give = (data) => {
  const component = { parentElement: root, data, setTriggerValue }
  const grok = window.grok ??= new Grok(root, component)
  grok.receive(component)
}
"""
SETTINGS = LiveSettings(modulus=23, share=70, seed=3)
LOWEST = 700  # pixels: what the page has above it on a phone takes the rest of the screen
DATA = grok_data(SETTINGS, "")


@pytest.fixture
def opened(pages: KeptPages) -> Iterator[Any]:
    """Opens the part with a small modulus; options of the browser."""
    with parts_in(pages, "grok", grok_texts(), grok_script, BEGIN) as open_part:
        yield lambda data=DATA, motion="reduce", **options: open_part(data, reduced_motion=motion, **options)


def pixels(page: Page, selector: str) -> list[tuple[int, ...]]:
    found = page.locator(selector).evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    )
    return [tuple(found[i : i + 4]) for i in range(0, len(found), 4)]


def trained(page: Page) -> Page:
    page.get_by_role("button", name="by step 15").click()
    expect(page.locator(".take")).to_be_enabled()
    return page


def test_before_a_guess_there_is_noise_and_after_it_the_run_as_python_has_it(opened):
    page = opened()
    run = LiveRun(SETTINGS)
    measures = [run.measured(state) for state in run.states(60)]
    expect(page.locator(".caption")).to_have_text(
        f"Step 0. Noise: {measures[0].right} of 529 sums right, and guessing gives one in 23."
    )
    assert page.inner_text(".play") == "Train"
    assert page.get_attribute(".caption", "aria-live") == "polite"
    trained(page)
    first = next(each.step for each in measures if each.right == 529)
    assert first <= 30
    expect(page.locator(".caption")).to_have_text("Step 60. All 529 sums are right, those never shown too.")
    expect(page.locator(".result")).to_contain_text(f"all right at step {first}")
    said = "You were right" if first <= 15 else "Not quite"
    expect(page.locator(".told")).to_have_text(f"{said}: at step {first}.")
    assert page.locator(".chips [data-right]").count() == 1


def test_the_map_shows_what_python_counts_at_each_step_and_can_be_wound_back(opened):
    page = trained(opened())
    run = LiveRun(SETTINGS)
    at = {state.step: state for state in run.states(6)}
    for step in (6, 0):
        page.locator(".position").fill(str(step))
        right, _ = run.right_and_losses(at[step].weights)
        tones = np.array([hash(tone) for tone in pixels(page, ".map canvas")]).reshape(23, 23)
        wrong, shown = ~right, right & (run.is_shown | run.is_shown.T)
        for part in (wrong, shown, right & run.is_unseen):
            assert len(set(tones[part.numpy()])) <= 1
        assert len(set(tones.flatten())) == sum(bool(part.any()) for part in (wrong, shown, right & run.is_unseen))
    assert f"{int(right.sum())} of 529 sums right" in page.inner_text(".caption")
    page.get_by_role("button", name="One step forward").click()
    assert page.inner_text(".caption").startswith("Step 1.")
    page.get_by_role("button", name="One step back").click()
    page.get_by_role("button", name="One step back").click()
    assert page.inner_text(".caption").startswith("Step 0.")
    assert page.get_attribute(".position", "aria-valuetext") == page.inner_text(".caption")


def test_the_neurons_come_to_one_frequency_each_and_three_have_circles(opened):
    page = trained(opened())
    assert page.locator(".circles canvas:visible").count() == 3
    shares, drawn = [], []
    for step in ("0", "60"):
        page.locator(".position").fill(step)
        shares.append(int(page.inner_text(".neurons figcaption").split("has ")[1].split("%")[0]))
        drawn.append(pixels(page, ".circles canvas >> nth=0"))
    assert shares[0] < 45 < shares[1]
    assert drawn[0] != drawn[1]


def test_another_setting_is_another_run_and_one_out_of_bounds_is_refused(opened):
    page = trained(opened())
    page.fill("[data-field=modulus]", "128")
    page.keyboard.press("Enter")
    assert page.inner_text(".remark") == "Expected a whole number from 5 to 127 for the modulus."
    assert page.input_value("[data-field=modulus]") == "23"
    assert page.locator(".take").is_enabled()
    page.get_by_role("button", name="Another seed").click()
    assert page.input_value("[data-field=seed]") == "4"
    expect(page.locator(".take")).to_be_enabled()
    assert page.inner_text(".told") == ""
    page.get_by_role("checkbox", name="shuffled answers").check()
    expect(page.locator(".caption")).to_contain_text("There is no rule to find.")
    run = LiveRun(LiveSettings(modulus=23, share=70, seed=4, shuffled=True))
    *_, last = run.states(60)
    assert run.measured(last).unseen.right < 0.3 * run.measured(last).unseen.pairs


def test_the_network_of_the_step_that_is_looked_at_is_sent(opened):
    page = trained(opened())
    page.locator(".position").fill("7")
    page.get_by_role("button", name="Turn this network").click()
    [[name, sent]] = page.evaluate("() => sent")
    assert name == "network"
    assert sent["step"] == 7
    assert sent["settings"] == asdict(SETTINGS)
    *_, state = LiveRun(SETTINGS).states(7)
    table = np.frombuffer(base64.b64decode(sent["table"]), "<f4").reshape(23, NEURONS)
    np.testing.assert_allclose(table, state.weights.table, atol=2e-2)
    assert np.abs(table - np.asarray(state.weights.table)).mean() < 1e-5
    assert len(base64.b64decode(sent["unembedding"])) == 4 * 23 * NEURONS
    page.evaluate("(data) => give(data)", DATA | {"refused": "Not this one."})
    assert page.inner_text(".result") == "Not this one."
    assert page.locator(".take").is_enabled()


def test_where_it_cannot_be_trained_the_page_says_so_and_offers_it_again(opened):
    page = opened(DATA | {"settings": DATA["settings"] | {"share": 0}}, motion="no-preference")
    expect(page.locator(".result")).to_contain_text("This browser could not train the network")
    page.get_by_role("button", name="Train").click()
    expect(page.locator(".result")).to_contain_text("found modulus 23, share 0, decay 2")
    assert page.inner_text(".play") == "Train"
    page.fill("[data-field=share]", "70")
    page.keyboard.press("Enter")
    expect(page.locator(".caption")).to_contain_text("Step 60.")


def test_with_motion_it_plays_as_it_is_computed_and_slowly_when_asked(opened):
    page = opened(motion="no-preference")
    page.get_by_role("button", name="Train").click()
    expect(page.locator(".caption")).to_contain_text("Step 60.")
    expect(page.locator(".play")).to_have_text("Again")
    page.get_by_role("button", name="Slow motion").click()
    expect(page.locator(".play")).to_have_text("Stop")
    expect(page.locator(".caption")).not_to_contain_text("Step 60.")
    assert page.get_attribute(".caption", "aria-live") == "off"
    page.get_by_role("button", name="Stop").click()
    assert int(page.input_value(".position")) < 60
    expect(page.locator(".play")).to_have_text("Play")


def test_its_pictures_stand_on_one_screen_of_a_phone(opened):
    page = trained(opened(viewport={"width": 390, "height": 844}))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    boxes = [each.bounding_box() for each in page.locator("canvas:visible, .curves svg").all()]
    assert len(boxes) == 6
    assert max(box["y"] + box["height"] for box in boxes) < LOWEST
