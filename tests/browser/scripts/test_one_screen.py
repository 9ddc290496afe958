"""What stands beside the dials: the answer, the untouched network, the sealed box, the strip of many dials."""

import base64

import torch

from models.evaluation import State
from models.surgery.recipe import Dial, Recipe, Turn
from tests.browser.scripts.mounted import console_data, states_of

Q = 17
PAPER = [240, 232, 216]
MANY = Recipe(Q, tuple(Dial(k, Turn(k)) for k in range(1, 9)))
STRENGTHS = [0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6]  # the six strongest: 2, 4, 5, 6, 7, 8


def many(opened):
    return opened(data=console_data(MANY, weights=STRENGTHS))


def shown(console) -> list[str]:
    return [dial.inner_text() for dial in console.page.locator(".dial-name b").all() if dial.is_visible()]


def test_the_answer_stands_beside_the_right_one_and_the_untouched_networks(opened):
    right = torch.full((Q, Q), State.RIGHT, dtype=torch.uint8)
    console = opened(data=console_data(states=right, untouched={"modulus": 13, "wrong": [[5 * 13 + 9, 7]]}))
    assert (console.text(".digits"), console.told(".digits", "data-state")) == ("4", "right")
    assert (console.text(".sum-words"), console.text(".equals")) == ("10 + 11", "≡ 4 (mod 17)")
    assert console.texts(".untouched :is(b, small)") == ["8", "✗"]  # 10 + 11 mod 13
    console.page.fill("[data-operand=a]", "5")
    console.page.fill("[data-operand=b]", "9")
    assert console.texts(".untouched :is(b, small)") == ["7", "✗"]
    console.page.fill("[data-operand=b]", "13")
    assert console.texts(".untouched :is(b, small)") == ["?", "has no 13"]
    assert console.told(".untouched", "class") == "untouched dark"


def test_an_undecided_pair_has_no_answer(opened):
    console = opened()
    a, b = (states_of(Q) == State.UNDECIDED).nonzero()[0].tolist()
    console.page.fill("[data-operand=a]", str(a))
    console.page.fill("[data-operand=b]", str(b))
    assert (console.text(".digits"), console.told(".digits", "data-state")) == ("?", "undecided")


def test_the_sealed_box_says_how_much_is_in_it_and_opens(opened):
    console = opened()
    assert (console.text(".weights"), console.text(".weights-words")) == ("1,234", "weights, as trained")
    assert not console.page.locator(".inside").is_visible()
    console.page.locator(".box summary").click()
    assert console.texts(".inside li :is(b, span)") == ["W", "2 × 617"]


def test_of_many_dials_the_six_strongest_are_drawn_each_in_a_colour_of_its_own(opened):
    console = many(opened)
    assert shown(console) == ["2", "4", "5", "6", "7", "8"]
    assert console.texts(".strip button") == ["1", "3"]
    hues = console.on("() => [...inside.querySelectorAll('.wave')].map((wave) => wave.getAttribute('stroke'))")
    assert len(set(hues)) == len(hues) == 6


def test_a_dial_of_the_strip_comes_to_the_front(opened):
    console = many(opened)
    console.page.locator(".strip button").first.click()
    assert shown(console) == ["1", "2", "4", "5", "6", "7"]
    assert console.texts(".strip button") == ["3", "8"]
    console.page.locator(".dial-name input[type=number]").first.fill("3")
    console.page.keyboard.press("Enter")
    assert console.sent_last("recipe")["dials"][0]["target"] == 3
    console.give(console_data(MANY, weights=STRENGTHS, edit=1))
    assert console.texts(".strip button") == ["3", "8"]  # until another network comes
    console.give(console_data(MANY, weights=STRENGTHS, edit=1, network="another"))
    assert console.texts(".strip button") == ["1", "3"]


def test_the_keyboard_skips_to_the_dials(opened):
    console = opened()
    console.page.keyboard.press("Tab")
    assert console.page.evaluate("() => document.activeElement.textContent") == "Skip to the dials"
    console.page.keyboard.press("Enter")
    assert console.page.evaluate("() => inside.activeElement.getAttribute('aria-label')") == "Dial of frequency 1"
    assert console.page.locator(".skip-to-dials").count() == 1


LOOKED_AT = """async (data) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height })
  const context = canvas.getContext("2d")
  context.drawImage(picture, 0, 0)
  const at = (x, y) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]
  const along = (from, to) => Array.from({ length: Math.floor((to - from) / 3) }, (_, i) => from + 3 * i)
  const all = (left, right, top, below) => along(top, below).flatMap((y) => along(left, right).map((x) => at(x, y)))
  return [[picture.width, picture.height], at(5, 5), all(60, 560, 60, 120), all(640, 1150, 115, 230)]
}"""


def test_a_picture_of_the_map_with_its_figure_is_saved(opened, tmp_path):
    console = opened()
    with console.page.expect_download() as picture:
        console.page.get_by_role("button", name="Picture").click()
    assert picture.value.suggested_filename == "some-net-pt-mod-17.png"
    picture.value.save_as(tmp_path / "card.png")
    encoded = base64.b64encode((tmp_path / "card.png").read_bytes()).decode()
    size, corner, on_the_map, figure = console.on(LOOKED_AT, encoded)
    assert (size, corner) == ([1200, 630], PAPER)
    assert len({tuple(pixel) for pixel in on_the_map}) >= 3  # right, checked, hatched
    assert min(map(sum, figure)) < 150  # the ink of a large figure
