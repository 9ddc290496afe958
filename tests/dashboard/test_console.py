"""What crosses between Python and the browser."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.console import console_data, reach_data, recipe_from_console, recipe_to_console
from dashboard.prompts import Prompt
from models.baselines import Baseline
from models.errors import RecipeError
from models.evaluation import evaluate
from models.surgery.recipe import Dial, Recipe, Turn
from tests.oracles import oracle

dials = st.builds(
    Dial,
    frequency=st.integers(1, 56),
    a=st.builds(Turn, st.floats(-128, 128), st.floats(0, 2), st.floats(-3.1, 3.1), st.booleans()),
)
recipes = st.builds(
    Recipe,
    modulus=st.integers(2, 256),
    dials=st.lists(dials, max_size=6, unique_by=lambda dial: dial.frequency).map(tuple),
    harmonics=st.integers(1, 4),
)


@given(recipes)
def test_a_linked_recipe_survives_the_round_trip(recipe):
    assert recipe_from_console(recipe_to_console(recipe)) == recipe


def test_an_unlinked_phase_turns_the_inputs_only():
    sent = recipe_to_console(Recipe(5, (Dial(1, Turn(1, phase=0.5)),)))
    sent["dials"][0]["linked"] = False
    dial = recipe_from_console(sent).dials[0]
    assert dial.a.phase == 0.5
    assert dial.on_readout.phase == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"modulus": 1}, "off the wheel"),
        ({"modulus": 257}, "off the wheel"),
        ({"modulus": "x"}, "no recipe"),
        ({"dials": None}, "no recipe"),
        ({"dials": [{"frequency": 1}]}, "no recipe"),
        ({"harmonics": 1000}, "harmonics"),
        (
            {"dials": [{"frequency": 1, "target": 1, "amplitude": 1e9, "phase": 0, "on": True, "linked": True}]},
            "Amplitude",
        ),
        (
            {
                "dials": [
                    {"frequency": 1, "target": float("nan"), "amplitude": 1, "phase": 0, "on": True, "linked": True}
                ]
            },
            "finite",
        ),
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
        recipe=recipe,
        edit=3,
        trained=7,
        evaluation=evaluation,
        weights=[0.5, 0.5],
        prompt=Prompt("text"),
        reach=reach_data([Baseline(7, 1.0, 1.0), Baseline(8, None, None)], [], running=False),
        live=None,
    )
    assert list(base64.b64decode(data["states"])) == evaluation.states.flatten().tolist()
    assert data["outcome"]["share"] == "100%"
    assert data["reach"]["raw"] == [[7, 1.0]]
    assert len(data["palette"]) == 2
