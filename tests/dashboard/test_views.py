"""Every view of Look inside, before and after surgery, alone and beside another; and what stands under its figures."""

import io
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

import models
from dashboard import circuit_cache, notebook
from dashboard.foreign_text import in_markdown
from dashboard.session.state import Opened
from dashboard.tables.circuits import neurons_table
from dashboard.tables.spreadsheet import csv
from models import zoo
from models.circuits.gradients import GradientSymmetricity
from models.evaluation import State, evaluate, predictions
from models.formats.registry import network_to_bytes, open_file
from models.formats.series import CheckpointSeries
from models.network import Network
from models.readings import Interpretation, read_network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.dashboard.test_pages import app_on, drop, trouble

VIEWS = ("Tables", "Attention", "Neurons", "Logits", "Measures", "Defects", "Patching")


def inside(view: str) -> AppTest:
    return app_on("look_inside.py").segmented_control(key="view").set_value(view).run()


def after_surgery(app: AppTest, side: str = "") -> AppTest:
    return app.segmented_control(key=f"state {side}").set_value("after surgery").run()


@pytest.mark.parametrize("network", zoo.names())
def test_every_view_shows_every_bundled_network(network: str):
    app = app_on("look_inside.py")
    here = app.session_state["clockwork"]
    here.current = next(key for key, opened in here.opened.items() if opened.name == network)
    for view in VIEWS:
        app.segmented_control(key="view").set_value(view).run()
        assert trouble(app) == [], view
    for view in VIEWS[:-1]:  # patching is of both
        app.segmented_control(key="view").set_value(view).run()
        if view == VIEWS[0]:
            after_surgery(app)
        assert app.segmented_control(key="state ").value == "after surgery"
        assert trouble(app) == [], f"{view} after surgery"


def test_the_views_tested_are_the_views_there_are():
    source = (Path(notebook.__file__).parent / "pages" / "look_inside.py").read_text(encoding="utf-8")
    assert re.findall(r'^    "(\w+)": show_', source, re.MULTILINE) == list(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_two_networks_stand_beside_each_other(view: str):
    app = inside(view)
    opened = app.session_state["clockwork"].opened
    other = next(key for key, each in opened.items() if each.name == "mlp-113")
    app.selectbox(key="beside").set_value(other).run()
    assert trouble(app) == []
    assert app.header[0].value == in_markdown("transformer-113")
    assert in_markdown("mlp-113") in [each.value for each in app.header]


def test_key_frequencies_after_surgery_are_those_that_it_was_trained_with():
    app = inside("Tables")
    assert app.metric[0].label == "Key frequencies"
    assert after_surgery(app).metric[0].label == "Key frequencies as trained"


def test_one_network_stands_before_and_after_surgery_beside_itself():
    app = inside("Neurons")
    here = app.session_state["clockwork"]
    here.benches[here.current].recipe = linked_recipe(97, {5: 7, 6: 12, 43: 31, 45: 20, 52: 41})
    app.selectbox(key="beside").set_value(here.current).run()
    after_surgery(app, "right")
    assert trouble(app) == []
    assert any("for mod 97" in each.value for each in app.caption)


def test_after_surgery_what_was_written_is_marked_and_measures_are_of_the_operated_network():
    app = inside("Measures")
    here = app.session_state["clockwork"]
    here.benches[here.current].recipe = linked_recipe(97, {5: 7, 6: 12, 43: 31, 45: 20, 52: 41})
    trained = [each.value for each in app.markdown]
    after_surgery(app)
    assert trouble(app) == []
    operated = [each.value for each in app.markdown]
    assert [text for text in operated if "Circularity" in text and "set by surgery" in text]
    assert not [text for text in trained if "set by surgery" in text]
    rules = app.dataframe[0].value
    assert set(rules.iloc[0, 1].split(", ")) == {"7", "12", "20", "31", "41"}


def test_damage_on_purpose_is_found_where_it_is_and_repaired():
    app = inside("Defects")
    app.selectbox(key="inside  defects kind").set_value("replaced").run()
    app.number_input[0].set_value(40).run()
    app.button(key="inside  defects find").click().run()
    assert trouble(app) == []
    found = app.dataframe[0].value
    assert found[["table", "number", "dial"]].to_numpy().tolist() == [["operand table a", "40", ""]]
    damaged, repaired = app.metric
    assert (damaged.value == "100%", repaired.value) == (False, "100%")


def test_dials_between_the_numbers_leave_nothing_to_measure_by_and_the_page_says_so():
    app = inside("Measures")
    here = app.session_state["clockwork"]
    here.benches[here.current].recipe = linked_recipe(113, dict.fromkeys((5, 6, 43, 45, 52), 7.5))
    for view in ("Measures", "Tables"):
        app.segmented_control(key="view").set_value(view).run()
        after_surgery(app)
        assert trouble(app) == []
        assert any("No dial stands at a whole frequency" in each.value for each in app.info)
    for view in ("Neurons", "Logits"):
        app.segmented_control(key="view").set_value(view).run()
        assert trouble(app) == []


def test_a_clicked_neuron_and_one_that_is_typed_are_the_same_choice():
    app = inside("Neurons")
    [field] = app.number_input
    table = models.neuron_table(zoo.load("transformer-113"))
    assert field.value == int(table.explained.argmax())
    field.set_value(7).run()
    assert trouble(app) == []
    shown = {each.label: each.value for each in app.metric}
    assert shown["Frequency"] == str(int(table.frequencies[7]))


@pytest.mark.parametrize("view", VIEWS)
def test_no_figure_holds_text_of_a_file(view: str):
    app = app_on("your_network.py")
    data = network_to_bytes(zoo.load("mlp-113").map_tensors(lambda x: 2 * x), ".safetensors", {"note": "<b>Mine</b>"})
    drop(app, "<b>Mine</b>.safetensors", data)
    app.switch_page("dashboard/pages/look_inside.py").run()
    app.segmented_control(key="view").set_value(view).run()
    assert trouble(app) == []
    drawn = "".join(each.proto.spec for each in app.get("plotly_chart"))
    assert "Mine" not in drawn  # Plotly would read its tags
    assert len(drawn) > 1000 or view in ("Attention", "Measures")


def test_a_phase_difference_past_half_a_turn_is_said_to_be_mod_2_pi():
    table = models.neuron_table(zoo.load("transformer-113"))
    plain = table.phases_a + table.phases_b - table.phases_out
    number = int(plain.abs().argmax())
    assert abs(float(plain[number])) > math.pi
    app = inside("Neurons")
    app.number_input[0].set_value(number).run()
    shown = {each.label: each.value for each in app.metric}
    assert shown["D mod 2π"] == f"{math.remainder(float(plain[number]), 2 * math.pi):+.2f} rad"
    assert "D = φ_a + φ_b − ψ mod 2π" in neurons_table(table)


def test_a_pair_of_the_logits_is_told_with_what_the_network_answers():
    app = inside("Logits")
    assert any(each.value.startswith("The network: right. ") for each in app.caption)
    here, recipe = app.session_state["clockwork"], linked_recipe(97, dict.fromkeys((5, 6, 43, 45, 52), 3))
    here.benches[here.current].recipe = recipe
    after_surgery(app)
    operated = transplant(zoo.load("transformer-113"), recipe)
    a, b = (evaluate(operated).states == State.WRONG).nonzero()[5].tolist()
    for name, number in (("a", a), ("b", b)):
        app.slider(key=f"inside  {name} mod 97").set_value(number)
    app.run()
    assert trouble(app) == []
    said = f"The network: wrong, it answers {int(predictions(operated)[a, b])}. "
    assert any(each.value.startswith(said) for each in app.caption)
    shown = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert ["", f"{a} + {b} ≡ {(a + b) % 97} (mod 97)"] in [trace.get("text") for trace in shown]


def test_an_operand_walks_through_all_numbers():
    app = inside("Logits")
    for walk in ("a walks", "b walks"):
        app.segmented_control(key="inside  walk").set_value(walk).run()
        assert trouble(app) == []


def test_patching_begins_where_there_is_something_to_put_back_and_follows_its_field():
    app = inside("Patching")
    assert app.number_input[0].value == 127
    assert any("quick search" in each.value for each in app.caption)
    app.number_input[0].set_value(59).run()
    assert trouble(app) == []
    assert any("mod 59" in each.value for each in app.markdown)


def test_a_slow_measure_is_taken_on_request_and_stays(monkeypatch: pytest.MonkeyPatch):
    told: list[tuple[float, str]] = []

    def slow(_: Network, on_progress: Callable[[int, int], None]) -> GradientSymmetricity:
        on_progress(1250, 5000)
        return GradientSymmetricity(0.75, 12769, 0.0)

    monkeypatch.setattr(circuit_cache, "gradient_symmetricity", slow)
    progress = DeltaGenerator.progress
    monkeypatch.setattr(
        DeltaGenerator,
        "progress",
        lambda bar, value, text=None: told.append((value, text)) or progress(bar, value, text),
    )
    app = inside("Measures")
    [button] = [each for each in app.button if each.label.startswith("Compute")]
    button.click().run()
    assert trouble(app) == []
    assert told == [(0.25, "1,250 of 5,000 pairs, each with all classes; any other control stops it")]
    assert [each for each in app.button if each.label.startswith("Compute")] == []
    assert any(each.value.startswith("### 0.75") for each in app.markdown)


def offering_both() -> None:
    from types import SimpleNamespace

    from dashboard.views.measures import _offer_slow

    for side in ("left", "right"):
        subject = SimpleNamespace(key=lambda name, side=side: f"inside {side} {name}")
        _offer_slow(subject, SimpleNamespace(title="Slow", definition="What.", source="Whose"))


def test_a_slow_measure_is_offered_for_each_of_two_networks_side_by_side():
    app = AppTest.from_function(offering_both).run()
    assert not app.exception
    assert [each.key for each in app.button] == ["inside left slow", "inside right slow"]


@pytest.mark.parametrize(("pairs", "error"), [(300, 0.012), (12769, 0.0)])
def test_a_sampled_gradient_symmetricity_says_that_it_is_one(pairs: int, error: float):
    app = inside("Measures")
    here = app.session_state["clockwork"]
    app.session_state["symmetricity"] = {here.current: GradientSymmetricity(0.8125, pairs, error)}
    app.run()
    assert trouble(app) == []
    assert any("0.8125" in each.value for each in app.markdown)
    assert any("Sampled: 300 pairs" in each.value for each in app.caption) == bool(error)


# The lines for a notebook


def opened_file(tmp_path: Path) -> Opened:
    """An upload whose tensors leave its activation open, and which lies in the folder of the notebook."""
    path = tmp_path / "mine.pt"
    path.write_bytes(network_to_bytes(zoo.load("transformer-113"), ".pt", {}))
    contents = open_file(path)
    interpretation = read_network(contents, chosen={"activation": "gelu"})
    return Opened("mine.pt", interpretation, {}, CheckpointSeries("mine.pt", (0,), (contents,)))


def computed(lines: str) -> object:
    *before, last = lines.splitlines()
    names: dict[str, object] = {}
    exec("\n".join(before), names)  # what the page tells people to run
    return eval(last, names)


def test_the_lines_open_an_upload_as_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened = opened_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = notebook.lines_for(opened, None, "network.digest")
    assert computed(lines) == opened.network.digest
    assert "activation='gelu'" in lines


def test_the_lines_of_an_operated_network_compute_the_operated_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    network = zoo.load("mlp-113")
    opened = Opened("mlp-113", Interpretation(network, "it was trained here"), {})
    plain = linked_recipe(20, {1: 3, 7: -4, 11: 2.5})
    turned = Recipe(20, (Dial(1, Turn(3, 0.5)),))
    (tmp_path / notebook.recipe_file(opened, turned)).write_text(
        pd.Series(turned.to_json()).to_json(), encoding="utf-8"
    )
    for recipe in (plain, turned):
        lines = notebook.lines_for(opened, recipe, "models.evaluate(network).counts")
        assert computed(lines) == models.evaluate(models.transplant(network, recipe)).counts


@pytest.mark.parametrize("view", VIEWS)
def test_all_lines_under_figures_run_as_they_stand(view: str):
    app = after_surgery(inside(view)) if view != "Patching" else inside(view)
    shown = [each.value for each in app.code]
    assert shown
    for lines in shown:
        assert computed(lines) is not None
        assert "\n" in lines


def test_the_data_of_a_figure_are_its_numbers():
    table = models.neuron_table(zoo.load("mlp-113"))
    read = pd.read_csv(io.StringIO(csv(neurons_table(table))))
    assert len(read) == len(table.explained)
    torch.testing.assert_close(torch.tensor(read["explained"].to_numpy()), table.explained, rtol=0, atol=1e-12)
