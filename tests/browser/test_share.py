"""Links, undoing, presets, recipe files and the search, in a real browser."""

import json

import pytest
from playwright.sync_api import Page, expect

from dashboard.recipes.presets import presets_for
from models import zoo
from models.evaluation import evaluate
from models.surgery.recipe import LONGEST_FILE
from models.surgery.transplant import transplant
from tests.browser.serving import DROP_ZONE
from tests.browser.walking import go_to, settled
from tests.dashboard.test_restore import bytes_of
from tests.mlps import hand_built_mlp

HALF_STEPS = "Halve it"


def turned_half_a_step(visit) -> Page:
    """*Turn it* with phases, readouts of their own and the map on its corner: all that a link has to carry."""
    page = visit.open_play()
    page.get_by_role("button", name=HALF_STEPS).click()
    page.wait_for_selector(".presets [aria-pressed=true]")
    page.click("[data-view=diamond]")
    page.fill("[data-operand=a]", "9")
    page.wait_for_function("() => location.search.includes('pair=9.4')")
    return page


def seen(page: Page) -> dict[str, object]:
    """What a visitor sees of a setting."""
    page.wait_for_selector(".share:not(:empty)")
    page.wait_for_selector(".console:not(.stale)")
    return {
        "counted": page.inner_text(".counted"),
        "targets": [each.input_value() for each in page.locator(".dial-name input[type=number]").all()],
        "phases": [each.input_value() for each in page.locator("input.phase").all()],
        "pressed": page.inner_text(".presets [aria-pressed=true]"),
        "view": page.get_attribute("[data-view=diamond]", "aria-pressed"),
        "pair": [page.input_value(f"[data-operand={name}]") for name in "ab"],
    }


def test_a_copied_link_shows_a_stranger_the_same(visit, chromium):
    page = turned_half_a_step(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click(".copy")
    page.get_by_role("button", name="Link copied").wait_for()
    link, expected = page.evaluate("() => navigator.clipboard.readText()"), seen(page)
    context = chromium.new_context()
    stranger = context.new_page()
    stranger.goto(link)
    assert seen(stranger) == expected
    assert expected["pressed"] == HALF_STEPS
    assert expected["pair"] == ["9", "4"]
    context.close()
    assert visit.errors == []


def seen_of_file(page: Page) -> dict[str, object]:
    """What a visitor sees of a file: how it was read, and every figure of it."""
    page.get_by_text("Read as").first.wait_for()
    settled(page)
    return {
        "read": page.get_by_text("Read as").first.inner_text().partition("why:")[0],
        "figures": page.locator("[data-testid=stMetricValue]").all_inner_texts(),
        "found": page.get_by_test_id("stTable").first.inner_text(),
    }


def test_a_link_to_a_file_that_was_read_otherwise_shows_a_stranger_the_same(visit, chromium):
    page, of_file = visit.open_play(), bytes_of(hand_built_mlp(13, (1, 3, 4)))
    go_to(page, "your_network.py")
    page.locator(DROP_ZONE).set_input_files({"name": "mine.pt", "mimeType": "", "buffer": of_file})
    page.get_by_text("mine.pt").first.wait_for()
    by_itself = seen_of_file(page)
    page.get_by_text("Read it otherwise").click()
    page.get_by_label("It computes x·a + y·b with x").fill("2")
    page.get_by_label("and y").fill("3")
    page.get_by_role("button", name="Read it so").click()
    page.wait_for_function("() => location.search.includes('_operation~2~3')")
    expected = seen_of_file(page)
    assert expected["figures"] != by_itself["figures"]
    context = chromium.new_context()
    stranger = context.new_page()
    stranger.goto(page.url)
    stranger.get_by_text("Open the very same file").wait_for()
    settled(stranger)
    stranger.locator(DROP_ZONE).set_input_files({"name": "theirs.pt", "mimeType": "", "buffer": of_file})
    stranger.get_by_text("said by the link that was opened").wait_for()
    assert seen_of_file(stranger) == expected
    assert stranger.url == page.url
    context.close()
    assert visit.errors == []


def test_settings_outlive_a_reload_and_another_page_and_leave_the_history_alone(visit):
    page = turned_half_a_step(visit)
    expected, query = seen(page), page.evaluate("() => location.search")
    steps = page.evaluate("() => history.length")
    page.reload()
    assert seen(page) == expected
    assert page.evaluate("() => history.length") == steps
    go_to(page, "your_network.py")
    page.get_by_role("heading", name="What is in my file?").wait_for()
    page.wait_for_function("(query) => location.search === query", arg=query)
    go_to(page, "play.py")
    assert seen(page) == expected
    assert page.evaluate("() => location.search") == query
    page.go_back()
    page.get_by_role("heading", name="What is in my file?").wait_for()
    assert visit.errors == []


def test_a_whole_drag_is_undone_and_redone_by_keys(visit):
    page = visit.open_play()
    before = visit.right()
    assert page.locator("[data-action=undo]").is_disabled()
    knob, face = (page.locator(name).nth(2).bounding_box() for name in (".knob", ".dial svg"))
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.keyboard.down("Alt")
    page.mouse.move(face["x"] + face["width"] / 3, face["y"] + 10, steps=8)
    page.mouse.up()
    page.keyboard.up("Alt")
    after = visit.counts_change_from(before)
    page.keyboard.press("Control+z")
    assert visit.counts_change_from(after) == before
    assert page.locator("[data-action=undo]").is_disabled()
    page.keyboard.press("Control+Shift+Z")
    assert visit.counts_change_from(before) == after


KEY = """([key, code, shiftKey]) => {
  document.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, ctrlKey: true }))
}"""


def test_undoing_by_keys_on_every_keyboard(visit):
    page = visit.open_play()
    before = visit.right()
    page.click(".prompt-action")
    after = visit.counts_change_from(before)
    for letter, code in (("я", "KeyZ"), ("ζ", "KeyZ"), ("z", "KeyW"), ("z", "KeyY")):
        page.evaluate(KEY, ["w", "KeyZ", False])  # where a French keyboard has its w
        page.evaluate(KEY, [letter, code, False])
        assert visit.counts_change_from(after) == before, (letter, code)
        page.evaluate(KEY, [letter.upper(), code, True])
        assert visit.counts_change_from(before) == after, (letter, code)


def test_a_link_that_went_through_html_sets_everything_and_the_address_is_mended(visit):
    page = visit.page
    query = "network=transformer-113&mod=97&dials=5~7_6~12_43~31_45~20_52~41&view=diamond&pair=9.4"
    page.goto(f"{visit.address}/?{query.replace('&', '&amp;')}")
    expected = {"targets": ["7", "12", "31", "20", "41"], "view": "true", "pair": ["9", "4"]}
    page.wait_for_selector(".share:not(:empty)")
    assert page.input_value(".wheel-number input") == "97"
    assert [each.input_value() for each in page.locator(".dial-name input[type=number]").all()] == expected["targets"]
    assert page.get_attribute("[data-view=diamond]", "aria-pressed") == expected["view"]
    assert [page.input_value(f"[data-operand={name}]") for name in "ab"] == expected["pair"]
    page.wait_for_function("() => !location.search.includes('amp;')")
    assert page.evaluate("() => location.search") == f"?{query}"


def test_each_preset_sets_what_was_computed_for_the_network(visit):
    page, network = visit.open_play(), zoo.load("transformer-113")
    for preset in presets_for(network):
        button = page.locator(".presets button").filter(has_text=preset.label)
        if not preset.challenge:
            page.click(".more summary")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert page.inner_text(".preset-sentence") == preset.sentence
        assert visit.right() == evaluate(transplant(network, preset.recipe)).counts.right
        page.locator(".truth:not(:empty)").wait_for()
        assert page.get_attribute(".console", "data-differs") == "0"
    page.click(".more summary")
    page.get_by_role("button", name="Swap two dials").click()
    page.get_by_text("Same on all tables").first.wait_for()
    page.get_by_role("button", name="Same on all tables").first.click()
    page.wait_for_function("() => (location.search.match(/~\\d+b/g) ?? []).length === 1")
    assert visit.errors == []


def open_recipe(page: Page, file: object) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open recipe").click()
    chooser.value.set_files(file)


def test_a_recipe_file_opens_and_another_networks_is_refused(visit, tmp_path):
    page = visit.open_play()
    own, foreign = tmp_path / "own.json", tmp_path / "foreign.json"
    dials = [{"frequency": k, "target": k} for k in zoo.card("transformer-113")["key_frequencies"]]
    foreign.write_text(json.dumps({"clockwork_recipe": 1, "modulus": 100, "dials": dials[1:]}), encoding="utf-8")
    own.write_text(json.dumps({"clockwork_recipe": 1, "modulus": 100, "dials": dials}), encoding="utf-8")
    open_recipe(page, foreign)
    page.get_by_text("choose the network that the recipe was made for").wait_for()
    assert visit.right() == 113**2
    open_recipe(page, own)
    assert visit.counts_change_from(113**2) == 100**2
    assert page.inner_text(".refused") == ""
    open_recipe(page, {"name": "long.json", "mimeType": "", "buffer": b" " * (LONGEST_FILE + 1)})
    page.get_by_text("too large for a recipe").wait_for()


def test_a_search_tells_how_far_it_is_and_can_be_stopped(visit):
    page = visit.page
    own = "_".join(f"{k}~3" for k in zoo.card("one-hot-97")["key_frequencies"])
    page.goto(f"{visit.address}/?network=one-hot-97&mod=200&dials={own}")
    page.wait_for_selector(".share:not(:empty)")
    before = visit.right()
    page.click("[data-action=find]")
    page.get_by_text("of at most 385").wait_for()
    page.click("[data-action=halt]")
    page.wait_for_selector("[data-action=find]")
    assert page.inner_text(".searched") == ""
    assert visit.right() == before
    assert visit.errors == []


@pytest.mark.parametrize(
    ("visit", "fewest", "most"),
    [({"reduced_motion": "no-preference"}, 4, 1000), ({"reduced_motion": "reduce"}, 2, 2)],
    indirect=["visit"],
    ids=["motion", "no motion"],
)
def test_hands_turn_to_the_dials_that_were_found_or_jump(visit, fewest: int, most: int):
    page = visit.page
    page.goto(f"{visit.address}/?network=transformer-113&mod=97&dials=5~3_6~3_43~3_45~3_52~3")
    page.wait_for_selector(".share:not(:empty)")
    before = visit.right()
    page.locator(".knob").first.evaluate(
        """(knob) => {
          window.places = new Set([knob.getAttribute("cx")])
          new MutationObserver(() => places.add(knob.getAttribute("cx"))).observe(knob, { attributes: true })
        }"""
    )
    page.click("[data-action=find]")
    assert visit.counts_change_from(before) == 97**2
    page.wait_for_timeout(1000)
    assert fewest <= page.evaluate("() => places.size") <= most
