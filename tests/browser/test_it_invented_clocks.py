"""It invented clocks in the app itself: trained under its content-security policy, opened, and counted by Python."""

from playwright.sync_api import expect


def test_a_network_is_trained_in_the_browser_and_turned(visit):
    page = visit.page
    page.goto(f"{visit.address}/it-invented-clocks")
    page.fill("[data-field=modulus]", "31")
    page.keyboard.press("Enter")
    page.fill("[data-field=share]", "80")
    page.keyboard.press("Enter")
    expect(page.locator(".grok .caption")).to_have_text("Step 60. All 961 sums are right, those never shown too.")
    page.get_by_role("button", name="Turn this network").click()
    page.get_by_role("heading", level=1, name="What happens if I turn this?").wait_for()
    page.wait_for_selector(".share:not(:empty)")
    assert visit.right() == 31**2
    assert page.input_value(".wheel-number input") == "31"
    expect(page.get_by_role("combobox", name="Network")).to_have_value("live-31-seed-0-step-60.safetensors")
    assert [error for error in visit.errors if "404" not in error] == []
    assert visit.foreign == []
