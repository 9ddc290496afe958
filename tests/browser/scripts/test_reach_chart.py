"""The chart of accuracy against modulus: every line, dot and word in its place, and a click that goes there."""

import pytest

from models.evaluation import State
from tests.browser.scripts.mounted import Mounted, console_data, states_of

REACH = {
    "raw": [[2, 0.25], [40, 0.5], [112, 0.875], [113, 0.75]],
    "reduced": [[2, 0.75], [113, 1.0]],
    "shipped": [[2, 1.0], [128, 0.75], [256, 1.0]],
    "operated": [[7, 0.5, "mod 7: half"], [200, 1.0, "mod 200: all"]],
    "running": False,
    "total": 255,
}


@pytest.fixture
def chart(opened) -> Mounted:
    return opened(data=console_data(trained=113, reach=REACH))


def width(console: Mounted) -> float:
    return console.on("() => inside.querySelector('.reach-holder svg').viewBox.baseVal.width")


def across(console: Mounted, q: float) -> float:
    return 40 + (q - 2) / 254 * (width(console) - 50)


def down(share: float) -> float:
    return 16 + (1 - share) * 58


def test_lines_and_dots_stand_at_their_modulus_and_share(chart: Mounted):
    assert width(chart) == chart.on("() => inside.querySelector('.reach-holder').clientWidth")
    for name in ("raw", "reduced", "shipped"):
        untouched = [(q, share) for q, share in REACH[name] if name == "shipped" or q != 113]
        expected = [(across(chart, q), down(share)) for q, share in untouched]
        found = chart.points(f".reach-holder .{name}")
        assert [pytest.approx(point, abs=0.06) for point in expected] == found
    assert chart.numbers(".alone", "cx", "cy") == [[pytest.approx(across(chart, 113)), pytest.approx(down(0.75))]]
    dots = chart.numbers(".operated", "cx", "cy", "r")
    assert dots == [
        [pytest.approx(across(chart, q)), pytest.approx(down(share)), 2.6] for q, share, _ in REACH["operated"]
    ]
    assert chart.texts(".operated title") == ["mod 7: half", "mod 200: all"]


def test_the_frame_of_the_chart(chart: Mounted):
    x = lambda q: pytest.approx(across(chart, q))  # noqa: E731
    assert chart.numbers(".reach-holder .axis", "x1", "x2", "y1", "y2") == [
        [x(2), x(256), down(share), down(share)] for share in (0, 0.5, 1)
    ]
    [[left, top, wide, high]] = chart.numbers(".reach-holder .beyond", "x", "y", "width", "height")
    assert (left, top, left + wide, high) == (x(113.5), 16, x(256), 58)
    assert chart.numbers(".here", "x1", "x2", "y1", "y2") == [[x(17), x(17), 12, 78]]
    assert chart.told(".reach-holder svg", "aria-label") == "Accuracy against modulus from 2 to 256"


def test_the_dials_that_are_set_stand_as_a_ring_on_their_own_modulus(chart: Mounted):
    q, states = 17, states_of(17)
    share = float((states == State.RIGHT).double().mean())
    assert 0 < share < 1
    assert chart.numbers(".reach-holder .ring", "cx", "cy") == [
        [pytest.approx(across(chart, q)), pytest.approx(down(share))]
    ]


def test_what_is_written_on_the_chart_and_where(chart: Mounted):
    above = "only surgery can be right here: untouched, it has no such numbers"
    told = list(
        zip(chart.texts(".reach-holder .axis-text"), chart.numbers(".reach-holder .axis-text", "x", "y"), strict=True)
    )
    assert told == [
        *((f"{share:.0%}", [34, down(share) + 4]) for share in (0, 0.5, 1)),
        *(
            (text, [pytest.approx(across(chart, q)), 90])
            for text, q in (("2", 2), ("50", 50), ("trained 113", 113), ("150", 150), ("200", 200), ("256", 256))
        ),
        (above, [pytest.approx(across(chart, 113) + 8), 11]),
    ]
    anchors = (
        "() => [...inside.querySelectorAll('.reach-holder .axis-text')].map((text) => text.getAttribute('text-anchor'))"
    )
    assert chart.on(anchors) == ["end"] * 3 + ["middle"] * 6 + [None]


def test_a_label_that_would_lie_on_the_trained_ones_is_left_out(opened):
    chart = opened(data=console_data(trained=148, reach=REACH))
    assert chart.texts(".reach-holder .axis-text")[3:-1] == ["2", "50", "trained 148", "200", "256"]


def test_on_a_phone_the_words_are_fewer(opened):
    chart = opened(data=console_data(trained=113, reach=REACH), viewport={"width": 390, "height": 900})
    assert chart.texts(".reach-holder .axis-text")[-1] == "only by surgery"


@pytest.mark.parametrize(("q", "expected"), [(2, 2), (57, 57), (200, 200), (256, 256), (1.6, 2), (256.4, 256)])
def test_a_click_goes_to_its_modulus(chart: Mounted, q: float, expected: int):
    box = chart.page.locator(".reach-holder svg").bounding_box()
    chart.page.mouse.click(box["x"] + across(chart, q) / width(chart) * box["width"], box["y"] + 60)
    assert chart.sent_last("action") == {"name": "visit", "modulus": expected}


def test_a_drag_turns_the_wheel_and_keeps_the_dials(chart: Mounted):
    box = chart.page.locator(".reach-holder svg").bounding_box()

    def x(modulus: int) -> float:
        return float(box["x"] + across(chart, modulus) / width(chart) * box["width"])

    chart.page.mouse.move(x(17), box["y"] + 40)
    chart.page.mouse.down()
    chart.page.mouse.move(x(150), box["y"] + 40, steps=4)
    assert chart.page.locator(".wheel-number input").input_value() == "150"
    assert chart.numbers(".here", "x1") == [[pytest.approx(across(chart, 150))]]
    chart.page.mouse.up()
    assert chart.sent_last("recipe")["modulus"] == 150
    assert chart.all_sent("action") == []


@pytest.mark.parametrize("beside", [40 - 9, -1])
def test_a_click_beside_the_axis_goes_nowhere(chart: Mounted, beside: int):
    box = chart.page.locator(".reach-holder svg").bounding_box()
    chart.page.mouse.click(box["x"] + (beside % box["width"]), box["y"] + 60)
    assert chart.all_sent("action") == []


@pytest.mark.parametrize(
    ("running", "done", "words", "sweep", "stop"),
    [
        (False, 0, "", True, False),
        (True, 2, "2 of 5 moduli", False, True),
        (False, 2, "2 of 5 moduli counted", True, False),
        (False, 5, "5 of 5 moduli counted", False, False),
        (True, 0, "0 of 5 moduli", False, True),
    ],
)
def test_how_far_a_sweep_is(opened, running, done, words, sweep, stop):
    operated = [[q, 1.0, ""] for q in range(2, 2 + done)]
    chart = opened(data=console_data(reach={**REACH, "operated": operated, "running": running, "total": 5}))
    assert chart.text(".progress") == words
    assert chart.page.locator("[data-action=sweep]").is_visible() == sweep
    assert chart.page.locator("[data-action=stop]").is_visible() == stop


def test_a_narrower_page_draws_the_chart_anew(chart: Mounted):
    chart.page.set_viewport_size({"width": 700, "height": 1500})
    chart.page.wait_for_function("() => inside.querySelector('.reach-holder svg').viewBox.baseVal.width <= 700")
    assert chart.numbers(".operated", "cx") == [[pytest.approx(across(chart, q))] for q, _, _ in REACH["operated"]]
