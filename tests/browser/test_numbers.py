"""What is typed into the number fields of *Turn it*: taken, reduced where all see it, or refused in a sentence."""

import re

from playwright.sync_api import Page, expect

OPERANDS = {name: f"[data-operand={name}]" for name in "ab"}


def equation(page: Page) -> str:
    """The sum as it reads, fields included."""
    a, b = (page.input_value(field) for field in OPERANDS.values())
    return f"{a} + {b} {page.inner_text('.equals')}"


def expect_said(page: Page, state: str, reduced: str) -> None:
    """What stands under the sum: what became of it, and what was reduced or is asked for."""
    expect(page.locator(".pair-state")).to_have_text(state)
    expect(page.locator(".remark")).to_have_text(reduced)


def is_true(text: str) -> bool:
    a, b, c, q = map(int, re.findall(r"-?\d+", text))
    return (a + b - c) % q == 0


def test_an_operand_past_the_modulus_is_reduced_where_everybody_sees_it(visit):
    page = visit.open_play()
    page.fill(OPERANDS["a"], "69")
    page.fill(OPERANDS["b"], "200")
    assert equation(page) == "69 + 200 ≡ 43 (mod 113)"
    expect_said(page, "the network: right", "200 ≡ 87 (mod 113)")
    page.press(OPERANDS["b"], "Enter")
    assert equation(page) == "69 + 87 ≡ 43 (mod 113)"
    expect_said(page, "the network: right", "200 ≡ 87 (mod 113)")
    page.fill(OPERANDS["a"], "-1")
    assert equation(page) == "-1 + 87 ≡ 86 (mod 113)"
    expect_said(page, "the network: right", "200 ≡ 87 (mod 113), −1 ≡ 112 (mod 113)")
    page.fill(OPERANDS["b"], "50")
    expect_said(page, "the network: right", "−1 ≡ 112 (mod 113)")
    assert visit.errors == []


def test_a_pair_is_reduced_with_the_modulus(visit):
    page = visit.open_play()
    page.fill(OPERANDS["a"], "9")
    page.fill(OPERANDS["b"], "50")
    page.fill(".wheel-number input", "12")
    page.press(".wheel-number input", "Enter")
    visit.counts_change_from(113**2)
    assert equation(page) == "9 + 2 ≡ 11 (mod 12)"
    expect(page.locator(".remark")).to_have_text("50 ≡ 2 (mod 12)")


def test_a_pair_of_a_link_is_reduced_too(visit):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&mod=12&dials=5~1_6~2_43~3_45~4_52~5&pair=9.50")
    visit.right()
    assert equation(page) == "9 + 2 ≡ 11 (mod 12)"
    expect(page.locator(".remark")).to_have_text("50 ≡ 2 (mod 12)")


def test_what_is_no_whole_number_is_not_asked(visit):
    page = visit.open_play()
    page.fill(OPERANDS["a"], "69")
    for typed, sentence in (
        ("3.7", "Expected a whole number of at most 15 digits, found 3.7."),
        ("99999999999999999", "Expected a whole number of at most 15 digits, found 99999999999999999."),
        ("", "Type a whole number."),
    ):
        page.fill(OPERANDS["b"], typed)
        assert page.inner_text(".equals") == "≡ … (mod 113)", typed
        expect_said(page, "", sentence)
        page.press(OPERANDS["b"], "Tab")
        assert equation(page) == "69 + 80 ≡ 36 (mod 113)", typed
        expect_said(page, "the network: right", "")


def test_no_sum_on_the_page_is_false_while_the_server_counts(visit):
    page = visit.open_play()
    visit.right()
    page.click("[data-step='-1']")
    for typed in ("200", "112", "7", "150"):
        page.fill(OPERANDS["b"], typed)
        assert is_true(equation(page)), equation(page)
    visit.counts_change_from(113**2)
    assert is_true(equation(page)), equation(page)
    assert equation(page).endswith("(mod 112)")


def test_a_modulus_off_the_wheel_is_refused_with_a_sentence(visit):
    page = visit.open_play()
    for typed in ("300", "1", "0", "-5", "12.6", "1e9"):
        page.fill(".wheel-number input", typed)
        page.press(".wheel-number input", "Enter")
        found = {"1e9": "1000000000"}.get(typed, typed)
        expect(page.locator(".refused")).to_have_text(
            f"Expected a whole modulus from 2 to 256, found {found}; it stays 113."
        )
        assert page.input_value(".wheel-number input") == "113", typed
        assert visit.right() == 113**2, typed
    page.fill(".wheel-number input", "112")
    page.press(".wheel-number input", "Enter")
    assert visit.counts_change_from(113**2) <= 112**2
    expect(page.locator(".refused")).to_be_empty()
    assert visit.errors == []


def test_a_target_is_shown_as_it_is_set_and_one_that_is_refused_goes_back(visit):
    page = visit.open_play()
    field = page.locator(".dial-name input[type=number]").first
    field.fill("5.404")
    field.press("Enter")
    after = visit.counts_change_from(113**2)
    field.blur()
    assert field.input_value() == "5.404"
    assert page.locator(".knob").first.get_attribute("aria-valuetext") == "5.404 steps of 113 per number"
    field.fill("1e7")
    field.press("Enter")
    expect(page.locator(".refused")).to_contain_text("target 1e+07 is out of range")
    assert field.input_value() == "5.404"
    assert visit.right() == after


def test_strength_and_phase_are_shown_as_they_are_set(visit):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&mod=113&dials=5~5x3.5p4_6~6x0.004_43~43_45~45_52~52")
    visit.right()
    first, second = page.locator(".dial").nth(0), page.locator(".dial").nth(1)
    first.locator("summary").click()
    second.locator("summary").click()
    assert first.locator(".amplitude-read").inner_text() == "× 3.5"
    assert first.locator("input.amplitude").input_value() == "3.5"
    assert first.locator(".phase-read").inner_text() == "−130.82° (mod 360°)"
    assert second.locator(".amplitude-read").inner_text() == "× 0.004"
    assert second.locator(".phase-read").inner_text() == "0°"
    second.locator("input.phase").fill("-180")
    assert second.locator(".phase-read").inner_text() == "−180°"
    assert second.locator("input.phase").input_value() == "-180"


def test_a_click_beside_the_axis_of_the_moduli_goes_nowhere(visit):
    page = visit.open_play()
    visit.right()
    chart = page.locator(".reach-holder svg")
    chart.click(position={"x": 12, "y": 50})
    page.wait_for_timeout(1000)
    assert page.input_value(".wheel-number input") == "113"
    chart.click(position={"x": 40, "y": 50})
    visit.counts_change_from(113**2)
    assert page.input_value(".wheel-number input") == "2"
