"""What crosses between Python and the browser."""

import base64
import json
from dataclasses import asdict

import pytest
import torch
from hypothesis import given

from dashboard.components import console
from dashboard.components.console import (
    answer_data,
    bar_data,
    console_data,
    live_data,
    reach_data,
    recipe_from_console,
    recipe_to_console,
)
from dashboard.components.console_parts import frozen_data, untouched_data
from dashboard.recipes.presets import Preset
from dashboard.recipes.prompts import Prompt
from dashboard.session.state import Bench
from models.analysis.baselines import Baseline
from models.browser.live import LiveNetwork
from models.errors import RecipeError
from models.evaluation import Answer, Counts, RelativeMargins, State, evaluate
from models.experiment.sweep import Reached
from models.surgery.recipe import LONGEST_FILE, Dial, Recipe, Turn
from tests.conftest import ROOT
from tests.dashboard.recipes import recipes
from tests.oracles import oracle


@given(recipes)
def test_a_recipe_survives_the_round_trip(recipe):
    assert recipe_from_console(json.loads(json.dumps(recipe_to_console(recipe)))) == recipe


def test_an_unlinked_phase_turns_the_inputs_only():
    sent = recipe_to_console(Recipe(5, (Dial(1, Turn(1, phase=0.5)),)))
    sent["dials"][0]["linked"] = False
    dial = recipe_from_console(sent).dials[0]
    assert dial.a.phase == 0.5
    assert dial.on_readout.phase == 0.0


def test_an_unlinked_phase_leaves_the_weight_in_the_readout():
    sent = recipe_to_console(Recipe(5, (Dial(1, Turn(1, 0.5, 0.5), weight=0.5),)))
    sent["dials"][0]["linked"] = False
    assert recipe_from_console(sent).dials[0].on_readout == Turn(1, 0.25)


@pytest.mark.parametrize("name", ["single_frequency", "norm_gain"])
def test_only_true_is_a_switch_that_is_on(name: str):
    sent = recipe_to_console(Recipe(5, ()))
    found = [getattr(recipe_from_console(sent | {name: said}), name) for said in (True, "false", 1)]
    assert found == [True, False, False]


PLAIN = {"frequency": 1, "target": 1, "amplitude": 1, "phase": 0, "on": True, "linked": True}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"modulus": 1}, "Modulus 1 is out of range"),
        ({"modulus": 257}, "off the wheel"),
        ({"modulus": "x"}, "no recipe"),
        ({"modulus": 12.7}, "no recipe"),
        ({"harmonics": 2.5}, "no recipe"),
        ({"readout_harmonics": 2.5}, "no recipe"),
        ({"dials": None}, "no recipe"),
        ({"dials": [{"frequency": 1}]}, "no recipe"),
        ({"harmonics": 1000}, "harmonics"),
        (
            {"dials": [{"frequency": 1, "target": 1, "amplitude": 1e9, "phase": 0, "on": True, "linked": True}]},
            "amplitude",
        ),
        (
            {
                "dials": [
                    {"frequency": 1, "target": float("nan"), "amplitude": 1, "phase": 0, "on": True, "linked": True}
                ]
            },
            "finite",
        ),
        ({"dials": [{**PLAIN, "frequency": 1.5}]}, "no recipe"),
        ({"dials": [{**PLAIN, "weight": 11}]}, "weight 11 is out of range"),
        ({"dials": [{**PLAIN, "target": 1e7}]}, "target 1e\\+07 is out of range"),
        ({"dials": [{**PLAIN, "b": {"target": 1}}]}, "no recipe"),
        ({"dials": [{**PLAIN, "readout": 7}]}, "no recipe"),
        ({"dials": [{**PLAIN, "weight": "x"}]}, "no recipe"),
        ({"readout_harmonics": "abc"}, "no recipe"),
        ({"readout_harmonics": [1]}, "no recipe"),
        ({"readout_harmonics": 1e400}, "no recipe"),
        ({"readout_harmonics": 0}, "harmonics"),
        ({"dials": [{**PLAIN, "b": {"target": 1, "amplitude": 99, "phase": 0, "on": True}}]}, "amplitude 99"),
    ],
)
def test_what_a_browser_should_not_send_is_refused(change, message):
    sent = recipe_to_console(Recipe(5, ())) | change
    with pytest.raises(RecipeError, match=message):
        recipe_from_console(sent)


def test_the_map_crosses_byte_by_byte():
    network = oracle(7, {1: 1.0, 2: 1.0})
    evaluation = evaluate(network)
    recipe = Recipe(7, (Dial(1, Turn(1)), Dial(2, Turn(2))))
    data = console_data(
        network="digest",
        title="some.pt",
        recipe=recipe,
        edit=3,
        trained=7,
        evaluation=evaluation,
        margins=RelativeMargins(torch.tensor([[0, 255]], dtype=torch.uint8), 2.5),
        answer=answer_data(Answer(2, 6, State.WRONG, (5,))),
        readout="balanced",
        weights=[0.5, 0.5],
        prompt=Prompt("text"),
        reach=reach_data([Baseline(7, 1.0, 1.0), Baseline(8, None, None)], [], running=False),
        untouched=untouched_data(7, {(2, 3): 6}),
        frozen=frozen_data(network.body),
        live=None,
        bar={},
    )
    assert list(base64.b64decode(data["states"])) == evaluation.states.flatten().tolist()
    assert data["answer"] == {"pair": {"a": 2, "b": 6}, "said": "wrong, it answers 5", "classes": [5]}
    assert data["untouched"] == {"modulus": 7, "wrong": [[17, 6]]}
    assert data["frozen"]["weights"] == sum(tensor.numel() for tensor in network.body.tensors().values())
    assert untouched_data(7, None)["wrong"] is None
    assert data["margins"] == {"levels": base64.b64encode(bytes([0, 255])).decode(), "most": 2.5}
    assert data["outcome"]["margin"] == pytest.approx(evaluation.smallest_margin, rel=1e-3)
    assert data["outcome"]["share"] == "100%"
    assert data["outcome"]["split"].startswith("balanced: pairs that wrap 100%")
    assert data["reach"]["raw"] == [[7, 1.0]]
    assert len(data["palette"]) == 2


def test_all_that_the_console_shows_stands_under_its_own_name():
    network = oracle(7, {1: 1.0, 2: 1.0})
    recipe, other = (Recipe(q, (Dial(1, Turn(1)), Dial(2, Turn(2)))) for q in (7, 9))
    data = console_data(
        network="digest",
        title="some.pt",
        recipe=recipe,
        edit=3,
        trained=11,
        evaluation=evaluate(network),
        margins=None,
        answer={"said": "7"},
        readout="keep",
        weights=[0.5, 0.25],
        prompt=Prompt("Text.", "Label", other, "search"),
        untouched={"modulus": 11},
        frozen={"weights": 3},
        reach={"total": 5},
        live={"key": "some"},
        bar={"undo": 2},
    )
    assert data.pop("states")
    palette, outcome = data.pop("palette"), data.pop("outcome")
    assert data == {
        "network": "digest",
        "title": "some.pt",
        "recipe": recipe_to_console(recipe),
        "edit": 3,
        "trained": 11,
        "margins": None,
        "weights": [0.5, 0.25],
        "answer": {"said": "7"},
        "prompt": {"text": "Text.", "label": "Label", "recipe": recipe_to_console(other), "action": "search"},
        "untouched": {"modulus": 11},
        "frozen": {"weights": 3},
        "reach": {"total": 5},
        "live": {"key": "some"},
        "bar": {"undo": 2},
    }
    assert len(palette) == 2
    assert outcome.keys() == {"share", "counted", "split", "spoken", "margin"}
    assert outcome["counted"].startswith("49 of all 49")


def test_accuracy_against_modulus_is_drawn_where_it_is_known():
    found = [Reached(9, Recipe(9, ()), Counts(60, 4, 17), tried=1)]
    lines = [Baseline(7, 1.0, 0.75), Baseline(8, 0.5, None), Baseline(9, None, 0.25)]
    assert reach_data(lines, found, running=True, shipped=found) == {
        "raw": [[7, 1.0], [8, 0.5]],
        "reduced": [[7, 0.75], [9, 0.25]],
        "shipped": [[9, 60 / 81]],
        "operated": [[9, 60 / 81, "mod 9: 74.07%; 60 of all 81 pairs right; 4 undecided, 17 wrong"]],
        "running": True,
        "total": 3,
    }


def test_the_kernel_gets_the_weights_only_when_the_browser_asked():
    live = LiveNetwork({"modulus": 7}, {"rows": torch.tensor([1.0, 2.5])})
    assert live_data("some", None, with_bytes=True) is None
    assert live_data("some", live, with_bytes=False) == {"key": "some"}
    sent = live_data("some", live, with_bytes=True)
    assert sent["header"] == live.to_json()
    assert base64.b64decode(sent["bytes"]) == live.to_bytes()
    assert sent.keys() == {"key", "header", "bytes"}


def test_each_turn_of_a_visitor_has_a_callback_of_its_own(monkeypatch: pytest.MonkeyPatch):
    mounted, heard = [], []
    monkeypatch.setattr(console, "_console", lambda **options: mounted.append(options))
    data = {"edit": 3}
    console.show_console(
        data, *(lambda name=name: heard.append(name) for name in ("recipe", "action", "weights", "pair"))
    )
    [options] = mounted
    assert (options.pop("key"), options.pop("data")) == (console.KEY, data)
    for name in ("recipe", "action", "weights", "pair"):
        options.pop(f"on_{name}_change")()
    assert heard == ["recipe", "action", "weights", "pair"]
    assert options == {}


def test_what_a_browser_sends_is_read_by_its_name(monkeypatch: pytest.MonkeyPatch):
    recipe = Recipe(9, (Dial(1, Turn(2)),))
    sent = {
        "recipe": recipe_to_console(recipe) | {"edit": 12, "network": "digest"},
        "action": {"name": "open", "modulus": 31, "text": "{}"},
        "pair": {"a": 3, "b": 5},
    }
    monkeypatch.setattr(console.st, "session_state", {console.KEY: sent})
    assert (console.sent_edit(), console.sent_network(), console.sent_recipe()) == (12, "digest", recipe)
    assert (console.sent_action(), console.sent_file(), console.sent_pair()) == (("open", 31), "{}", (3, 5))
    sent["recipe"].pop("network")
    sent["action"] = {"name": "undo"}
    assert (console.sent_network(), console.sent_action(), console.sent_file()) == ("", ("undo", 0), "")


@pytest.mark.parametrize("pair", [{}, {"a": 1}, {"a": 1, "b": "x"}, {"a": 1.5, "b": 2}, None])
def test_a_pair_that_is_none_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, pair: object):
    monkeypatch.setattr(console.st, "session_state", {console.KEY: {"pair": pair}})
    assert console.sent_pair() is None


EDGES = {
    "modulus": (2, 256),
    "target": (-1e6, 1e6),
    "phase": (-100.0, 100.0),
    "amplitude": (0.0, 10.0),
    "weight": (0.0, 10.0),
}


@pytest.mark.parametrize("name", EDGES)
def test_bounds_may_be_met_and_not_passed(name: str):
    def sent(value: float) -> dict[str, object]:
        if name == "modulus":
            return recipe_to_console(Recipe(5, ())) | {"modulus": value}
        return recipe_to_console(Recipe(5, ())) | {"dials": [{**PLAIN, name: value}]}

    for edge, beyond in zip(EDGES[name], (-1, 1), strict=True):
        assert recipe_from_console(sent(edge)).modulus == (edge if name == "modulus" else 5)
        with pytest.raises(RecipeError, match=r"out of range|off the wheel"):
            recipe_from_console(sent(edge + beyond))


def test_the_bar_tells_the_preset_that_is_set_and_what_can_be_undone():
    own, other = Recipe(7, (Dial(1, Turn(1)),)), Recipe(8, (Dial(1, Turn(1)),))
    here = Bench(own)
    here.turn(other)
    here.met.add("own")
    presets = [
        Preset("own", "", own, challenge=True),
        Preset("other", "It is so.", other, (1, 2)),
        Preset("none", "It cannot be.", None),
    ]
    bar = bar_data(here, presets, {"network": "mine"})
    assert (bar["undo"], bar["redo"], bar["search"], bar["query"]) == (1, 0, None, {"network": "mine"})
    assert bar["presets"] == [
        {
            "challenge": True,
            "met": True,
            "label": "own",
            "sentence": "",
            "recipe": recipe_to_console(own),
            "pair": None,
            "here": False,
        },
        {
            "challenge": False,
            "met": False,
            "label": "other",
            "sentence": "It is so.",
            "recipe": recipe_to_console(other),
            "pair": (1, 2),
            "here": True,
        },
        {
            "challenge": False,
            "met": False,
            "label": "none",
            "sentence": "It cannot be.",
            "recipe": None,
            "pair": None,
            "here": False,
        },
    ]
    assert (bar["balanced"], bar["longestFile"]) == (False, LONGEST_FILE)
    assert bar_data(here, presets, None, balanced=True)["balanced"]
    here.undo()
    here.refused = "It is none."
    assert bar_data(here, presets, None)["refused"] == "It is none."
    assert (here.recipe, bar_data(here, presets, None)["redo"]) == (own, 1)


CASES = json.loads((ROOT / "tests" / "readout_cases.json").read_text(encoding="utf-8"))  # Node is given them too


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_the_readout_of_a_dial_is_what_the_browser_takes_it_for(case: dict):
    [dial] = recipe_from_console({"modulus": 17, "harmonics": 2, "dials": [case["dial"]]}).dials
    assert asdict(dial.on_readout) == case["readout"]
