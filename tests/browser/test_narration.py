"""The one line above *Turn it*: it follows what is turned, and nothing else moves."""

from playwright.sync_api import Page, expect

from tests.browser.walking import go_to

KNOB = ".knob >> nth=0"
HEIGHTS = """() => {
  const root = [...document.querySelectorAll("*")].find((host) => host.shadowRoot?.querySelector(".console")).shadowRoot
  const top = (part) => root.querySelector(part).getBoundingClientRect().top
  return [".prompt", ".faces", "canvas", ".wave-holder", ".reach-holder"].map(top)
}"""


def line(page: Page) -> str:
    """What can be read there at the moment."""
    shown = [page.locator(part) for part in (".prompt-text", ".prompt-turning")]
    [read] = [part.inner_text() for part in shown if part.is_visible() and part.inner_text()]
    return read


def test_while_a_dial_is_dragged_the_line_follows_it_and_nothing_jumps(visit):
    page = visit.open_play()
    visit.right()
    page.wait_for_selector(".console.live")
    before = page.evaluate(HEIGHTS)
    assert line(page) == "This network only ever learned to add mod 113. Turn the wheel."
    knob = page.locator(KNOB).bounding_box()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    told = set()
    for step in range(6):
        page.mouse.move(knob["x"] + 10 * step, knob["y"] + 4 * step, steps=2)
        page.wait_for_timeout(150)
        told.add(line(page))
        assert page.evaluate(HEIGHTS) == before
    assert len(told) > 2
    assert all(said.startswith("Dial 5, ") for said in told)
    assert any("any whole number of steps closes the wave" in said for said in told)
    page.mouse.up()
    visit.right()
    expect(page.locator(".prompt-text")).to_contain_text("any whole number of steps closes the wave")
    assert page.evaluate(HEIGHTS) == before
    assert visit.errors == []


def test_sums_of_halves_are_shown_as_such_and_are_right(visit):
    page = visit.open_play()
    visit.right()
    page.get_by_role("button", name="Halve it").click()
    expect(page.locator(".equals")).to_have_text("≡ 8 (mod 113)")
    assert [page.locator(f".half[data-of={name}]").inner_text() for name in "ab"] == ["½", "½"]
    assert [page.input_value(f"[data-operand={name}]") for name in "ab"] == ["3", "4"]
    assert visit.right() == 113**2
    expect(page.locator(".prompt-text")).to_contain_text("12,769 of 12,769 sums of halves are right")
    expect(page.locator(".pair-state")).to_have_text("the network: right")
    expect(page.locator(".digits")).to_have_text("8")
    expect(page.locator(".digits")).to_have_attribute("data-state", "right")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".half[data-of=a]")).to_be_hidden()


def test_an_address_that_names_a_modulus_and_no_dials_is_followed(visit):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&mod=127")
    page.wait_for_selector(".share:not(:empty)")
    assert visit.right() > 16_000
    assert page.input_value(".wheel-number input") == "127"
    assert page.get_by_text("Dismiss").count() == 0


def test_a_refused_link_says_what_was_missing_and_is_dismissed_once(visit):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&dials=5~5_6~6_43~43_45~45_52~52")
    page.get_by_text("This link sets dials but no modulus").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("This link sets dials but no modulus").wait_for(state="detached")
    visit.right()
    for _ in range(2):
        go_to(page, "any_base.py")
        page.get_by_role("heading", level=1, name="How far does it carry?").wait_for()
        go_to(page, "play.py")
        page.wait_for_selector(".share:not(:empty)")
        assert page.get_by_text("This link sets").count() == 0
    page.reload()
    page.wait_for_selector(".share:not(:empty)")
    assert page.get_by_text("This link sets").count() == 0


def test_from_the_repaired_network_the_way_leads_to_what_was_tried_against_it(visit):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&mod=128&dials=5~5_6~6_43~43_45~45_52~52")
    page.wait_for_selector(".share:not(:empty)")
    assert visit.right() > 0.99 * 128**2
    page.get_by_role("button", name="See what we tried").click()
    page.get_by_role("heading", level=1, name="Is it a trick?").wait_for()
    assert visit.errors == []
