"""Every page of the one page table runs, shows no error, and answers to its controls."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from streamlit.testing.v1 import AppTest

from dashboard import jobs, shipped
from dashboard.navigation import LANDING, PAGES, STORY, entry_of, next_chapter
from dashboard.session import controls
from models import zoo
from models.experiment.controls import growing_controls
from models.experiment.searched_controls import ANEW, REMARK, BodySearches
from models.formats.registry import network_to_bytes
from models.planner import SearchOptions
from tests.dashboard.words import said_by
from tests.oracles import hand_built

APP = str(Path(__file__).parents[2] / "app.py")
SECONDS = 180


def app_on(file: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS).run()
    return app.switch_page(f"dashboard/pages/{file}").run()


def drop(app: AppTest, name: str, data: bytes) -> None:
    app.file_uploader[0].set_value([(name, data, "application/octet-stream")]).run()


def captions(app: AppTest) -> list[str]:
    return [each.value for each in app.caption]


def trouble(app: AppTest) -> list[str]:
    return [each.value for each in (*app.exception, *app.error)]


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_page_runs_and_heads_with_its_question(entry):
    app = app_on(entry.file)
    assert trouble(app) == []
    assert app.title[0].value == entry.question
    onward = next_chapter(entry.file)
    newcomers = [f"New here? Start with **{STORY[0].title}**"] if entry.file == LANDING else []
    assert [each.proto.label for each in app.main.get("page_link")] == [
        *newcomers,
        *([f"Next: **{onward.title}** · {onward.question} →"] if onward else []),
    ]


def test_every_page_file_is_in_the_menu():
    files = {path.name for path in PAGES[0].path.parent.glob("*.py")} - {"__init__.py"}
    assert files == {entry.file for entry in PAGES}


def test_addresses_that_people_have_links_to_lead_where_they_did():
    files = {entry.url: entry.file for entry in PAGES}
    older = {
        "": "play.py",
        "look-inside": "look_inside.py",
        "any-base": "any_base.py",
        "evidence": "evidence.py",
        "your-network": "your_network.py",
        "for-a-class": "for_a_class.py",
        "glossary": "glossary.py",
    }
    assert older.items() <= files.items()
    assert len(files) == len(PAGES)


def test_every_chapter_leads_to_the_next_and_the_last_to_the_lab():
    following = [next_chapter(entry.file) for entry in PAGES]
    assert following == [*STORY[1:], entry_of("look_inside.py"), *[None] * (len(PAGES) - len(STORY))]


def test_play_counts_what_the_console_sends():
    app = AppTest.from_file(APP, default_timeout=SECONDS).run()
    here = app.session_state["clockwork"]
    opened = here.opened[here.current]
    recipe = here.benches[here.current].recipe
    assert recipe.modulus == opened.network.modulus
    assert set(recipe.targets) == set(zoo.card(opened.name)["key_frequencies"])


def test_look_inside_after_surgery_says_that_it_was_set_by_surgery():
    app = app_on("look_inside.py")
    assert not app.info
    app.segmented_control(key="state ").set_value("after surgery").run()
    assert trouble(app) == []
    assert "set by surgery" in app.info[0].value


def test_look_inside_switches_axis_and_frequency():
    app = app_on("look_inside.py")
    app.toggle[0].set_value(True).run()
    app.selectbox(key="inside  clock frequency").select_index(1).run()
    assert trouble(app) == []


def test_an_upload_becomes_the_network_in_use():
    network = zoo.load(zoo.names()[0])
    changed = network.map_tensors(lambda tensor: tensor + 1e-4 * torch.ones_like(tensor))
    app = app_on("your_network.py")
    drop(app, "mine.pt", network_to_bytes(changed, ".pt", {}))
    assert trouble(app) == []
    here = app.session_state["clockwork"]
    assert here.opened[here.current].name == "mine.pt"
    assert here.current == changed.digest


def broken_files() -> dict[str, tuple[bytes, str]]:
    whole = network_to_bytes(zoo.load("transformer-113"), ".pt", {})
    state = safetensors.torch.load(network_to_bytes(zoo.load("transformer-113"), ".safetensors", {}))
    lacking = {name: tensor for name, tensor in state.items() if name != "blocks.0.mlp.W_out"}
    spoilt = state | {"embed.W_E": state["embed.W_E"].index_fill(0, torch.tensor([3]), torch.nan)}
    return {
        "text": (
            b"these are notes",
            "is not a checkpoint: expected a PyTorch .pt/.pth, a .safetensors, a NumPy .npz or an .onnx file",
        ),
        "cut off": (whole[: len(whole) // 2], "cannot be read as a PyTorch checkpoint"),
        "a tensor missing": (safetensors.torch.save(lacking), "tensor blocks.0.mlp.W_out is missing"),
        "not a number": (safetensors.torch.save(spoilt), "tensor embed.W_E holds 128 values that are NaN or infinite"),
    }


@pytest.mark.parametrize("kind", ["text", "cut off", "a tensor missing", "not a number"])
def test_a_broken_upload_says_why_and_leaves_the_network_in_use(kind):
    data, sentence = broken_files()[kind]
    app = app_on("your_network.py")
    before = app.session_state["clockwork"].current
    drop(app, "notes.pt", data)
    assert app.session_state["clockwork"].current == before
    assert f"notes.pt: {sentence}" in app.error[0].value or f"notes.pt {sentence}" in app.error[0].value
    assert not app.exception


def test_another_choice_survives_the_rerun_after_an_upload():
    network = zoo.load(zoo.names()[0])
    changed = network.map_tensors(lambda tensor: tensor * 1.001)
    app = app_on("your_network.py")
    drop(app, "mine.pt", network_to_bytes(changed, ".pt", {}))
    app.selectbox(key="network_on_page").set_value(network.digest).run()
    app.run()
    assert app.session_state["clockwork"].current == network.digest


def chips_called(app: AppTest, label: str) -> Any:
    return next(group for group in app.button_group if group.label == label)


def test_the_guess_is_judged_by_the_dials_alone():
    app = app_on("any_base.py")
    chips_called(app, "Moduli").set_value([96, 120, 128, 210]).run()
    next(button for button in app.button if button.label == "Check").click().run()
    assert trouble(app) == []
    assert any(text.value.startswith("**Right.**") and "c and c + 64" in text.value for text in app.markdown)
    chips = chips_called(app, "Moduli")
    assert chips.options == ["96 ✓", "111 ✓", "120 ✓", "127 ✓", "128 ✓", "210 ✓"]
    assert chips.value == ["96 ✓", "120 ✓", "128 ✓", "210 ✓"]


def test_chips_say_which_of_a_guess_was_wrong_and_it_can_be_made_again():
    app = app_on("any_base.py")
    chips_called(app, "Moduli").set_value([96, 127]).run()
    pressed(app, "Check")
    assert chips_called(app, "Moduli").options == ["96 ✓", "111 ✓", "120 ✗", "127 ✗", "128 ✗", "210 ✗"]
    assert chips_called(app, "Moduli").proto.disabled
    pressed(app, "Guess again")
    assert chips_called(app, "Moduli").options == ["96", "111", "120", "127", "128", "210"]
    assert not any(text.value.startswith("**Not quite.**") for text in app.markdown)


def test_how_far_it_carries_is_guessed_above_the_curve_and_then_ticked():
    app = app_on("any_base.py")
    assert app.button_group[0].label == "Share of the moduli"  # before the curve and all that is said of it
    assert app.button_group[0].options == ["under 10%", "10% to 90%", "over 90%"]
    app.button_group[0].set_value("10% to 90%").run()
    assert trouble(app) == []
    assert app.button_group[0].options == ["under 10%", "10% to 90% ✗", "over 90% ✓"]
    assert "Counted: at 255 of 255. The curve below shows each of them." in captions(app)


def guess_chips(app: AppTest) -> list:
    return [group for group in app.button_group if "fitted" in group.label]


def test_what_is_expected_of_a_shuffled_body_is_guessed_and_then_ticked():
    app = app_on("evidence.py")
    kept, refitted = guess_chips(app)
    assert kept.options == refitted.options == ["under 10%", "10% to 90%", "over 90%"]
    kept.set_value("over 90%").run()
    guess_chips(app)[1].set_value("10% to 90%").run()
    assert trouble(app) == []
    here = controls_on(app).together
    counted = {control.readout: control.mean for control in here if control.name == "whole body shuffled"}
    assert counted["keep"] < 0.1 < counted["refit"] < 0.9
    assert [group.options for group in guess_chips(app)] == [
        ["under 10% ✓", "10% to 90%", "over 90% ✗"],
        ["under 10%", "10% to 90% ✓", "over 90%"],
    ]
    assert sum(caption.startswith("Counted: ") for caption in captions(app)) == 2


@pytest.mark.parametrize(
    ("file", "between", "answer"),
    [
        ("any_base.py", "Readout", "Accuracy against modulus"),
        ("evidence.py", "Between the numbers", "What was tried, and how it ended"),
    ],
)
def test_a_guess_comes_first_and_its_answer_further_below_without_a_press(file: str, between: str, answer: str):
    said = said_by(app_on(file))
    places = [said.index(each) for each in ("**Guess first.**", between, answer)]
    assert places == sorted(places)


def test_half_steps_add_up():
    app = app_on("evidence.py")
    assert app.metric[0].value == "8"
    assert "3.5 + 4.5 ≡ 8 (mod 113): right." in captions(app)
    app.number_input[0].set_value(60.5).run()
    app.number_input[1].set_value(59.5).run()
    assert app.metric[0].value == "7"
    assert "60.5 + 59.5 ≡ 7 (mod 113): right." in captions(app)


def test_numbers_between_the_half_steps_are_shown_as_typed_and_no_answer_is_called_right():
    app = app_on("evidence.py")
    app.number_input[0].set_value(3.26).run()
    assert app.number_input[0].proto.format == "%g"  # a field that rounded would show another sum
    assert "3.26 + 4.5 ≡ 7.76 (mod 113) lies between two classes, so no answer is right." in captions(app)


def test_a_shuffled_body_loses_what_the_trained_one_does():
    app = app_on("evidence.py")
    shown = next(metric for metric in app.metric if metric.label.startswith("pairs right"))
    assert shown.value == "100%"
    app.slider[0].set_value(100).run()
    shown = next(metric for metric in app.metric if metric.label.startswith("pairs right"))
    assert float(shown.value.strip("%< ")) < 5


def pressed(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run(timeout=4 * SECONDS)


def bench_of(app: AppTest):
    here = app.session_state["clockwork"]
    return here.benches[here.current]


def controls_on(app: AppTest):
    """Those that Evidence shows."""
    return list(bench_of(app).controls.values())[-1]


def nothing_comes_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the zoo's networks either."""
    monkeypatch.setattr(shipped, "sweep_of", lambda _: shipped.SweepThatComes())
    monkeypatch.setattr(shipped, "controls_of", lambda _: None)


def smaller_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seed of each control, no rounds of a search, and few showings: what is shown last is the same."""
    nothing_comes_counted(monkeypatch)
    monkeypatch.setattr(jobs, "SECONDS_AT_ONCE", 60.0)
    monkeypatch.setattr(growing_controls, "__kwdefaults__", growing_controls.__kwdefaults__ | {"seeds": 1})
    few = partial(BodySearches, options=SearchOptions(rounds=0), seeds=2)
    monkeypatch.setattr(controls, "BodySearches", few)


def test_evidence_runs_its_controls_and_the_search_for_shuffled_bodies(monkeypatch: pytest.MonkeyPatch):
    smaller_controls(monkeypatch)
    app = app_on("your_network.py")
    drop(app, "small.safetensors", network_to_bytes(hand_built(13, (1, 3, 4)), ".safetensors", {}))
    app = pressed(app.switch_page("dashboard/pages/evidence.py").run(), "Run the controls")
    assert trouble(app) == []
    names = [(each.name, each.readout) for each in controls_on(app).together]
    assert names[:2] == [("whole body shuffled", "keep"), ("MLP alone shuffled", "keep")]
    assert len(names) == 10
    app = pressed(app, "Search dials for shuffled bodies")
    assert trouble(app) == []
    together = controls_on(app).together
    assert [(each.name, each.readout) for each in together[:-1]] == names
    assert (together[-1].name, len(together[-1].accuracies)) == (ANEW, 2)
    assert together[-1].mean < 0.5 < together[-1].trained
    assert any(caption.value == f"{ANEW}: {REMARK}." for caption in app.caption)


def test_a_search_for_shuffled_bodies_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch):
    smaller_controls(monkeypatch)
    app = pressed(app_on("evidence.py"), "Search dials for shuffled bodies")
    first = controls_on(app).anew
    controls_on(app).anew = replace(first, accuracies=(0.5,), wanted=2)
    app = pressed(app.run(), "Search dials for shuffled bodies")
    assert controls_on(app).anew.accuracies == (0.5, first.accuracies[1])
    assert trouble(app) == []
    assert next(button for button in app.button if button.label == "Stop").disabled  # nothing is left to stop


def test_an_mlp_without_a_body_offers_no_search_for_shuffled_ones():
    app = app_on("evidence.py")
    here = app.session_state["clockwork"]
    one_hot = next(digest for digest, each in here.opened.items() if each.name == "one-hot-97")
    app.selectbox(key="network_in_sidebar").set_value(one_hot).run()
    assert trouble(app) == []
    assert next(button for button in app.button if button.label == "Search dials for shuffled bodies").disabled


def test_what_play_has_swept_any_base_shows(monkeypatch: pytest.MonkeyPatch):
    nothing_comes_counted(monkeypatch)
    app = AppTest.from_file(APP, default_timeout=SECONDS).run()
    bench_of(app).swept = 5
    app.switch_page("dashboard/pages/any_base.py").run()
    assert trouble(app) == []
    assert "5 of 255 moduli searched and counted" in str(app.get("progress")[0].proto)
    keep = next(trace for trace in json.loads(app.get("plotly_chart")[0].proto.spec)["data"] if trace["name"] == "keep")
    assert len(keep["x"]) == 5


def test_fitted_readouts_of_any_base_stand_beside_their_controls():
    app = app_on("any_base.py")
    bench_of(app).swept = 3
    bench_of(app).fitted = {"calibrate": 3, "refit": 2}
    next(each for each in app.button_group if each.label == "Readout").set_value(["keep", "calibrate", "refit"]).run()
    assert trouble(app) == []
    traces = {trace["name"] for trace in json.loads(app.get("plotly_chart")[0].proto.spec)["data"]}
    assert traces >= {"keep", "calibrate", "refit", "cosines alone, the same dials"}
    assert {f"the same {readout} on shuffled bodies" for readout in ("calibrate", "refit")} <= traces
    assert "calibrate and its control at 3; refit and its control at 2" in str(app.get("progress")[0].proto)
