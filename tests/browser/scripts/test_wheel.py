"""The modulus wheel: what stands on the tape, and every way to turn it."""

import pytest

from tests.browser.scripts.mounted import Mounted, console_data

TRAINED = 113
BELOW = "a weak test: any network that adds mod 113 is right already on sums below 17"


@pytest.fixture
def wheel(opened) -> Mounted:
    return opened(data=console_data(trained=TRAINED))


def modulus(console: Mounted, times: int = 1) -> int:
    return console.sent_last("recipe", times)["modulus"]


def test_the_tape_has_a_line_for_every_modulus_and_a_number_for_every_tenth(wheel: Mounted):
    lines = wheel.numbers(".tape line", "x1", "x2", "y1", "y2")
    assert lines == [[13 * n, 13 * n, 13, 30 if n == TRAINED else 27 if n % 10 == 0 else 20] for n in range(2, 257)]
    numbered = [n for n in range(10, 257, 10) if n != 110]
    assert wheel.texts(".tape text") == [str(n) for n in numbered if n < TRAINED] + ["trained: 113"] + [
        str(n) for n in numbered if n > TRAINED
    ]
    places = wheel.numbers(".tape text", "x", "y")
    assert [round(x / 13) for x, _ in places] == sorted([*numbered, TRAINED])
    assert {y for _, y in places} == {42}
    kinds = wheel.on("() => [...inside.querySelectorAll('.tape line')].map((line) => line.getAttribute('class'))")
    assert kinds == ["trained" if n == TRAINED else "minor" if n % 10 else "major" for n in range(2, 257)]
    assert wheel.numbers(".tape .beyond", "x", "y", "width", "height") == [[13 * 113.5, 0, 13 * 143, 46]]


def test_the_modulus_stands_in_the_middle_under_the_caret(wheel: Mounted):
    middle = wheel.on("() => inside.querySelector('.tape').clientWidth / 2")
    assert wheel.told(".tape g", "transform") == f"translate({middle - 17 * 13:g} 0)"
    assert wheel.told(".caret", "d") == f"M{middle - 8:g} 0h16l-8 11z"
    assert wheel.page.locator(".wheel-number input").input_value() == "17"


@pytest.mark.parametrize(
    ("q", "caption"),
    [
        (17, BELOW),
        (112, "a weak test: any network that adds mod 113 is right already on sums below 112"),
        (113, "the modulus it was trained on"),
        (114, "a strong test: untouched it has no number 113, so nothing can be left over from training"),
    ],
)
def test_the_wheel_says_on_which_side_of_the_trained_modulus_it_stands(wheel: Mounted, q: int, caption: str):
    wheel.page.locator(".wheel-number input").fill(str(q))
    wheel.page.keyboard.press("Enter")
    assert wheel.text(".tape-caption") == caption
    told = wheel.told(".tape", "aria-valuenow", "aria-valuetext", "aria-valuemin", "aria-valuemax")
    assert told == [str(q), f"modulus {q}, {caption}", "2", "256"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ArrowRight", 18),
        ("ArrowUp", 18),
        ("ArrowLeft", 16),
        ("ArrowDown", 16),
        ("PageUp", 27),
        ("PageDown", 7),
        ("Home", 2),
        ("End", 256),
    ],
)
def test_keys_turn_the_wheel(wheel: Mounted, key: str, expected: int):
    wheel.page.focus(".tape")
    wheel.page.keyboard.press(key)
    assert wheel.page.locator(".wheel-number input").input_value() == str(expected)
    assert modulus(wheel) == expected
    assert wheel.sent_last("recipe")["edit"] == 1


def test_another_key_turns_nothing(wheel: Mounted):
    wheel.page.focus(".tape")
    wheel.page.keyboard.press("x")
    assert wheel.all_sent("recipe") == []


@pytest.mark.parametrize(("button", "expected"), [("Modulus one less", 16), ("Modulus one more", 18)])
def test_buttons_go_a_step(wheel: Mounted, button: str, expected: int):
    wheel.page.get_by_role("button", name=button).click()
    assert modulus(wheel) == expected


def test_several_steps_are_sent_as_one(wheel: Mounted):
    wheel.page.focus(".tape")
    for _ in range(3):
        wheel.page.keyboard.press("ArrowRight")
    assert [sent["modulus"] for sent in wheel.all_sent("recipe")] == [20]


@pytest.mark.parametrize(("typed", "expected"), [("2", 2), ("256", 256), ("99", 99)])
def test_a_modulus_is_typed(wheel: Mounted, typed: str, expected: int):
    wheel.page.locator(".wheel-number input").fill(typed)
    wheel.page.keyboard.press("Enter")
    assert modulus(wheel) == expected


@pytest.mark.parametrize("typed", ["1", "257", "12.5", "-3"])
def test_what_is_no_modulus_is_refused_and_the_wheel_stays(wheel: Mounted, typed: str):
    wheel.page.locator(".wheel-number input").fill(typed)
    wheel.page.keyboard.press("Enter")
    assert wheel.text(".refused") == f"Expected a whole modulus from 2 to 256, found {typed}; it stays 17."
    assert wheel.page.locator(".wheel-number input").input_value() == "17"
    assert wheel.all_sent("recipe") == []


def test_a_refusal_stands_while_the_server_sends_more_and_goes_with_the_next_turn(wheel: Mounted):
    wheel.page.locator(".wheel-number input").fill("300")
    wheel.page.keyboard.press("Enter")
    wheel.give(console_data(trained=TRAINED))
    assert wheel.text(".refused").startswith("Expected a whole modulus")
    wheel.page.locator(".wheel-number input").fill("20")
    wheel.page.keyboard.press("Enter")
    assert wheel.text(".refused") == ""
    assert modulus(wheel) == 20


def test_the_field_of_the_modulus_says_its_bounds(wheel: Mounted):
    assert wheel.told(".wheel-number input", "min", "max") == ["2", "256"]


@pytest.mark.parametrize(("pixels", "expected"), [(-13 * 5, 22), (13 * 4, 13), (-13 * 0.4 - 5, 18), (13 * 100, 2)])
def test_the_tape_follows_the_pointer(wheel: Mounted, pixels: float, expected: int):
    wheel.drag(".tape", (400, 30), (400 + pixels / 2, 30), (400 + pixels, 30))
    assert modulus(wheel) == expected


def test_a_press_on_the_tape_goes_there(wheel: Mounted):
    width = wheel.on("() => inside.querySelector('.tape').clientWidth")
    wheel.drag(".tape", (width / 2 + 13 * 6 + 2, 30))
    assert modulus(wheel) == 23


def test_the_wheel_of_the_mouse_turns_it_where_it_has_the_focus(wheel: Mounted):
    box = wheel.page.locator(".tape").bounding_box()
    wheel.page.mouse.move(box["x"] + 100, box["y"] + 20)
    wheel.page.mouse.wheel(0, 100)
    assert wheel.all_sent("recipe") == []
    wheel.page.focus(".tape")
    wheel.page.mouse.wheel(0, 100)
    assert modulus(wheel) == 18
    wheel.page.mouse.wheel(-100, 0)
    assert modulus(wheel, 2) == 17


def test_after_a_drag_the_wheel_of_the_mouse_is_the_pages(wheel: Mounted):
    wheel.page.focus(".tape")
    wheel.drag(".tape", (400, 30), (380, 30), (374, 30))
    assert modulus(wheel) == 19
    wheel.page.mouse.wheel(0, 100)
    assert [sent["modulus"] for sent in wheel.all_sent("recipe")] == [19]


@pytest.mark.parametrize("also", [[], [(400 - 39, 30)]])
def test_a_finger_that_scrolls_instead_leaves_the_modulus(wheel: Mounted, also):
    send = """(kind, x) => {
      const tape = inside.querySelector(".tape"), box = tape.getBoundingClientRect()
      tape.setPointerCapture = () => {}
      const at = { pointerId: 5, clientX: box.left + x, clientY: box.top + 30, bubbles: true }
      tape.dispatchEvent(new PointerEvent(kind, at))
    }"""
    wheel.on(send, "pointerdown", 400)
    for x, _ in also:
        wheel.on(send, "pointermove", x)
    wheel.on(send, "pointercancel", 300)
    assert [sent["modulus"] for sent in wheel.all_sent("recipe")] == [17 for _ in also]
    assert wheel.page.locator(".wheel-number input").input_value() == "17"


def test_the_right_button_and_a_second_finger_turn_nothing(wheel: Mounted):
    box = wheel.page.locator(".tape").bounding_box()
    wheel.page.mouse.move(box["x"] + 400, box["y"] + 30)
    wheel.page.mouse.down(button="right")
    wheel.page.mouse.move(box["x"] + 300, box["y"] + 30)
    wheel.page.mouse.up(button="right")
    assert wheel.all_sent("recipe") == []
    other = """() => {
      const tape = inside.querySelector(".tape"), box = tape.getBoundingClientRect()
      tape.setPointerCapture = () => {}
      const send = (kind, pointerId, x) =>
        tape.dispatchEvent(new PointerEvent(kind, { pointerId, clientX: box.left + x, clientY: box.top + 30 }))
      send("pointerdown", 5, 400), send("pointermove", 6, 300), send("pointerup", 6, 300)
      send("pointermove", 5, 387), send("pointerup", 5, 387)
    }"""
    wheel.on(other)
    assert modulus(wheel) == 18


def test_while_the_tape_is_held_the_old_count_is_dimmed_once_another_modulus_is_on_it(wheel: Mounted):
    box = wheel.page.locator(".tape").bounding_box()
    wheel.page.mouse.move(box["x"] + 400, box["y"] + 30)
    wheel.page.mouse.down()
    wheel.page.mouse.move(box["x"] + 397, box["y"] + 30)
    assert wheel.page.locator(".console.stale").count() == 0
    wheel.page.mouse.move(box["x"] + 380, box["y"] + 30)
    assert wheel.page.locator(".console.stale").count() == 1
    assert wheel.all_sent("recipe") == []
    wheel.page.mouse.up()
    assert modulus(wheel) == 19
