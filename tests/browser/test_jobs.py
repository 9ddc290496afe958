"""Controls on Evidence in a real browser: they come in, are stopped, and are there when one comes back."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.walking import go_to, settled


def rows(page: Page) -> Locator:
    """The controls that the figure shows."""
    return page.locator(".st-key-controls .ytick")


def test_controls_come_in_and_are_there_after_another_page(visit):
    page = visit.open_play()
    go_to(page, "evidence.py")
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
    settled(page)  # the figure of before and the one of now are both there for a moment
    counted = rows(page).all_text_contents()
    assert 0 < len(counted) < 11
    assert all(counted)
    go_to(page, "look_inside.py")
    page.get_by_role("heading", level=1, name="What is in each part?").wait_for()
    go_to(page, "evidence.py")
    expect(page.get_by_text("controls done; ")).to_be_visible()  # a page that is opened goes on by itself
    expect(rows(page).first).to_be_visible()
    assert {*counted} <= {*rows(page).all_text_contents()}
    assert visit.errors == []


PRESSED_AS_SOON_AS_THERE = """() => {
  const button = (text) => [...document.querySelectorAll("button")].find((each) => each.textContent === text)
  const wanted = ["Count them again", "SVG"] // each as soon as it is there; after SVG the whole page is run anew
  const seen = new MutationObserver(() => {
    while (wanted.length && button(wanted[0])) button(wanted.shift()).click()
    if (!wanted.length) seen.disconnect()
  })
  seen.observe(document.body, { childList: true, subtree: true })
}"""


def test_a_press_while_the_page_is_being_made_leaves_the_page_whole(visit):
    page = visit.open_play()
    settled(page)
    page.evaluate(PRESSED_AS_SOON_AS_THERE)
    go_to(page, "any_base.py")
    told = page.get_by_text("of 255 moduli searched and counted")
    told.wait_for()
    page.get_by_role("heading", name="And with dials that stay?").wait_for(timeout=20_000)  # while it is counted
    assert not told.get_by_text("255 of 255").count()
    page.get_by_test_id("stHorizontalBlock").get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Count them again")).to_be_enabled()
    assert visit.errors == []


XOR = "a XOR b, 3 bits"


def test_the_controls_of_an_operation_are_asked_for_where_it_was_chosen_and_kept_beside_those_of_sums(visit):
    page = visit.open_play()
    go_to(page, "any_operation.py")
    page.get_by_role("radio", name=XOR).click()
    page.get_by_text("64 of all 64 pairs right").first.wait_for()
    page.get_by_role("button", name="The controls of this operation").click()
    page.get_by_role("heading", level=1, name="Is it a trick?").wait_for()
    of_xor = page.get_by_role("radio", name=f"{XOR}, of Every operation")
    expect(of_xor).to_be_checked()
    page.get_by_text("controls done; ").wait_for()  # a page that is opened counts by itself
    rows(page).first.wait_for()
    page.get_by_test_id("stHorizontalBlock").get_by_role("button", name="Stop").click()
    run = page.get_by_role("button", name="Run the controls")
    expect(run).to_be_enabled()
    settled(page)
    counted = rows(page).all_text_contents()
    assert 0 < len(counted) < 11
    page.get_by_role("radio", name="sums mod 127, of Turn it").click()
    expect(rows(page)).to_have_count(11)  # which come with the network
    of_xor.click()
    expect(run).to_be_enabled()  # it was stopped in this visit
    expect(rows(page)).to_have_count(len(counted))
    assert rows(page).all_text_contents() == counted
    assert visit.errors == []
