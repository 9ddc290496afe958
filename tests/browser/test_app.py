"""A visitor in a real browser."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from models import zoo
from models.evaluation.certificate import parse_certificate
from models.formats.registry import network_from_bytes, network_to_bytes
from models.surgery.recipe import Recipe
from tests.browser.serving import DROP_ZONE
from tests.browser.walking import go_to, settled
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DARK = {"color_scheme": "dark"}


def test_the_first_half_minute(visit):
    page = visit.open_play()
    assert visit.right() == 113**2
    page.click(".prompt-action")
    assert visit.right() > 0.999 * 127**2
    assert page.input_value(".wheel-number input") == "127"
    page.click(".prompt-action")
    assert visit.right() == 0
    assert "16,384 undecided" in page.inner_text(".counted")
    page.click(".prompt-action")
    assert visit.right() == 128**2
    assert page.inner_text(".prompt-text").startswith(
        "Mod 128, all pairs are right, and no weight of the body was changed"
    )
    assert visit.errors == []


def test_no_request_leaves_the_machine_on_any_page(visit):
    page = visit.open_play()
    for file in ("twelve_oclock.py", "look_inside.py", "your_network.py", "play.py"):
        go_to(page, file)
        settled(page)
    assert visit.foreign == []
    assert visit.errors == []


def test_dragging_a_dial_changes_what_is_counted(visit):
    page = visit.open_play()
    before = visit.right()
    knob = page.locator(".knob").nth(2).bounding_box()
    face = page.locator(".dial svg").nth(2).bounding_box()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.keyboard.down("Alt")  # off the whole steps: the wave no longer closes
    page.mouse.move(face["x"] + face["width"] / 3, face["y"] + 10, steps=8)
    expect(page.locator(".console.stale")).to_have_count(1)  # an old count is never shown as the new one
    page.mouse.up()
    page.keyboard.up("Alt")
    after = visit.right()
    assert after < before
    page.click("[data-action=reset]")
    assert visit.counts_change_from(after) == before


def test_detuning_breaks_the_pairs_that_wrap_and_leaves_the_others(visit):
    page = visit.open_play()
    number = page.locator(".dial-name input[type=number]").first
    target = float(number.input_value())
    number.fill(str(target + 0.5))
    number.press("Enter")
    visit.counts_change_from(113**2)
    wrapping, others = (part.split()[-1] for part in page.inner_text(".split").split(";")[0].split(","))
    assert float(others.strip("%")) > 99.9
    assert float(wrapping.strip("%< ")) < 1


def test_what_is_being_typed_is_not_lost_to_an_answer_that_comes_meanwhile(visit):
    page = visit.open_play()
    page.wait_for_selector(".console.live")
    page.fill(".wheel-number input", "97")
    page.emulate_media(color_scheme="dark")  # the console is drawn again, with what the server last said
    page.wait_for_timeout(1000)
    page.press(".wheel-number input", "Enter")
    assert visit.counts_change_from(113**2) == 97**2
    page.fill(".wheel-number input", "999")
    page.press(".wheel-number input", "Enter")
    expect(page.locator(".wheel-number input")).to_have_value("97")


def test_find_dials_turns_hands_that_do_not_suit_into_hands_that_do(visit):
    page = visit.open_play()
    page.fill(".wheel-number input", "97")
    page.press(".wheel-number input", "Enter")
    visit.counts_change_from(113**2)
    for number in page.locator(".dial-name input[type=number]").all():
        number.fill("3")
        number.press("Enter")
    before = visit.right()
    page.click("[data-action=find]")
    assert visit.counts_change_from(before) == 97**2


def test_everything_on_play_by_keyboard_alone(visit):
    page = visit.open_play()
    page.focus(".tape")
    page.keyboard.press("ArrowRight")
    before = visit.counts_change_from(113**2)
    assert page.input_value(".wheel-number input") == "114"
    focused = "() => document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label') ?? ''"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "Dial of frequency 43":
            break
    for _ in range(5):
        page.keyboard.press("Alt+ArrowUp")
    assert visit.counts_change_from(before) < before


def test_the_map_picks_a_pair_and_turns(visit):
    page = visit.open_play()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    for name in "ab":
        expect(page.locator(f"[data-operand={name}]")).to_have_value("0")
    page.fill("[data-operand=a]", "100")
    expect(page.locator(".equals")).to_contain_text("≡ ")
    expect(page.locator(".digits")).to_have_text("100")
    page.click("[data-view=diamond]")
    expect(page.locator(".axes")).to_contain_text("a − b ↑")


def test_every_modulus_streams_in_and_can_be_stopped(visit):
    page = visit.open_play()
    page.click("[data-action=sweep]")
    page.wait_for_function("() => document.querySelectorAll('.stale').length === 0")
    page.wait_for_selector(".operated >> nth=8", state="attached")
    page.click("[data-action=stop]")
    page.wait_for_selector("[data-action=sweep]")
    stopped = page.locator(".operated").count()
    page.wait_for_timeout(1500)
    assert page.locator(".operated").count() == stopped < 255
    chart = page.locator(".reach-holder svg").bounding_box()
    page.mouse.click(chart["x"] + chart["width"] - 10, chart["y"] + 40)  # its right end: 256, counted first
    assert visit.counts_change_from(113**2) == 256**2


def test_a_real_checkpoint_opens_and_its_dial_moves(visit, shared):
    page = visit.open_play()
    go_to(page, "your_network.py")
    page.locator(DROP_ZONE).set_input_files(shared / "chughtai" / "C113_T_seed1.pt")
    page.get_by_text("It adds angles on 3 dials").wait_for()
    page.get_by_text("16, 30, 56").first.wait_for()
    go_to(page, "play.py")
    page.wait_for_selector(".share:not(:empty)")
    expect(page.locator(".dial")).to_have_count(3)
    before = visit.right()
    page.focus(".knob >> nth=0")
    page.keyboard.press("ArrowUp")
    assert visit.counts_change_from(before) < before
    assert visit.errors == []


def test_every_ending_that_checkpoints_have_opens(visit, tmp_path):
    page = visit.open_play()
    go_to(page, "your_network.py")
    network = hand_built_mlp(13, (1, 3, 4))
    for number, name in enumerate(("a.pth.tar", "b.bin", "c.ckpt", "d"), start=2):
        data = network_to_bytes(network.map_tensors(lambda x, n=number: n * x), ".pt", {})
        expect(page.locator(DROP_ZONE)).to_have_count(1)  # after a drop, a new one comes
        page.locator(DROP_ZONE).set_input_files({"name": name, "mimeType": "", "buffer": data})
        page.get_by_text(f"{name} · He et al. one-hot MLP · mod 13").wait_for()
    expect(page.locator(DROP_ZONE)).to_have_count(1)
    page.locator(DROP_ZONE).set_input_files({"name": "p.png", "mimeType": "", "buffer": b"\x89PNG\r\n"})
    page.get_by_text("p.png is not a checkpoint").wait_for()  # our own sentence, not the browser's
    assert visit.errors == []


@pytest.mark.parametrize("cut", [40, 5000])
def test_a_broken_file_gives_one_sentence_and_keeps_the_network(visit, tmp_path, cut):
    page = visit.open_play()
    go_to(page, "your_network.py")
    broken = tmp_path / "broken.pt"
    broken.write_bytes(b"PK\x03\x04" + b"x" * cut)
    page.locator(DROP_ZONE).set_input_files(broken)
    page.get_by_text("broken.pt cannot be read as a PyTorch checkpoint").wait_for()
    assert "The network in use is transformer-113" in page.inner_text("[data-testid=stAlert]")
    go_to(page, "play.py")
    page.wait_for_selector(".share:not(:empty)")
    assert visit.right() == 113**2


def test_the_downloads_hold_what_is_on_the_screen(visit, tmp_path):
    page = visit.open_play()
    page.click(".prompt-action")
    visit.counts_change_from(113**2)
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as recipe:
        page.get_by_role("button", name="Recipe (.json)").click()
    recipe.value.save_as(tmp_path / "recipe.json")
    assert Recipe.from_json(json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8"))).modulus == 127
    with page.expect_download() as network:
        page.get_by_role("button", name="Operated network").click()
    network.value.save_as(tmp_path / "operated.safetensors")
    assert network_from_bytes((tmp_path / "operated.safetensors").read_bytes(), "operated.safetensors").modulus == 127


def test_an_upload_is_operated_and_downloaded_with_its_certificate(visit, tmp_path):
    """Files are made outside of the run of the session, whose caches hold what is of an upload."""
    page = visit.open_play()
    go_to(page, "your_network.py")
    uploaded = hand_built(13, (1, 3, 4))
    data = network_to_bytes(uploaded, ".safetensors", {})
    page.locator(DROP_ZONE).set_input_files({"name": "mine.safetensors", "mimeType": "", "buffer": data})
    page.get_by_text("Opened from your files").wait_for()
    go_to(page, "play.py")
    page.get_by_text("learned to add mod 13").first.wait_for()
    visit.right()
    page.get_by_role("button", name="Save").click()
    for name in ("Operated network", "Certificate"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / name)
    operated = network_from_bytes((tmp_path / "Operated network").read_bytes(), "operated.safetensors")
    said = parse_certificate((tmp_path / "Certificate").read_bytes(), "certificate.json")
    assert (operated.modulus, said.source_digest, said.operated_digest) == (13, uploaded.digest, operated.digest)
    assert visit.errors == []


@pytest.mark.parametrize("visit", [PHONE, {**PHONE, **DARK}, DARK], indirect=True, ids=["phone", "dark phone", "dark"])
def test_no_page_is_wider_than_the_window(visit):
    page = visit.open_play()
    for address in ("", "look-inside", "your-network"):
        page.goto(f"{visit.address}/{address}")
        settled(page)
        overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, address


def test_two_visitors_do_not_see_each_other(chromium, server, shared, visit):
    page = visit.open_play()
    go_to(page, "your_network.py")
    page.locator(DROP_ZONE).set_input_files(shared / "chughtai" / "C113_T_seed3.pt")
    page.get_by_text("It adds angles on 4 dials").wait_for()
    stranger = chromium.new_context().new_page()
    stranger.goto(f"{server}/your-network")
    stranger.get_by_text("It adds angles on 5 dials").wait_for()
    assert "C113_T_seed3" not in stranger.content()
    stranger.context.close()


def test_another_network_takes_the_console_over_after_an_edit(visit):
    page = visit.open_play()
    page.click(".prompt-action")
    visit.counts_change_from(113**2)
    page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").click()
    page.get_by_role("option", name="one-hot-97").click()
    page.get_by_text("learned to add mod 97").wait_for()
    assert visit.counts_change_from(127**2 - 1) == 97**2
    expect(page.locator(".wheel-number input")).to_have_value("97")


def test_what_is_turned_while_another_network_comes_is_not_done_to_that_one(visit):
    page = visit.open_play()
    visit.right()
    page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").click()
    page.get_by_role("option", name="mlp-113").click()
    page.fill(".wheel-number input", "127")
    page.press(".wheel-number input", "Enter")
    expect(page.locator(".dial-name b")).to_have_text([str(k) for k in zoo.card("mlp-113")["key_frequencies"]])
    assert visit.right() in (113**2, 127**2)  # as it came, or turned by its own hands
    assert visit.errors == []


def choose_by_keys(page: Page, name: str, modulus: int) -> None:
    page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").focus()
    page.keyboard.type(name)
    page.get_by_role("option", name=name).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text(f"learned to add mod {modulus}").first.wait_for()


def test_a_hand_that_is_held_while_another_network_comes_draws_its_own_waves(visit):
    page = visit.open_play()
    visit.right()
    choose_by_keys(page, "one-hot", 97)
    expect(page.locator(".knob")).to_have_count(48)
    visit.right()
    knob = page.locator(".knob").filter(visible=True).first.bounding_box()  # six of the dials are drawn
    at = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 4, at[1] + 4)
    choose_by_keys(page, "transformer", 113)
    page.wait_for_timeout(1000)
    page.mouse.move(at[0] + 8, at[1] - 9, steps=4)
    page.mouse.up()
    expect(page.locator(".knob")).to_have_count(5)
    assert visit.right() == 113**2
    assert visit.errors == []


class Sweep:
    """The sweep of Any base, as a visitor drives it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        go_to(page, "any_base.py")
        page.wait_for_timeout(1000)  # Streamlit loses a press in a fragment while the page is still being made
        self.start = page.get_by_role("button", name=re.compile("Count every modulus|Count them again"))
        self.stop = page.get_by_test_id("stHorizontalBlock").get_by_role("button", name="Stop")
        self.told = page.get_by_text("of 255 moduli searched and counted")
        expect(self.start).to_be_visible()

    def counted(self) -> int:
        """Those of this visit; nothing is told of them before the first."""
        return int(self.told.inner_text().split(" of ")[0]) if self.told.count() else 0

    def start_and_see_some(self) -> None:
        before = self.counted()
        self.start.click()
        self.told.wait_for()
        expect(self.told).not_to_have_text(re.compile(rf"^{before} of"))
        assert self.counted() > before

    def assert_stopped(self) -> None:
        expect(self.start).to_be_enabled()
        expect(self.stop).to_be_disabled()
        stopped = self.counted()
        self.page.wait_for_timeout(1500)
        assert self.counted() == stopped < 255


def test_what_comes_counted_is_there_at_once(visit):
    page = visit.open_play()
    go_to(page, "any_base.py")
    page.get_by_text("Reach 256").wait_for()
    expect(page.locator("[data-testid=stPlotlyChart] .scatterlayer .points path")).to_have_count(
        255 + 1
    )  # the untouched at 113
    go_to(page, "evidence.py")
    expect(page.locator(".st-key-controls .ytick")).to_have_count(11)
    expect(page.get_by_text("shuffle 3", exact=True)).to_be_visible()
    assert visit.errors == []


def test_the_page_of_an_upload_begins_to_count_by_itself_and_is_whole(visit):
    page = visit.open_play()
    go_to(page, "your_network.py")
    data = network_to_bytes(hand_built(13, (1, 3, 4)), ".safetensors", {})
    page.locator(DROP_ZONE).set_input_files(
        {"name": "small.safetensors", "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_text("It adds angles on 3 dials").wait_for()
    sweep = Sweep(page)
    sweep.told.wait_for()
    expect(sweep.told).to_have_text(re.compile("^[1-9]"))
    page.get_by_role("button", name="Check").click()  # below what is counted, and nothing that it shows is lost
    page.get_by_text("Counted on all pairs, dials unmoved").wait_for()
    expect(sweep.stop).to_be_enabled()
    sweep.stop.click()
    sweep.assert_stopped()
    assert visit.errors == []


def test_a_sweep_of_every_modulus_can_be_stopped_and_go_on(visit):
    sweep = Sweep(visit.open_play())
    for _ in range(3):
        sweep.start_and_see_some()
        sweep.stop.click()
        sweep.assert_stopped()
    assert visit.errors == []


def test_what_play_has_counted_any_base_shows_and_the_other_way_round(visit):
    page = visit.open_play()
    page.click("[data-action=sweep]")
    page.wait_for_selector(".operated >> nth=8", state="attached")
    page.click("[data-action=stop]")
    page.wait_for_selector("[data-action=sweep]")
    counted = page.locator(".operated").count()
    sweep = Sweep(page)
    expect(sweep.told).to_have_text(re.compile(rf"^{counted} of"))
    sweep.start_and_see_some()
    sweep.stop.click()
    sweep.assert_stopped()
    counted = sweep.counted()
    go_to(page, "play.py")
    page.get_by_text(f"{counted} of 255 moduli counted").wait_for()
    expect(page.locator(".operated")).to_have_count(counted)


def test_whoever_turns_to_something_else_on_the_page_ends_its_sweep(visit):
    visit.page.goto(f"{visit.address}/?network=mlp-113")  # of which no other test has counted much, for all visitors
    visit.page.wait_for_selector(".share:not(:empty)")
    sweep = Sweep(visit.page)
    for pressed, shown in (("Check", "Guess again"), ("Guess again", "Check"), ("Check", "Guess again")):
        sweep.start_and_see_some()
        visit.page.get_by_role("button", name=pressed).click()
        visit.page.get_by_role("button", name=shown).wait_for()
        sweep.assert_stopped()
    assert visit.page.get_by_test_id("stException").count() == 0


def test_a_press_of_stop_is_heard_beside_what_the_browser_asks_for(visit):
    page = visit.open_play()
    page.wait_for_selector(".console.live")
    page.click("[data-action=sweep]")
    page.wait_for_selector(".operated", state="attached")
    page.evaluate("() => clockworkLive.clear()")  # so that the browser asks for the weights again
    page.click("[data-action=stop]")
    page.emulate_media(color_scheme="dark")  # at once: a redrawn console asks in the same moment
    page.wait_for_selector("[data-action=sweep]")
    page.wait_for_selector(".console.live")
    assert page.locator(".operated").count() < 255
