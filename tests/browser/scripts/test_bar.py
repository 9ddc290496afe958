"""The bar: presets, steps back and forth, the link, a recipe file, how far a search is; every button's own action."""

import json

import pytest

from dashboard.components.console import recipe_to_console
from models.surgery.recipe import Dial, Recipe, Turn
from tests.browser.scripts.mounted import APART, bar, console_data

OTHER = Recipe(19, (Dial(1, Turn(4)), Dial(3, Turn(-2)), Dial(4, Turn(6))))
PRESETS = [
    {
        "label": "own",
        "sentence": "It is here.",
        "recipe": recipe_to_console(APART),
        "pair": None,
        "here": True,
        "challenge": True,
        "met": True,
    },
    {
        "label": "other",
        "sentence": "It is there.",
        "recipe": recipe_to_console(OTHER),
        "pair": [3, 15],
        "here": False,
        "challenge": True,
        "met": False,
    },
    {
        "label": "none",
        "sentence": "It cannot be.",
        "recipe": None,
        "pair": None,
        "here": False,
        "challenge": False,
        "met": False,
    },
]


def with_bar(**changed) -> dict:
    return console_data(bar=bar(**changed))


@pytest.mark.parametrize(
    "action",
    ["undo", "redo", "find", "balance", "reset", "sweep"],
)
def test_every_button_asks_for_its_own_action(opened, action: str):
    console = opened(data=with_bar(undo=2, redo=1))
    console.page.locator(f"[data-action={action}]").click()
    assert console.all_sent("action") == [{"name": action}]


@pytest.mark.parametrize(("undo", "redo"), [(0, 0), (1, 0), (0, 2)])
def test_steps_are_offered_where_there_are_any(opened, undo: int, redo: int):
    console = opened(data=with_bar(undo=undo, redo=redo))
    assert console.page.locator("[data-action=undo]").is_disabled() == (undo == 0)
    assert console.page.locator("[data-action=redo]").is_disabled() == (redo == 0)


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("Control+z", "undo"),
        ("Control+Shift+Z", "redo"),
        ("Meta+z", "undo"),
        ("Control+Alt+z", None),
        ("z", None),
        ("Control+y", None),
    ],
)
def test_keys_go_back_and_forth(opened, keys: str, asked: str | None):
    console = opened(data=with_bar(undo=1, redo=1))
    console.page.keyboard.press(keys)
    assert console.all_sent("action") == ([{"name": asked}] if asked else [])


def test_keys_go_nowhere_where_there_is_no_step_or_another_field_is_typed_in(opened):
    console = opened(data=with_bar(undo=0, redo=1))
    console.page.keyboard.press("Control+z")
    assert console.all_sent("action") == []
    console.give(with_bar(undo=1))
    console.page.focus("#elsewhere")
    console.page.keyboard.press("Control+z")
    assert console.all_sent("action") == []
    console.page.focus(".tape")
    console.page.keyboard.press("Control+z")
    assert console.all_sent("action") == [{"name": "undo"}]


def test_presets_say_what_they_are_and_which_is_here(opened):
    console = opened(data=with_bar(presets=PRESETS))
    buttons = console.page.locator(".presets button")
    assert buttons.all_text_contents() == ["own", "other", "none"]
    assert [buttons.nth(i).get_attribute("aria-pressed") for i in range(3)] == ["true", "false", "false"]
    assert [buttons.nth(i).get_attribute("aria-disabled") for i in range(3)] == ["false", "false", "true"]
    assert [buttons.nth(i).get_attribute("title") for i in range(3)] == ["done", "", "It cannot be."]
    assert console.texts(".challenges button") == ["own", "other"]
    assert console.texts(".challenges button.met") == ["own"]
    assert console.text(".preset-sentence") == "It is here."
    console.page.locator(".more summary").click()
    buttons.nth(2).click(force=True)
    assert console.text(".preset-sentence") == "It cannot be."
    assert console.all_sent("recipe") == []


def test_a_preset_sets_its_recipe_and_its_pair(opened):
    console = opened(data=with_bar(presets=PRESETS))
    console.page.locator(".presets button").nth(1).click()
    assert console.sent_last("recipe") == {**recipe_to_console(OTHER), "edit": 1, "network": "digest"}
    console.give(console_data(OTHER, edit=1, bar=bar(presets=PRESETS[:1])))
    assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == ["3", "15"]
    assert console.texts(".presets button") == ["own"]


def test_fewer_and_more_presets(opened):
    console = opened(data=with_bar(presets=PRESETS))
    console.give(with_bar(presets=[]))
    assert (console.texts(".presets button"), console.text(".preset-sentence")) == ([], "")
    console.give(with_bar(presets=PRESETS[:2]))
    assert console.texts(".presets button") == ["own", "other"]


@pytest.mark.parametrize(
    ("search", "said", "find"),
    [(None, "", True), ([0, 385], "Searching …", False), ([41, 385], "41 of at most 385", False)],
)
def test_how_far_a_search_is(opened, search, said, find):
    console = opened(data=with_bar(search=search))
    assert console.text(".searched") == said
    assert console.page.locator("[data-action=find]").is_visible() == find
    assert console.page.locator("[data-action=halt]").is_visible() != find


def test_a_search_that_goes_on_changes_nothing_else(opened):
    console = opened(data=with_bar(search=[1, 9]))
    console.give({**with_bar(search=[2, 9], presets=PRESETS), "outcome": {**console_data()["outcome"], "share": "1%"}})
    assert (console.text(".searched"), console.text(".share"), console.texts(".presets button")) == (
        "2 of at most 9",
        "61.25%",
        [],
    )
    console.give({**with_bar(), "outcome": {**console_data()["outcome"], "share": "1%"}})
    assert (console.text(".searched"), console.text(".share")) == ("", "1%")


@pytest.mark.parametrize("balanced", [True, False])
def test_whether_the_dials_are_balanced(opened, balanced: bool):
    console = opened(data=with_bar(balanced=balanced))
    assert console.told("[data-action=balance]", "aria-pressed") == str(balanced).lower()


def test_a_refusal_is_said(opened):
    console = opened(data=with_bar(refused="It is none."))
    assert console.text(".refused") == "It is none."
    console.give(with_bar())
    assert console.text(".refused") == ""


def test_a_file_is_read_to_one_letter_more_than_is_allowed(opened):
    console = opened(data=with_bar(longestFile=10))
    for content, heard in (("short", "short"), ("x" * 50, "x" * 11)):
        with console.page.expect_file_chooser() as chosen:
            console.page.get_by_role("button", name="Open recipe").click()
        chosen.value.set_files({"name": "r.json", "mimeType": "application/json", "buffer": content.encode()})
        console.page.wait_for_function("(text) => sent.some(([, value]) => value.text === text)", arg=heard)
    assert console.sent_last("action") == {"name": "open", "text": "x" * 11}


def test_the_link_is_copied_and_the_button_says_so_for_a_moment(opened):
    console = opened("?other=1", permissions=["clipboard-read", "clipboard-write"], data=with_bar(query={"mod": "17"}))
    console.clock.install()
    console.page.get_by_role("button", name="Copy link").click()
    console.page.get_by_role("button", name="Link copied").wait_for()
    assert console.text(".heard") == "Link copied"
    assert (
        console.on("() => navigator.clipboard.readText()") == console.page.url == "http://localhost/play?other=1&mod=17"
    )
    console.clock.run_for(3000)
    assert console.text(".heard") == "Link copied"
    console.clock.run_for(1500)
    assert (console.text(".copy"), console.text(".heard")) == ("Copy link", "")


def test_where_nothing_may_be_copied_the_link_stands_there(opened):
    console = opened(data=with_bar(query={"mod": "17"}))
    console.on("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    for _ in range(2):
        console.page.locator(".copy").click()
        console.page.locator(".to-copy input").wait_for()
    fields = console.page.locator(".to-copy input")
    assert fields.count() == 1
    assert fields.input_value() == console.page.url
    assert console.told(".to-copy input", "aria-label", "readonly") == ["Link to copy", ""]
    assert console.text(".to-copy").startswith("This browser does not let a page copy; the link:")
    assert console.text(".copy") == "Copy link"
    assert console.on("() => inside.activeElement?.selectionEnd") in (None, len(console.page.url))


@pytest.mark.parametrize("query", [{"mod": "17"}, None])
def test_what_is_too_long_for_a_link_is_said(opened, query):
    console = opened(data=with_bar(query=query))
    assert console.page.locator(".copy").is_disabled() == (query is None)
    too_many = "These settings are too many for a link; save them as a recipe file"
    assert console.told(".copy", "title") == ("" if query else too_many)


def test_what_is_sent_is_json(opened):
    console = opened(data=with_bar(undo=1))
    console.page.keyboard.press("Control+z")
    assert json.dumps(console.all_sent("action")) == '[{"name": "undo"}]'
