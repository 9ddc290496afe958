"""Controls on Evidence in a real browser: they come in, are stopped, and are there when one comes back."""

from playwright.sync_api import Locator, Page, expect


def rows(page: Page) -> Locator:
    """The controls that the figure shows."""
    return page.locator(".st-key-controls .ytick")


def test_controls_come_in_and_are_there_after_another_page(visit):
    page = visit.open_play()
    page.get_by_role("link", name="Evidence").click()
    expect(rows(page)).to_have_count(11)  # which come with the network
    page.get_by_role("button", name="Count them again").click()
    run = page.get_by_role("button", name="Run the controls")
    stop = page.get_by_test_id("stHorizontalBlock").get_by_role("button", name="Stop")
    page.get_by_text("controls done; ").wait_for()
    rows(page).first.wait_for()
    expect(run).to_be_disabled()
    stop.click()
    expect(run).to_be_enabled()
    expect(stop).to_be_disabled()
    expect(page.get_by_text("controls done; ")).to_have_count(0)
    counted = rows(page).all_text_contents()
    assert 0 < len(counted) < 10
    assert all(counted)
    page.get_by_role("link", name="Look inside").click()
    page.get_by_role("heading", level=1, name="How does it do it?").wait_for()
    page.get_by_role("link", name="Evidence").click()
    expect(page.get_by_text("controls done; ")).to_be_visible()  # a page that is opened goes on by itself
    expect(rows(page).first).to_be_visible()
    assert {*counted} <= {*rows(page).all_text_contents()}
    assert visit.errors == []
