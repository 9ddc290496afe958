"""What the console says of a count: the server's, a quick one of its own, whether both agree; and what it sends."""

import math
from dataclasses import replace

import pytest
import torch

from dashboard.components.console import live_data, recipe_to_console
from models.browser.live import live_network
from models.evaluation import State, evaluate
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.browser.scripts.mounted import APART, Mounted, console_data, states_of
from tests.mlps import hand_built_mlp

DIALS = (1, 3, 4)
OWN = own_recipe(13, DIALS)
TURNED = replace(
    linked_recipe(17, {1: 5, 3: -7, 4: 2.5}), dials=(Dial(1, Turn(5, 1.25)), Dial(3, Turn(-7)), Dial(4, Turn(2.5)))
)
NETWORK = hand_built_mlp(13, DIALS, "chughtai_mlp")
KEY = "digest of the network"


def live(*, with_bytes: bool, key: str = KEY) -> dict:
    return live_data(key, live_network(NETWORK, OWN), with_bytes=with_bytes)


def counted(recipe: Recipe, **changed) -> dict:
    return console_data(recipe, states=evaluate(transplant(NETWORK, recipe)).states, **changed)


@pytest.fixture
def quick(opened) -> Mounted:
    """A console whose kernel has the network, after the first count was checked."""
    console = opened(data=counted(TURNED, live=live(with_bytes=True)))
    console.page.wait_for_function("() => inside.querySelector('.truth').textContent")
    return console


def in_words(recipe: Recipe) -> str:
    counts = evaluate(transplant(NETWORK, recipe)).counts
    return (
        f"{counts.right:,} of all {counts.pairs:,} pairs right; {counts.undecided:,} undecided, {counts.wrong:,} wrong"
    )


def test_what_python_says_of_a_count_is_shown(console: Mounted):
    shown = {name: console.text(f".{name}") for name in ("share", "counted", "split", "told", "prompt-text")}
    assert shown == {
        "share": "61.25%",
        "counted": "177 of all 289 pairs right",
        "split": "some wrap",
        "told": "Modulo 17: 61.25% right. 177 of all 289 pairs right.",
        "prompt-text": "Turn it.",
    }
    assert not console.page.locator(".prompt-action").is_visible()


@pytest.mark.parametrize(
    ("prompt", "name", "sent"),
    [
        (
            {"recipe": recipe_to_console(TURNED), "action": None},
            "recipe",
            {**recipe_to_console(TURNED), "edit": 1, "network": "digest"},
        ),
        ({"recipe": None, "action": "find"}, "action", {"name": "find"}),
    ],
)
def test_the_prompts_button_does_what_it_says(opened, prompt, name, sent):
    console = opened(data=console_data(prompt={"text": "Now this.", "label": "Do it", **prompt}))
    console.page.get_by_role("button", name="Do it").click()
    assert console.sent_last(name) == sent


def test_the_servers_count_is_checked_by_the_browser(quick: Mounted):
    assert quick.text(".truth") == "Browser and server agree on every pair."
    assert quick.on("() => ({ ...inside.querySelector('.console').dataset })") == {"differs": "0", "near": "0"}
    assert quick.page.locator(".console.live").count() == 1


def test_where_both_differ_the_page_says_on_how_many_pairs(opened):
    states = evaluate(transplant(NETWORK, TURNED)).states.clone()
    places = (states == State.RIGHT).nonzero()[:3]
    states[places[:, 0], places[:, 1]] = State.WRONG
    console = opened(data=console_data(TURNED, states=states, live=live(with_bytes=True)))
    console.page.wait_for_function("() => inside.querySelector('.truth').textContent")
    assert console.text(".truth") == "Browser and server differ on 3 pairs: the server's count is shown."
    assert console.text(".share") == "61.25%"


def test_while_a_dial_is_turned_all_pairs_are_counted_at_once(quick: Mounted):
    quick.page.locator(".dials summary").first.click()
    slider = quick.page.locator("input.amplitude").first
    slider.evaluate("(input) => { input.value = 0.05; input.dispatchEvent(new Event('input')) }")
    weak = replace(TURNED, dials=(Dial(1, Turn(5, 0.05)), *TURNED.dials[1:]))
    quick.page.wait_for_function("(text) => inside.querySelector('.counted').textContent === text", arg=in_words(weak))
    counts = evaluate(transplant(NETWORK, weak)).counts
    assert quick.text(".share") == f"{100 * counts.right / counts.pairs:.2f}%"
    assert (
        quick.text(".split")
        == "in your browser, float32: what is near a tie counts as undecided until the server has counted"
    )
    assert quick.text(".truth") == ""
    assert quick.page.locator(".console.stale").count() == 1
    assert quick.text(".quick") == "quick count"
    assert quick.text(".pair-state") == ""
    assert quick.all_sent("recipe") == []
    assert int(quick.on("() => inside.querySelector('.console').dataset.updates")) >= 1


def test_what_was_turned_is_sent_and_its_count_comes_back(quick: Mounted):
    quick.page.locator(".knob").nth(1).focus()
    quick.page.keyboard.press("ArrowRight")
    sent = quick.sent_last("recipe")
    assert (sent["edit"], sent["network"], sent["modulus"]) == (1, "digest", 17)
    assert [dial["target"] for dial in sent["dials"]] == [5, -6, 2.5]
    late = counted(TURNED, live=live(with_bytes=False))
    quick.give(late)  # the count of before: it is not shown as the new one
    assert quick.page.locator(".console.stale").count() == 1
    assert quick.told(".knob >> nth=1", "aria-valuenow") == "-6"
    moved = replace(TURNED, dials=(TURNED.dials[0], Dial(3, Turn(-6)), TURNED.dials[2]))
    quick.give(counted(moved, edit=1, live=live(with_bytes=False)))
    assert quick.page.locator(".console.stale").count() == 0
    quick.page.wait_for_function(
        "() => inside.querySelector('.truth').textContent === 'Browser and server agree on every pair.'"
    )


def test_while_a_hand_is_on_a_dial_what_comes_is_not_shown(quick: Mounted):
    quick.page.locator(".knob").first.evaluate(
        "(knob) => knob.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))"
    )
    quick.give(counted(TURNED, live=live(with_bytes=False)))
    assert quick.told(".knob", "aria-valuenow") == "6"
    assert quick.sent_last("recipe")["dials"][0]["target"] == 6


def test_the_weights_are_asked_for_once_they_are_missed(opened):
    console = opened(data=counted(TURNED, live=live(with_bytes=False)))
    assert [name for name, _ in console.sent if name != "pair"] == ["weights"]
    assert console.page.locator(".console.live").count() == 0
    console.give(counted(TURNED, live=live(with_bytes=True)))
    console.page.wait_for_function("() => inside.querySelector('.truth').textContent")
    assert console.page.locator(".console.live").count() == 1
    console.give(counted(TURNED, live=live(with_bytes=False)))
    assert [name for name, _ in console.sent if name != "pair"] == ["weights"]


def test_a_body_that_the_kernel_does_not_know_is_counted_on_the_server(console: Mounted):
    assert console.text(".truth") == "This body is counted on the server, when you let go."
    console.page.locator(".knob").first.focus()
    console.page.keyboard.press("ArrowRight")
    assert console.text(".share") == "61.25%"
    assert console.page.locator(".console.stale").count() == 1


def test_a_setting_that_the_kernel_leaves_to_the_server(quick: Mounted):
    foreign = Recipe(17, (Dial(2, Turn(5)), *TURNED.dials[1:]))
    quick.give(counted_elsewhere(foreign))
    quick.page.wait_for_function("() => inside.querySelector('.truth').textContent.startsWith('This setting')")
    assert quick.text(".truth") == "This setting is counted on the server, when you let go."
    assert quick.page.locator(".console.live").count() == 0


def counted_elsewhere(recipe: Recipe) -> dict:
    return console_data(recipe, edit=0, live=live(with_bytes=False))


# What the network answers


def test_of_a_pair_that_is_not_right_the_answer_is_asked_for_and_shown(console: Mounted):
    states = states_of(17)
    a, b = next((a, b) for a, b in (states == State.WRONG).nonzero().tolist() if a != b)
    console.page.fill("[data-operand=a]", str(a))
    console.page.fill("[data-operand=b]", str(b))
    console.page.wait_for_function(
        f"() => sent.some(([name, pair]) => name === 'pair' && pair.a === {a} && pair.b === {b})"
    )
    answer = {"pair": {"a": a, "b": b}, "said": "wrong, it answers 5", "classes": [5]}
    console.give(console_data(answer=answer))
    assert console.text(".pair-state") == "the network: wrong, it answers 5"
    assert (console.text(".digits"), console.told(".digits", "data-state")) == ("5", "wrong")
    asked = len(console.all_sent("pair"))
    console.give(console_data(answer=answer))
    assert len(console.all_sent("pair")) == asked
    console.give(console_data(network="another", states=states))
    assert console.text(".pair-state") == "the network: wrong"
    assert console.text(".digits") == "…"


def test_of_a_pair_that_is_right_nothing_is_asked(opened):
    right = console_data(states=torch.full((17, 17), int(State.RIGHT)))
    console = opened(data=right)
    console.page.fill("[data-operand=a]", "3")
    assert console.all_sent("pair") == []
    assert console.text(".pair-state") == "the network: right"


# Hands that turn


def test_hands_go_from_where_they_stood_to_where_they_are_set(opened):
    console = opened(
        reduced_motion="no-preference", data=console_data(Recipe(17, (Dial(1, Turn(3)), Dial(4, Turn(2)))))
    )
    console.clock.install(time=0)
    console.clock.pause_at(1000)
    moved = console_data(Recipe(17, (Dial(1, Turn(7)), Dial(4, Turn(2)))))
    console.page.evaluate("(data) => give(data)", moved)
    knob = lambda steps: [60 + 48 * math.sin(2 * math.pi * steps / 17), 60 - 48 * math.cos(2 * math.pi * steps / 17)]  # noqa: E731
    assert console.numbers(".knob", "cx", "cy") == [
        [pytest.approx(x) for x in knob(3)],
        [pytest.approx(x) for x in knob(2)],
    ]
    console.clock.run_for(350)
    [[x, y], _] = console.numbers(".knob", "cx", "cy")
    assert [x, y] == [pytest.approx(each, abs=2) for each in knob(7 - 4 * 0.5**3)]
    console.clock.run_for(1000)
    assert console.numbers(".knob", "cx", "cy")[0] == [pytest.approx(x) for x in knob(7)]


def test_whoever_takes_hold_of_a_hand_finds_it_where_it_is_set(opened):
    console = opened(
        reduced_motion="no-preference", data=console_data(Recipe(17, (Dial(1, Turn(3)), Dial(4, Turn(2)))))
    )
    console.clock.install(time=0)
    console.clock.pause_at(1000)
    console.page.evaluate("(data) => give(data)", console_data(Recipe(17, (Dial(1, Turn(7)), Dial(4, Turn(2))))))
    console.page.locator(".knob").nth(1).evaluate(
        "(knob) => knob.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))"
    )
    console.page.locator(".knob").nth(0).evaluate(
        "(knob) => knob.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))"
    )
    [[x, y], _] = console.numbers(".knob", "cx", "cy")
    assert [x, y] == pytest.approx([60 + 48 * math.sin(2 * math.pi * 8 / 17), 60 - 48 * math.cos(2 * math.pi * 8 / 17)])


def test_one_dial_fewer_and_one_more(console: Mounted):
    console.give(console_data(Recipe(17, APART.dials[:1])))
    assert console.texts(".dial-name b") == ["1"]
    console.give(console_data(APART))
    assert console.texts(".dial-name b") == ["1", "3", "4"]
