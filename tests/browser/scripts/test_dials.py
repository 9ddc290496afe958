"""A dial: where its hands, its knob and its marks stand, what is said of it, and what each handle sets."""

import math

import pytest

from models.surgery.recipe import Dial, Recipe, Turn
from tests.browser.scripts.mounted import APART, Mounted, bar, console_data

Q, PAIR = 17, {"a": 10, "b": 11}  # round(0.62 · 16), round(0.71 · 16)


def point(radius: float, steps: float, q: int = Q) -> list[float]:
    """Where a hand of the face points, by the definition: 0 is up, clockwise is forward."""
    angle = 2 * math.pi * steps / q
    return [60 + radius * math.sin(angle), 60 - radius * math.cos(angle)]


def steps_of(turn: Turn, number: float, q: int = Q) -> float:
    return turn.target * number + turn.phase / (2 * math.pi) * q


def close(found, expected, within=1e-6):
    assert found == [pytest.approx(each, abs=within) for each in expected]


def test_hands_stand_at_a_at_b_and_at_their_sum_each_on_its_own_table(console: Mounted):
    hands = {name: console.numbers(f".hand.{name}", "x2", "y2") for name in ("a", "b", "sum")}
    tips = {name: console.numbers(f".tip.{name}", "x", "y") for name in ("a", "b")}
    for place, dial in enumerate(APART.dials):
        a, b = steps_of(dial.a, PAIR["a"]), steps_of(dial.b or dial.a, PAIR["b"])
        close(hands["a"][place], point(27, a))
        close(hands["b"][place], point(27, b))
        close(hands["sum"][place], point(38, a + b))
        close(tips["a"][place], point(34, a))
        close(tips["b"][place], point(34, b))
    assert console.texts(".tip") == ["a", "b", ""] * 3


def test_all_lines_start_in_the_middle_of_the_face(console: Mounted):
    assert console.numbers(".hand", "x1", "y1") == [[60, 60]] * 9
    assert console.numbers(".face, .rim", "cx", "cy", "r") == [[60, 60, 48]] * 6
    assert console.numbers(".hub", "cx", "cy", "r") == [[60, 60, 3]] * 3


def test_the_knob_is_where_the_number_1_stands(console: Mounted):
    for found, dial in zip(console.numbers(".knob", "cx", "cy"), APART.dials, strict=True):
        close(found, point(48, steps_of(dial.a, 1)))


def test_a_mark_stands_wherever_a_number_can(console: Mounted):
    recipe = Recipe(12, (Dial(1, Turn(4)), Dial(2, Turn(5))))
    console.give(console_data(recipe, edit=0))
    for place, places in enumerate([3, 12]):
        path = console.page.locator(".stops").nth(place).get_attribute("d")
        marks = [mark.split("L") for mark in path.split("M")[1:]]
        steps = {round(n * recipe.dials[place].a.target) % 12 for n in range(12)}
        assert len(marks) == len(steps) == places
        ends = {tuple(map(float, outer.split())) for outer, _ in marks}
        inner = {tuple(map(float, end.split())) for _, end in marks}
        assert ends == {tuple(round(x, 1) + 0.0 for x in point(48, step, 12)) for step in steps}
        assert inner == {tuple(round(x, 1) + 0.0 for x in point(44, step, 12)) for step in steps}


def test_what_is_written_at_a_dial(console: Mounted):
    assert console.texts(".dial-name b") == ["1", "3", "4"]
    assert [console.page.locator(".dial-name input[type=number]").nth(i).input_value() for i in range(3)] == [
        "5",
        "-7",
        "2.5",
    ]
    assert console.texts(".amplitude-read") == ["× 1.25", "× 0.5", "× 2"]
    assert console.texts(".weight-read") == ["× 1", "× 1", "× 0.6"]
    assert console.texts(".phase-read") == ["28.65°", "0°", "−42.97°"]
    assert console.numbers(".amplitude", "max") == [[2], [2], [2]]
    values = "(name) => [...inside.querySelectorAll(name)].map(({ value }) => value)"
    assert console.on(values, ".amplitude") == ["1.25", "0.5", "2"]
    assert console.on(values, ".weight") == ["1", "1", "0.6"]
    assert console.on(values, ".phase") == ["29", "0", "-43"]


def test_a_table_that_is_set_apart_is_told_and_its_own_amplitude_counts(console: Mounted):
    apart = console.page.locator(".apart")
    assert [apart.nth(i).is_visible() for i in range(3)] == [False, True, False]
    assert apart.nth(1).locator("span").inner_text() == "b: 4, readout: 6"
    weight = console.page.locator(".weight")
    assert [weight.nth(i).is_disabled() for i in range(3)] == [False, True, False]
    off = Dial(3, Turn(1), Turn(2, on=False))
    console.give(console_data(Recipe(17, (off,)), bar=bar()))
    assert apart.nth(0).locator("span").inner_text() == "b: off"


def test_dials_say_to_people_who_listen_where_they_stand(console: Mounted):
    knob = [
        console.told(".knob", f"aria-{name}") for name in ("label", "valuemin", "valuemax", "valuenow", "valuetext")
    ]
    assert knob == ["Dial of frequency 1", "-9", "9", "5", "5 steps of 17 per number"]
    for selector, label in (
        (".dial-name input[type=number]", "Target of frequency 1"),
        (".on", "Frequency 1 on"),
        ("summary", "strength, phase of frequency 1"),
        ("input.amplitude", "amplitude of frequency 1"),
        ("input.phase", "phase of frequency 1"),
        ("input.weight", "weight in the readout of frequency 1"),
    ):
        assert console.told(selector, "aria-label") == label
    assert console.told("input.phase", "aria-valuetext") == "28.65 degrees"


def test_a_dial_that_is_off_looks_so(console: Mounted):
    console.give(console_data(Recipe(17, (Dial(1, Turn(5, on=False)), Dial(3, Turn(2))))))
    looks = "() => [...inside.querySelectorAll('.dial')].map((dial) => dial.classList.contains('off'))"
    assert console.on(looks) == [True, False]
    assert [console.page.locator(".on").nth(i).is_checked() for i in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("paper", "place"), [("#f0e8d8", 0), ("#808080", 0), ("#676767", 0), ("#666666", 1), ("#11151c", 1)]
)
def test_each_dial_has_its_colour_by_the_pages_light(opened, paper: str, place: int):
    hues = "() => [...inside.querySelectorAll('.dial')].map((dial) => dial.style.getPropertyValue('--hue'))"
    console, data = opened(shown=False), console_data()
    console.page.add_style_tag(content=f":root {{ --st-background-color: {paper} !important }}")
    console.give(data)
    assert console.on(hues) == [colours[place] for colours in data["palette"]]


@pytest.mark.parametrize(
    ("degrees", "read", "slider"),
    [
        (180, "180°", "180"),
        (190, "−170° (mod 360°)", "-170"),
        (-200, "160° (mod 360°)", "160"),
        (-180, "−180°", "-180"),
    ],
)
def test_a_phase_past_half_a_turn_is_brought_within_it_and_said_to_be(console: Mounted, degrees, read, slider):
    console.give(console_data(Recipe(17, (Dial(1, Turn(5, phase=math.radians(degrees))),))))
    assert console.texts(".phase-read") == [read]
    assert console.page.locator("input.phase").input_value() == slider


def test_a_strength_past_the_slider_lengthens_it(console: Mounted):
    console.give(console_data(Recipe(17, (Dial(1, Turn(5, 3.5), weight=1 / 3),))))
    assert (console.told("input.amplitude", "max"), console.told("input.weight", "max")) == ("3.5", "2")
    assert console.texts(".amplitude-read, .weight-read") == ["× 3.5", "× 0.333333"]


# What the handles set


def dials_sent(console: Mounted, times: int = 1) -> list[dict]:
    return console.sent_last("recipe", times)["dials"]


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("ArrowRight", 6),
        ("ArrowUp", 6),
        ("ArrowLeft", 4),
        ("ArrowDown", 4),
        ("PageUp", -2),
        ("PageDown", -5),
        ("Alt+ArrowRight", 5.1),
    ],
)
def test_keys_turn_a_dial(console: Mounted, key: str, target: float):
    console.page.locator(".knob").first.focus()
    console.page.keyboard.press(key)
    assert console.told(".knob", "aria-valuenow") == str(target)
    sent = dials_sent(console)
    assert sent[0]["target"] == target
    assert [dial["target"] for dial in sent[1:]] == [-7, 2.5]


def test_other_keys_turn_nothing(console: Mounted):
    console.page.locator(".knob").first.focus()
    console.page.keyboard.press("x")
    assert console.all_sent("recipe") == []


@pytest.mark.parametrize(("turns", "whole"), [(0.25, 4), (0.5, -8), (-0.25, -4), (0.1, 2)])
def test_a_ring_is_dragged_to_where_the_pointer_is(console: Mounted, turns: float, whole: int):
    box = console.page.locator(".dial svg").first.bounding_box()
    middle, radius = (box["width"] / 2, box["height"] / 2), 0.4 * box["width"]
    at = 2 * math.pi * turns
    knob = point(48, steps_of(APART.dials[0].a, 1))
    start = (knob[0] / 120 * box["width"], knob[1] / 120 * box["height"])
    end = (middle[0] + radius * math.sin(at), middle[1] - radius * math.cos(at))
    console.drag(".dial svg", start, (end[0] - 1, end[1] - 1), end)
    assert dials_sent(console)[0]["target"] == whole
    assert console.page.evaluate("() => inside.activeElement?.classList.contains('knob')")


@pytest.mark.parametrize(
    ("slider", "value", "name", "expected"),
    [("amplitude", "0.75", "amplitude", 0.75), ("weight", "0.4", "weight", 0.4), ("phase", "90", "phase", math.pi / 2)],
)
def test_each_slider_sets_what_it_is_labelled(console: Mounted, slider, value, name, expected):
    console.page.locator("summary").first.click()
    assert (
        console.page.locator("label.range", has=console.page.locator(f"input.{slider}"))
        .first.inner_text()
        .startswith({"weight": "weight in the readout"}.get(slider, slider))
    )
    console.page.locator(f"input.{slider}").first.fill(value)
    sent = dials_sent(console)[0]
    assert sent[name] == pytest.approx(expected)
    plain = console_data()["recipe"]["dials"][0]
    assert {key: sent[key] for key in plain if key != name} == {key: plain[key] for key in plain if key != name}


def test_a_target_is_typed(console: Mounted):
    field = console.page.locator(".dial-name input[type=number]").nth(2)
    field.fill("-3.5")
    field.press("Enter")
    assert dials_sent(console)[2]["target"] == -3.5
    field.fill("")
    field.blur()
    assert field.input_value() == "-3.5"
    assert len([name for name, _ in console.sent if name == "recipe"]) == 1


def test_off_is_off_on_every_table_and_on_again(console: Mounted):
    for times, on in enumerate([False, True], start=1):
        console.page.locator(".on").nth(1).set_checked(on)
        sent = dials_sent(console, times)[1]
        assert (sent["on"], sent["b"]["on"], sent["readout"]["on"]) == (on, on, on)
        assert dials_sent(console)[0]["on"]


def test_a_button_brings_all_tables_to_the_same_turn(console: Mounted):
    console.page.get_by_role("button", name="Same on all tables").click()
    sent = dials_sent(console)[1]
    assert (sent["b"], sent["readout"], sent["linked"], sent["target"]) == (None, None, True, -7)
    assert not console.page.locator(".apart").nth(1).is_visible()


def test_a_readout_that_does_not_follow_and_follows_again(console: Mounted):
    console.page.locator("summary").nth(1).click()
    linked = console.page.locator(".linked")
    assert [linked.nth(i).is_checked() for i in range(3)] == [True, False, True]
    linked.nth(1).check()
    sent = dials_sent(console)[1]
    assert (sent["linked"], sent["readout"], sent["b"]["target"]) == (True, None, 4)


def test_the_wheel_over_a_dial_turns_it_where_it_has_the_focus(console: Mounted):
    box = console.page.locator(".dial svg").first.bounding_box()
    console.page.mouse.move(box["x"] + 20, box["y"] + 20)
    console.page.mouse.wheel(0, 100)
    assert console.all_sent("recipe") == []
    console.page.locator(".knob").first.focus()
    console.page.mouse.wheel(0, 100)
    assert dials_sent(console)[0]["target"] == 4
    console.page.mouse.wheel(0, -100)
    assert dials_sent(console, 2)[0]["target"] == 5
