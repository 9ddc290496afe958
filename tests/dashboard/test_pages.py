"""Every page of the one page table runs, shows no error, and answers to its controls."""

from pathlib import Path

import pytest
import safetensors.torch
import torch
from streamlit.testing.v1 import AppTest

from dashboard.navigation import PAGES
from models import zoo
from models.formats.registry import network_to_bytes

APP = str(Path(__file__).parents[2] / "app.py")
SECONDS = 60


def app_on(file: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS).run()
    return app.switch_page(f"dashboard/pages/{file}").run()


def drop(app: AppTest, name: str, data: bytes) -> None:
    app.file_uploader[0].set_value([(name, data, "application/octet-stream")]).run()


def trouble(app: AppTest) -> list[str]:
    return [each.value for each in (*app.exception, *app.error)]


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_page_runs_and_heads_with_its_question(entry):
    app = app_on(entry.file)
    assert trouble(app) == []
    assert app.title[0].value == entry.question


def test_every_page_file_is_in_the_menu():
    files = {path.name for path in PAGES[0].path.parent.glob("*.py")} - {"__init__.py"}
    assert files == {entry.file for entry in PAGES}


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
    app.segmented_control[0].set_value("after surgery").run()
    assert trouble(app) == []
    assert "set by surgery" in app.info[0].value


def test_look_inside_switches_axis_and_frequency():
    app = app_on("look_inside.py")
    app.toggle[0].set_value(True).run()
    app.selectbox[1].select_index(1).run()
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
            "is not a checkpoint: expected a PyTorch .pt/.pth, a .safetensors or a NumPy .npz file",
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


def test_the_guess_is_judged_by_the_dials_alone():
    app = app_on("any_base.py")
    app.button_group[0].set_value([96, 120, 128, 210]).run()
    next(button for button in app.button if button.label == "Check").click().run()
    assert trouble(app) == []
    assert any(text.value.startswith("**Right.**") and "c and c + 64" in text.value for text in app.markdown)


def test_half_steps_add_up():
    app = app_on("evidence.py")
    assert app.metric[0].value == "3.5 + 4.5 = 8"
    app.number_input[0].set_value(60.5).run()
    assert app.metric[0].value == "60.5 + 4.5 = 65"


def test_a_shuffled_body_loses_what_the_trained_one_does():
    app = app_on("evidence.py")
    shown = next(metric for metric in app.metric if metric.label.startswith("pairs right"))
    assert shown.value == "100%"
    app.slider[0].set_value(1.0).run()
    shown = next(metric for metric in app.metric if metric.label.startswith("pairs right"))
    assert float(shown.value.strip("%< ")) < 5
