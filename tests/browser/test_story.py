"""The story in a real browser: from chapter to chapter, with one pair, into a part of the diagram."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from dashboard.navigation import STORY, next_chapter
from tests.browser.walking import settled


def test_a_reader_follows_the_links_with_one_pair_and_opens_a_part(visit):
    page = visit.page
    page.goto(f"{visit.address}/twelve-oclock?pair=9.5")
    settled(page)
    expect(page.locator(".watch .network-said")).to_contain_text("answers 2 ✓")
    page.fill("[data-operand=b]", "7")
    for before, entry in pairwise(STORY):
        page.locator(".st-key-onward a").click()
        page.get_by_role("heading", level=1, name=next_chapter(before.file).question).wait_for()
        if entry.file == "follow_one_sum.py":
            expect(page.locator(".flow .digits")).to_have_text("16 ✓")
            page.locator("[data-part=Logits]").click()
            page.get_by_role("heading", level=1, name="What is in each part?").wait_for()
            expect(page.get_by_role("radio", name="Logits", exact=True)).to_be_checked()
            expect(page.get_by_role("slider", name="Operand b")).to_have_value("7")
            page.go_back()
            page.get_by_role("heading", level=1, name=entry.question).wait_for()
        if entry.file == "play.py":
            expect(page.locator("[data-operand=b]")).to_have_value("7")
    assert [error for error in visit.errors if "404" not in error] == []  # Streamlit asks below an address, then above
    assert visit.foreign == []


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["phone"])
def test_on_a_phone_what_is_pressed_and_what_it_moves_share_the_screen(visit):
    page = visit.page
    page.goto(f"{visit.address}/twelve-oclock")
    settled(page)
    parts = [".equation", ".timeline", ".figures", ".votes-holder"]
    boxes = [page.locator(part).bounding_box() for part in parts]
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
    assert boxes[0]["y"] >= 0
    assert boxes[-1]["y"] + boxes[-1]["height"] <= 844
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
