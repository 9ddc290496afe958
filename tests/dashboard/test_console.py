"""What crosses between Python and the browser."""

import base64
import json
from dataclasses import asdict

import pytest
from hypothesis import given

from dashboard.components.console import (
    answer_data,
    bar_data,
    console_data,
    reach_data,
    recipe_from_console,
    recipe_to_console,
)
from dashboard.recipes.presets import Preset
from dashboard.recipes.prompts import Prompt
from dashboard.visit.state import Bench
from models.analysis.baselines import Baseline
from models.errors import RecipeError
from models.evaluation import Answer, State, evaluate
from models.surgery.recipe import Dial, Recipe, Turn
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


def test_only_true_makes_neurons_single():
    sent = recipe_to_console(Recipe(5, ()))
    assert [recipe_from_console(sent | {"single_frequency": said}).single_frequency for said in (True, "false", 1)] == [
        True,
        False,
        False,
    ]


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
        recipe=recipe,
        edit=3,
        trained=7,
        evaluation=evaluation,
        answer=answer_data(Answer(2, 6, State.WRONG, (5,))),
        readout="balance",
        weights=[0.5, 0.5],
        prompt=Prompt("text"),
        reach=reach_data([Baseline(7, 1.0, 1.0), Baseline(8, None, None)], [], running=False),
        live=None,
        bar={},
    )
    assert list(base64.b64decode(data["states"])) == evaluation.states.flatten().tolist()
    assert data["answer"] == {"pair": {"a": 2, "b": 6}, "said": "wrong, it answers 5"}
    assert data["outcome"]["share"] == "100%"
    assert data["outcome"]["split"].startswith("balance: pairs that wrap 100%")
    assert data["reach"]["raw"] == [[7, 1.0]]
    assert len(data["palette"]) == 2


def test_the_bar_tells_the_preset_that_is_set_and_what_can_be_undone():
    own, other = Recipe(7, (Dial(1, Turn(1)),)), Recipe(8, (Dial(1, Turn(1)),))
    here = Bench(own)
    here.turn(other)
    presets = [
        Preset("own", "", own),
        Preset("other", "It is so.", other, (1, 2)),
        Preset("none", "It cannot be.", None),
    ]
    bar = bar_data(here, presets, {"network": "mine"})
    assert (bar["undo"], bar["redo"], bar["search"], bar["query"]) == (1, 0, None, {"network": "mine"})
    assert [each["here"] for each in bar["presets"]] == [False, True, False]
    assert bar["presets"][2]["recipe"] is None
    here.undo()
    here.refused = "It is none."
    assert bar_data(here, presets, None)["refused"] == "It is none."
    assert (here.recipe, bar_data(here, presets, None)["redo"]) == (own, 1)


CASES = json.loads((ROOT / "tests" / "readout_cases.json").read_text(encoding="utf-8"))  # Node is given them too


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_the_readout_of_a_dial_is_what_the_browser_takes_it_for(case: dict):
    [dial] = recipe_from_console({"modulus": 17, "harmonics": 2, "dials": [case["dial"]]}).dials
    assert asdict(dial.on_readout) == case["readout"]
