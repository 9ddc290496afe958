"""Figures that are saved, presented and printed, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import go_to, settled

CHART = "[data-testid=stPlotlyChart]"


def opened(visit, file: str) -> Page:
    page = visit.open_play()
    go_to(page, file)
    return page


@pytest.mark.parametrize(("chosen", "begins"), [("PNG", b"\x89PNG"), ("SVG", b"<svg ")])
def test_a_figure_is_saved_in_the_chosen_format(visit, tmp_path: Path, chosen: str, begins: bytes):
    page = opened(visit, "any_base.py")
    page.get_by_text("Reach 256").wait_for()
    page.get_by_test_id("stSidebar").get_by_text(chosen, exact=True).click()
    settled(page)
    page.locator(f"{CHART} .main-svg").first.wait_for()
    page.locator(CHART).hover()
    with page.expect_download() as saving:
        page.locator(".modebar-btn").first.click()
    assert saving.value.suggested_filename == f"clockwork-reach.{chosen.lower()}"
    saving.value.save_as(tmp_path / "figure")
    assert (tmp_path / "figure").read_bytes().startswith(begins)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_toolbar_is_there_on_hover_only_and_over_no_title(visit, width: int):
    page = opened(visit, "any_base.py")
    page.get_by_text("Reach 256").wait_for()
    page.set_viewport_size({"width": width, "height": 900})
    bar, title = page.locator(".modebar").first, page.locator(f"{CHART} .gtitle").first
    expect(bar).to_have_class(re.compile(r"\bmodebar--hover\b"))  # Plotly's own, for one that is there on hover only
    page.locator(CHART).hover()
    over, under = bar.bounding_box(), title.bounding_box()
    assert over["y"] + over["height"] <= under["y"] + 1


def test_one_figure_is_presented_alone_and_fits_the_window(visit):
    page = opened(visit, "for_a_class.py")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Present it").click()
    page.locator(f"{CHART} .main-svg").first.wait_for()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    box = page.locator(CHART).bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", level=1, name="What can we work out before we count?").wait_for()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert visit.errors == []


def test_on_paper_there_is_the_sheet_and_nothing_to_press(visit):
    page = opened(visit, "for_a_class.py")
    page.get_by_text("Is one step enough?").wait_for()
    page.emulate_media(media="print")
    for hidden in ("stSidebar", "stHeader", "stNumberInput", "stCheckbox"):
        expect(page.get_by_test_id(hidden).first).to_be_hidden()
    expect(page.get_by_role("button", name="Present it")).to_be_hidden()
    expect(page.get_by_text("Is one step enough?")).to_be_visible()
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('[data-testid=stMain]')).overflowY") == "visible"
    )
