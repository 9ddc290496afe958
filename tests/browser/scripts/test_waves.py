"""The waves of one pair, against the formula; and the pair as an equation that is true at every moment."""

import math

import pytest

from models.surgery.recipe import Dial, Recipe, Turn
from tests.browser.scripts.mounted import APART, WEIGHTS, Mounted, console_data, states_of

Q = 17
TOP, LANE, SUM, FOOT = 18, 34, 108, 20  # pixels


def heights(recipe: Recipe, a: int, b: int, weights: list[float] = WEIGHTS) -> list:
    """For each dial that sounds, how high its wave stands at a class."""
    waves = []
    for dial, weight in zip(recipe.dials, weights, strict=False):
        read, other = dial.on_readout, dial.b or dial.a
        if not (dial.a.on and read.on):
            continue
        size = weight * dial.a.amplitude * read.amplitude
        turned = dial.a.target * a + other.target * b + (dial.a.phase + other.phase) / (2 * math.pi) * recipe.modulus
        shift = read.phase / (2 * math.pi) * recipe.modulus
        waves.append(
            (
                size,
                lambda c, read=read, turned=turned, shift=shift: (
                    2 * math.pi * (turned - read.target * c - shift) / recipe.modulus
                ),
            )
        )
    return waves


def assert_drawn(console: Mounted, recipe: Recipe, a: int, b: int) -> None:
    width = console.on("() => inside.querySelector('.wave-holder svg').viewBox.baseVal.width")
    waves, q = heights(recipe, a, b), recipe.modulus
    total, loudest = sum(abs(size) for size, _ in waves), max(abs(size) for size, _ in waves)
    middle = TOP + LANE * len(waves) + SUM / 2
    across = [6 + c / (q - 1) * (width - 12) for c in range(q)]
    drawn = [console.points(".wave", place) for place in range(len(waves))] + [console.points(".wave-sum")]
    assert console.page.locator(".wave").count() == len(waves)
    points = max(240, 4 * q)
    sums = [0.0] * q
    for lane, ((size, angle), corners) in enumerate(zip(waves, drawn, strict=False)):
        assert len(corners) == points + 1
        for c in range(q):
            sums[c] += size * math.cos(angle(c))
            at = c / (q - 1) * points
            if at == int(at):
                x, y = corners[int(at)]
                assert x == pytest.approx(across[c], abs=0.06)
                own = TOP + LANE * (lane + 0.5)
                assert y == pytest.approx(own - size * math.cos(angle(c)) / loudest * 0.44 * LANE, abs=0.06)
    for c in range(q):
        at = c / (q - 1) * points
        if at == int(at):
            assert drawn[-1][int(at)] == pytest.approx((across[c], middle - sums[c] / total * (SUM / 2 - 4)), abs=0.06)


def test_waves_and_their_sum_are_those_of_the_formula_at_every_class(console: Mounted):
    assert_drawn(console, APART, 10, 11)
    console.page.fill("[data-operand=a]", "3")
    console.page.fill("[data-operand=b]", "12")
    assert_drawn(console, APART, 3, 12)


def test_a_dial_that_is_off_on_a_table_does_not_sound(console: Mounted):
    recipe = Recipe(17, (Dial(1, Turn(5, on=False)), Dial(3, Turn(2)), Dial(4, Turn(6), readout=Turn(6, on=False))))
    console.give(console_data(recipe))
    assert_drawn(console, recipe, 10, 11)
    console.give(console_data(Recipe(17, (Dial(1, Turn(5, on=False)),))))
    assert console.page.locator(".wave").count() == 0
    assert console.points(".wave-sum") == []


def test_waves_have_the_dials_colours_and_are_drawn_slowly_between_classes(console: Mounted):
    strokes = "() => [...inside.querySelectorAll('.wave')].map((wave) => wave.getAttribute('stroke'))"
    assert console.on(strokes) == [light for light, _ in console_data()["palette"]]
    console.give(console_data(Recipe(17, (Dial(1, Turn(16)),))))  # as slow as −1
    heights_ = [y for _, y in console.points(".wave")]
    turns = sum(
        (one - here) * (here - other) < 0
        for one, here, other in zip(heights_, heights_[1:], heights_[2:], strict=False)
    )
    assert turns <= 2


def test_the_frame_tells_the_right_class(console: Mounted):
    width = console.on("() => inside.querySelector('.wave-holder svg').viewBox.baseVal.width")
    assert width == console.on("() => inside.querySelector('.wave-holder').clientWidth")
    x = lambda c: 6 + c / 16 * (width - 12)  # noqa: E731
    assert console.numbers(".peak", "x1", "x2", "y1", "y2") == [[pytest.approx(x(4)), pytest.approx(x(4)), 15, 228]]
    assert console.texts(".peak-text:not(.rival)") == ["c = 4"]
    assert console.numbers(".peak-text:not(.rival)", "x", "y") == [[pytest.approx(x(4)), 11]]
    assert console.texts(".peak-text.rival") == ["c = 14", "c = 7", "c = 1"]  # higher there, so the network errs
    assert console.numbers(".missed", "x1") == [[pytest.approx(x(c))] for c in (14, 7, 1)]
    assert console.texts(".wave-holder .axis-text") == ["class c = 0", "8", "16"]
    anchors = (
        "() => [...inside.querySelectorAll('.wave-holder .axis-text')].map((text) => text.getAttribute('text-anchor'))"
    )
    assert console.on(anchors) == ["start", "middle", "end"]
    assert console.numbers(".wave-holder .axis-text", "x", "y") == [[pytest.approx(x(c)), 244] for c in (0, 8, 16)]
    assert console.numbers(".wave-holder .axis", "x1", "x2", "y1", "y2") == [[6, pytest.approx(width - 6), 174, 174]]
    label = "Waves over the classes for 10 + 11; the right class is 4"
    assert console.told(".wave-holder svg", "aria-label") == label
    assert console.told(".wave-holder svg", "height", "viewBox") == ["248", f"0 0 {width} 248"]


@pytest.mark.parametrize(("a", "b", "c", "shown"), [(0, 0, 0, 24), (8, 8, 16, -24)])
def test_the_name_of_a_class_at_an_end_stays_inside(console: Mounted, a: int, b: int, c: int, shown: int):
    console.page.fill("[data-operand=a]", str(a))
    console.page.fill("[data-operand=b]", str(b))
    width = console.on("() => inside.querySelector('.wave-holder svg').viewBox.baseVal.width")
    assert console.numbers(".peak-text", "x") == [[shown % width]]
    assert console.texts(".peak-text") == [f"c = {c}"]


def test_a_narrower_page_draws_the_waves_anew(console: Mounted):
    console.page.set_viewport_size({"width": 700, "height": 1500})
    console.page.wait_for_function(
        "() => inside.querySelector('.wave-holder svg').viewBox.baseVal.width"
        " === inside.querySelector('.wave-holder').clientWidth"
    )
    assert_drawn(console, APART, 10, 11)


# The equation


def equation(console: Mounted) -> tuple[str, ...]:
    fields = [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"]
    return (*fields, console.text(".equals"), console.text(".pair-state"), console.text(".remark"))


def said(a: int, b: int, q: int = Q) -> str:
    return "the network: " + ["wrong", "undecided", "right"][int(states_of(q)[a, b])]


def test_the_pair_is_a_true_equation(console: Mounted):
    assert equation(console) == ("10", "11", "≡ 4 (mod 17)", said(10, 11), "")
    assert console.numbers(".operand", "max", "min") == [[16, 0], [16, 0]]


@pytest.mark.parametrize(
    ("name", "typed", "pair", "remark"),
    [
        ("a", "3", (3, 11), ""),
        ("b", "3", (10, 3), ""),
        ("a", "20", (3, 11), "20 ≡ 3 (mod 17)"),
        ("b", "-1", (10, 16), "−1 ≡ 16 (mod 17)"),
        ("b", "17", (10, 0), "17 ≡ 0 (mod 17)"),
    ],
)
def test_a_number_outside_is_asked_as_its_remainder_and_the_page_says_so(console: Mounted, name, typed, pair, remark):
    console.page.fill(f"[data-operand={name}]", typed)
    a, b = pair
    assert equation(console)[2:] == (f"≡ {(a + b) % Q} (mod 17)", said(a, b), remark)
    console.page.locator(f"[data-operand={name}]").blur()
    assert equation(console) == (str(a), str(b), f"≡ {(a + b) % Q} (mod 17)", said(a, b), remark)


def test_a_second_number_takes_the_first_ones_remark_away(console: Mounted):
    console.page.fill("[data-operand=a]", "20")
    console.page.fill("[data-operand=b]", "40")
    assert equation(console)[4] == "20 ≡ 3 (mod 17), 40 ≡ 6 (mod 17)"
    console.page.fill("[data-operand=a]", "5")
    assert equation(console)[4] == "40 ≡ 6 (mod 17)"


@pytest.mark.parametrize(
    ("typed", "remark"),
    [("", "Type a whole number."), ("2.5", "Expected a whole number of at most 15 digits, found 2.5."),
     ("12345678901234567890", "Expected a whole number of at most 15 digits, found 12345678901234567890.")],
)  # fmt: skip
def test_what_is_no_whole_number_is_no_pair(console: Mounted, typed: str, remark: str):
    console.page.fill("[data-operand=a]", typed)
    assert equation(console) == (typed, "11", "≡ … (mod 17)", "", remark)
    console.page.locator("[data-operand=a]").blur()
    assert equation(console) == ("10", "11", "≡ 4 (mod 17)", said(10, 11), "")


def test_the_pair_of_a_link_is_reduced_with_a_remark(opened):
    console = opened("?pair=20.5")
    assert equation(console) == ("3", "5", "≡ 8 (mod 17)", said(3, 5), "20 ≡ 3 (mod 17)")


def test_at_another_modulus_a_chosen_pair_stays_or_is_reduced(console: Mounted):
    console.page.fill("[data-operand=b]", "16")
    console.give(console_data(Recipe(19, APART.dials)))
    assert equation(console) == ("10", "16", "≡ 7 (mod 19)", said(10, 16, 19), "")
    console.give(console_data(Recipe(7, APART.dials)))
    assert equation(console) == ("3", "2", "≡ 5 (mod 7)", said(3, 2, 7), "10 ≡ 3 (mod 7), 16 ≡ 2 (mod 7)")


def test_a_pair_that_nobody_chose_wraps_at_every_modulus(console: Mounted):
    console.give(console_data(Recipe(7, APART.dials)))
    assert equation(console)[:3] == ("4", "4", "≡ 1 (mod 7)")
    console.give(console_data(Recipe(19, APART.dials)))
    assert equation(console)[:3] == ("11", "17", "≡ 9 (mod 19)")  # the untouched network has no 17


def test_dials_without_any_weight_are_drawn_as_a_line(console: Mounted):
    console.give(console_data(weights=[0, 0, 0]))
    drawn = console.page.evaluate(
        "() => [...inside.querySelectorAll('.waves path')].map((one) => one.getAttribute('d'))"
    )
    assert drawn
    assert not any("NaN" in path for path in drawn)


def test_what_is_told_of_a_pair_already_is_not_told_again(console: Mounted):
    """Else it would be read out anew to people who listen, and what somebody marks in it would be lost."""
    console.page.evaluate("""() => {
      window.told = 0
      const watch = new MutationObserver((changes) => { told += changes.length })
      for (const part of [".equals", ".pair-state", ".remark"])
        watch.observe(inside.querySelector(part), { childList: true, characterData: true, subtree: true })
    }""")
    console.give(console_data(edit=1))
    assert console.page.evaluate("() => told") == 0
    console.page.fill("[data-operand=a]", "3")
    console.page.wait_for_function("() => told > 0")
