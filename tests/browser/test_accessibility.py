"""What people hear who listen to *Turn it*."""

import re

from tests.browser.axe import violations
from tests.browser.walking import settled

ANNOUNCEMENTS = """() => {
  const root = [...document.querySelectorAll("*")].find((host) => host.shadowRoot?.querySelector(".console")).shadowRoot
  window.announced = []
  for (const region of root.querySelectorAll("[aria-live=polite]")) {
    const note = () => announced.push(region.textContent)
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true })
  }
}"""


def test_axe_sees_into_the_console(visit):
    page = visit.open_play()
    settled(page)
    page.locator(".dial-name input[type=number]").first.evaluate("(input) => input.removeAttribute('aria-label')")
    assert [rule for rule, html, _what in violations(page) if 'step="any"' in html] == ["label"]


def test_a_count_is_told_once_and_not_in_every_frame(visit):
    page = visit.open_play()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    page.evaluate(ANNOUNCEMENTS)
    face = page.locator(".dial svg").first.bounding_box()
    middle = face["x"] + face["width"] / 2, face["y"] + face["height"] / 2
    page.mouse.move(middle[0], middle[1] - face["height"] * 0.4)
    page.mouse.down()
    for dx, dy in [(40, 0), (30, 30), (0, 40), (-30, 30), (-40, 0)] * 2:
        page.mouse.move(middle[0] + dx, middle[1] + dy)
        page.wait_for_timeout(40)
    assert int(page.get_attribute(".console", "data-updates")) > 0
    assert page.evaluate("() => announced") == []
    page.mouse.up()
    visit.right()
    page.evaluate("() => { announced.length = 0 }")  # a whole step may leave the count, and what was told, as it was
    number = page.locator(".dial-name input[type=number]").first
    number.fill(str(float(number.input_value()) + 0.5))
    number.press("Enter")
    visit.right()
    page.wait_for_function("() => announced.some((text) => text.startsWith('Modulo 113'))")
    told = [text for text in page.evaluate("() => announced") if text.startswith("Modulo 113")]
    assert len(told) == 1
    assert page.inner_text(".counted") in told[0]


def test_dials_and_wheel_are_sliders_that_say_where_they_stand(visit):
    page = visit.open_play()
    tape = page.get_by_role("slider", name="Modulus wheel")
    assert tape.get_attribute("aria-valuenow") == "113"
    assert "modulus 113" in tape.get_attribute("aria-valuetext")
    name = page.locator(".dial-name b").first.inner_text()
    dial = page.get_by_role("slider", name=f"Dial of frequency {name}", exact=True)
    before = float(dial.get_attribute("aria-valuenow"))
    dial.focus()
    page.keyboard.press("ArrowUp")
    assert float(dial.get_attribute("aria-valuenow")) == before + 1
    assert f"{before + 1:g} steps of 113" in dial.get_attribute("aria-valuetext")


def test_the_map_is_walked_by_keys_and_tells_its_pair(visit):
    page = visit.open_play()
    visit.right()
    told = page.locator(".pair-told")
    assert told.text_content() == ""  # nothing is told before a key was pressed
    page.focus("canvas")
    page.keyboard.press("Home")
    a = int(page.input_value("[data-operand=a]"))
    assert page.input_value("[data-operand=b]") == "0"
    assert told.text_content() == f"{a} + 0 is {a}, modulo 113: right"
    for key in ("End", "ArrowDown", "ArrowLeft", "PageUp"):
        page.keyboard.press(key)
    assert re.fullmatch(rf"{a - 9} \+ 111 is \d+, modulo 113: right", told.text_content())
