"""The dials of an operation: where knobs and hands stand, and a knob that is dragged."""

import math

import pytest
import torch

from tests.browser.scripts.test_circles import GRID, KEYS, STEPS, data_of, opened, sent

__all__ = ["opened"]
CENTRE, RIM, APART = 120, 96, 22


def test_knobs_stand_where_one_more_on_each_circle_points_and_follow_the_pointer(opened):
    page = opened(data_of(GRID))
    face, grips = page.locator(".turned").first.locator("svg"), page.locator(".turned").first.locator(".grip")
    places = [tuple(map(float, one.get_attribute("transform")[10:-1].split())) for one in grips.all()]
    expected = [(RIM - APART * i, 2 * math.pi / size) for i, size in enumerate((3, 8))]  # both are set to 1 step
    assert places == [
        pytest.approx((CENTRE + rim * math.sin(angle), CENTRE - rim * math.cos(angle)), abs=0.06)
        for rim, angle in expected
    ]
    box = face.bounding_box()
    knob = grips.nth(1).bounding_box()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"])  # a quarter round: 2 of 8
    page.mouse.up()
    page.wait_for_function("() => sent.some(([name]) => name === 'turned')")
    assert sent(page, "turned")[-1]["steps"][str(KEYS[0])] == [1, 2]
    assert grips.nth(1).get_attribute("aria-valuetext") == "2 of 8"


def test_hands_stand_at_the_angles_of_the_pair_and_at_rest_without_one(opened):
    page = opened(data_of(GRID))
    a, b = 5, 18
    page.evaluate("([a, b]) => circles.pick({ a, b })", [a, b])
    tips = page.locator(".turned .hand:not(.before)").all()
    assert len(tips) == len(KEYS)
    for tip, target in zip(tips, STEPS, strict=True):
        x, y = (float(tip.get_attribute(name)) - CENTRE for name in ("x2", "y2"))
        steps = GRID.group.steps(torch.tensor(target), torch.tensor([a, b])).sum()
        angle = 2 * math.pi * float(steps) / GRID.group.exponent
        assert (x, -y) == pytest.approx(
            (math.hypot(x, y) * math.sin(angle), math.hypot(x, y) * math.cos(angle)), abs=0.1
        )
