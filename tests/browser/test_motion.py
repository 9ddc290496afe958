"""Who asked their system for less motion gets none from the console."""

import pytest

STILL = {"reduced_motion": "reduce"}
MOVING = {"reduced_motion": "no-preference"}

# How many elements, ::before and ::after included, could move, and how many do.
MOTION = """() => {
  const root = [...document.querySelectorAll("*")].find((host) => host.shadowRoot?.querySelector(".console")).shadowRoot
  const seconds = (text) => Math.max(...text.split(",").map(parseFloat))
  const may = (style) => seconds(style.transitionDuration) > 0 || style.animationName !== "none"
  const parts = (each) => [undefined, "::before", "::after"].map((part) => getComputedStyle(each, part))
  const all = [...root.querySelectorAll("*")].flatMap(parts)
  return [all.filter(may).length, root.getAnimations().length]
}"""


def motion_while_a_dial_is_turned(visit) -> tuple[int, int]:
    page = visit.open_play()
    visit.right()
    page.focus(".knob >> nth=0")
    page.keyboard.press("ArrowUp")  # the old count fades
    return tuple(page.evaluate(MOTION))


@pytest.mark.parametrize("visit", [STILL], indirect=True, ids=["reduced"])
def test_nothing_moves_where_less_motion_was_asked_for(visit):
    assert motion_while_a_dial_is_turned(visit) == (0, 0)


@pytest.mark.parametrize("visit", [MOVING], indirect=True, ids=["any"])
def test_without_that_wish_an_old_count_fades(visit):
    may_move, _moving = motion_while_a_dial_is_turned(visit)
    assert may_move > 0
