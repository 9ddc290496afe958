"""Balanced dials on the console, in a real browser."""

import re

from playwright.sync_api import expect

PLAIN = re.compile("^pairs that wrap ")
OWN_AT_135 = "network=transformer-113&mod=135&dials=5~5_6~6_43~43_45~45_52~52"


def test_balanced_at_a_press_as_trained_at_the_next_and_live_in_between(visit):
    page = visit.page
    page.goto(f"{visit.address}/?{OWN_AT_135}")
    page.wait_for_selector(".share:not(:empty)")
    button, split = page.get_by_role("button", name="Balance", exact=True), page.locator(".split")
    expect(split).to_have_text(PLAIN)
    short = visit.right()
    assert short < 135**2

    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(split).to_contain_text("balanced: pairs")
    expect(page.locator(".truth")).to_have_text("Browser and server agree on every pair.")
    assert visit.right() > short
    expect(page.locator(".weight-read").first).not_to_have_text("× 1")

    page.get_by_role("spinbutton", name="Target of frequency 5", exact=True).fill(
        "9"
    )  # the readout goes with its operands
    page.keyboard.press("Enter")
    expect(split).to_contain_text("balanced: pairs")
    expect(page.locator(".truth")).to_have_text("Browser and server agree on every pair.")
    assert visit.right() > 0.9 * 135**2

    balanced = page.inner_text(".counted")
    page.reload()
    page.wait_for_selector(".share:not(:empty)")
    expect(page.locator(".counted")).to_have_text(balanced)

    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(split).to_have_text(PLAIN)
    assert visit.errors == []
