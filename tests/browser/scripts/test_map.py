"""The map of all pairs: every pair in its place and its colour, in both views, and the pair that is picked."""

import base64
import math

import pytest
import torch

from models.evaluation import State
from tests.browser.scripts.mounted import Mounted, console_data, states_of

Q = 17
INK, PAPER = (16, 32, 48), (240, 232, 216)
PIXELS = """(places) => {
  const context = inside.querySelector("canvas").getContext("2d")
  return places.map(([x, y]) => [...context.getImageData(Math.floor(x * 760), Math.floor(y * 760), 1, 1).data])
}"""


def mixed(share: float) -> list[float]:
    return [share * ink + (1 - share) * paper for ink, paper in zip(INK, PAPER, strict=True)]


def square(a: float, b: float) -> tuple[float, float]:
    return (b + 0.5) / Q, (a + 0.5) / Q


def turned(a: float, b: float) -> tuple[float, float]:
    return (a + b + 1) / (2 * Q), 0.5 - (a - b) / (2 * Q)


def quarter(place, a: float, b: float) -> tuple[float, float]:
    """A point of the pair's first quarter: its smallest a and b."""
    return place(a - 0.25, b - 0.25)


@pytest.mark.parametrize(("view", "place"), [("square", square), ("diamond", turned)])
def test_every_pair_has_its_colour_in_its_place(console: Mounted, view: str, place):
    console.page.locator(f"[data-view={view}]").click()
    pairs = [
        (a, b) for a in range(Q) for b in range(Q) if abs(a + b + 1 - Q) > 1 and (abs(a - 10) > 1 or abs(b - 11) > 1)
    ]
    found = console.on(PIXELS, [place(a - 0.25, b + 0.25) for a, b in pairs])
    states = states_of(Q)
    colours = {State.WRONG: mixed(1), State.UNDECIDED: mixed(0.12), State.RIGHT: mixed(0.09)}
    for (a, b), pixel in zip(pairs, found, strict=True):
        assert pixel == [*(pytest.approx(value, abs=2) for value in colours[State(int(states[a, b]))]), 255], (a, b)
    undecided = [(a, b) for a, b in pairs if states[a, b] == State.UNDECIDED]
    checked = console.on(PIXELS, [quarter(place, a, b) for a, b in undecided])
    assert all(pixel == [*(pytest.approx(value, abs=2) for value in mixed(0.62)), 255] for pixel in checked)
    wrong = [(a, b) for a, b in pairs if states[a, b] == State.WRONG]
    hatched = console.on(
        PIXELS, [place(a + (0.25 if (a + b) % 2 else -0.25), b + (0.25 if (a + b) % 2 else -0.25)) for a, b in wrong]
    )
    assert all(pixel == [*(pytest.approx(value, abs=2) for value in mixed(0.3)), 255] for pixel in hatched)


def test_margins_that_the_server_sends_shade_the_map_and_move_the_gauge(console: Mounted):
    levels = torch.arange(Q * Q).remainder(256).to(torch.uint8)
    right = torch.full((Q, Q), State.RIGHT, dtype=torch.uint8)
    sent = {"levels": base64.b64encode(bytes(levels.tolist())).decode(), "most": 5.1}
    console.give(console_data(states=right, margins=sent, edit=1))
    faint, strong = console.on(PIXELS, [square(0, 2), square(14, 16)])  # levels 2 and 254
    assert faint[:3] == [pytest.approx(value, abs=3) for value in mixed(0.05)]
    assert strong[:3] == [pytest.approx(value, abs=3) for value in mixed(0.66)]
    assert console.text(".least") == "−1.5"
    assert console.told(".needle", "style") == "--at: 0.029;"  # a quarter is 0
    assert console.told(".gauge", "class") == "gauge below"
    console.page.locator("[data-shade=answer]").click()
    low, high = console.on(PIXELS, [square(0, 0), square(7, 7)])  # classes 0 and 14
    assert low[:3] == [pytest.approx(value, abs=3) for value in mixed(0.05)]
    assert high[:3] == [pytest.approx(value, abs=3) for value in mixed(0.05 + 0.61 * 52 / 63)]  # of 64 levels
    assert console.text(".scale") == "class 0 to q − 1"


def test_the_map_fills_its_canvas_to_the_last_pixel(console: Mounted):
    ends = [pixel + 0.5 for pixel in (0, 1, 758, 759)]
    around = [place for end in ends for n in range(5, 760, 50) for place in ((end, n), (n, end))]
    console.page.locator("[data-view=square]").click()
    found = console.on(PIXELS, [(x / 760, y / 760) for x, y in around])
    assert [pixel[3] for pixel in found] == [255] * len(around)
    console.page.locator("[data-view=diamond]").click()  # its corners lie in the middle of each side
    tips = [(380, 2), (380, 757), (2, 379), (757, 379)]
    beside = [(x + dx, y + dy) for x, y in tips for dx, dy in ((7, 7), (7, -7), (-7, 7), (-7, -7))]
    beyond = [(x, y) for x, y in beside if abs(x - 379.5) + abs(y - 379.5) > 381]
    found = console.on(PIXELS, [((x + 0.5) / 760, (y + 0.5) / 760) for x, y in (*tips, *beyond)])
    assert [pixel[3] for pixel in found] == [255] * len(tips) + [0] * len(beyond)


def test_a_ring_is_around_the_pair_and_the_seam_where_sums_wrap(console: Mounted):
    for view, place in (("square", square), ("diamond", turned)):
        console.page.locator(f"[data-view={view}]").click()
        x, y = place(10, 11)
        ring = [(x + 11 / 760 * math.cos(at), y + 11 / 760 * math.sin(at)) for at in (0.3, 1.9, 3.5, 5.1)]
        assert all(pixel[:3] == [pytest.approx(value, abs=40) for value in INK] for pixel in console.on(PIXELS, ring))
    upright = [(0.5, (14 * n + at + 0.5) / 760) for n in range(54) for at in (3, 10) if not 24 <= n <= 32]
    drawn = [all(abs(pixel[i] - mixed(0.6)[i]) < 25 for i in range(3)) for pixel in console.on(PIXELS, upright)]
    assert drawn == [True, False] * (len(drawn) // 2)  # dashes of 8 pixels, 6 apart
    console.page.locator("[data-view=square]").click()
    across = [(0.004 * n, 1 - 0.004 * n) for n in range(1, 250)]
    drawn = [all(abs(pixel[i] - mixed(0.6)[i]) < 25 for i in range(3)) for pixel in console.on(PIXELS, across)]
    assert sum(drawn) > 60


def test_the_map_says_which_way_a_and_b_go(console: Mounted):
    assert console.text(".axes") == "a ↓ b →"
    console.page.locator("[data-view=diamond]").click()
    assert console.text(".axes") == "a + b → a − b ↑"
    assert [console.told(f"[data-view={view}]", "aria-pressed") for view in ("square", "diamond")] == ["false", "true"]
    assert console.page.url.endswith("?view=diamond")
    console.page.locator("[data-view=square]").click()
    assert [console.told(f"[data-view={view}]", "aria-pressed") for view in ("square", "diamond")] == ["true", "false"]
    assert "view" not in console.page.url
    assert console.told("canvas", "aria-label") == "Said. Arrow keys go from pair to pair."


@pytest.mark.parametrize(("view", "place"), [("square", square), ("diamond", turned)])
@pytest.mark.parametrize(("a", "b"), [(3, 12), (0, 16), (16, 0), (5, 5), (0, 0)])
def test_the_pair_under_the_pointer_is_picked(console: Mounted, view: str, place, a: int, b: int):
    console.page.locator(f"[data-view={view}]").click()
    box, (x, y) = console.page.locator("canvas").bounding_box(), place(a, b)
    console.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == [str(a), str(b)]
    console.page.wait_for_function(f"() => location.search.includes('pair={a}.{b}')")


def test_beside_the_turned_map_nothing_is_picked(console: Mounted):
    console.page.locator("[data-view=diamond]").click()
    box = console.page.locator("canvas").bounding_box()
    for x, y in ((3, 3), (box["width"] - 3, 3), (3, box["height"] - 3), (box["width"] - 3, box["height"] - 3)):
        console.page.mouse.move(box["x"] + x, box["y"] + y)
        assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == ["10", "11"]


@pytest.mark.parametrize(
    ("key", "a", "b"),
    [
        ("ArrowUp", 9, 11), ("ArrowDown", 11, 11), ("ArrowLeft", 10, 10), ("ArrowRight", 10, 12),
        ("PageUp", 0, 11), ("PageDown", 16, 11), ("Home", 10, 0), ("End", 10, 16), ("x", 10, 11),
    ],
)  # fmt: skip
def test_keys_go_from_pair_to_pair(console: Mounted, key: str, a: int, b: int):
    console.page.focus("canvas")
    console.page.keyboard.press(key)
    assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == [str(a), str(b)]
    said = ["wrong", "undecided", "right"][int(states_of(Q)[a, b])]
    assert console.text(".pair-told") == ("" if key == "x" else f"{a} + {b} is {(a + b) % Q}, modulo 17: {said}")


def test_the_pointer_tells_nothing_to_people_who_listen(console: Mounted):
    console.page.focus("canvas")
    console.page.keyboard.press("ArrowUp")
    told = console.text(".pair-told")
    box = console.page.locator("canvas").bounding_box()
    console.page.mouse.move(box["x"] + 30, box["y"] + 30)
    assert console.text(".pair-told") == told


def test_a_pair_of_another_state_is_told_as_it_is(console: Mounted):
    states = states_of(Q)
    for state, said in ((State.WRONG, "wrong"), (State.UNDECIDED, "undecided"), (State.RIGHT, "right")):
        a, b = next((a, b) for a, b in (states == state).nonzero().tolist() if a != b)
        console.page.fill("[data-operand=a]", str(a))
        console.page.fill("[data-operand=b]", str(b))
        assert console.text(".pair-state") == f"the network: {said}"


def test_the_view_of_a_link_is_shown(opened):
    console = opened("?view=diamond&pair=3.12")
    assert console.text(".axes") == "a + b → a − b ↑"
    assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == ["3", "12"]


def test_another_map_is_drawn_when_another_count_comes(console: Mounted):
    console.give(console_data(states=2 - states_of(Q)))
    a, b = (states_of(Q) == State.RIGHT).nonzero()[3].tolist()
    [pixel] = console.on(PIXELS, [square(a - 0.25, b + 0.25)])
    assert pixel[:3] == [pytest.approx(value, abs=2) for value in INK]
