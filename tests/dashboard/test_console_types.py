"""What Python sends the console has the names that assets/console/types.d.ts tells the type checker."""

import re

import pytest

from dashboard.components.browser_part import ASSETS
from dashboard.components.console import (
    bar_data,
    console_data,
    live_data,
    reach_data,
    recipe_to_console,
)
from dashboard.components.console_parts import frozen_data, untouched_data
from dashboard.recipes.presets import Preset
from dashboard.recipes.prompts import Prompt
from dashboard.session.state import Bench
from models.browser.live import live_network
from models.evaluation import evaluate
from models.surgery.recipe import Dial, Recipe, Turn
from tests.mlps import hand_built_mlp

DIALS = (1, 3, 4)
RECIPE = Recipe(13, tuple(Dial(frequency, Turn(frequency), Turn(2)) for frequency in DIALS))
NETWORK = hand_built_mlp(13, DIALS, "chughtai_mlp")
TYPES = (ASSETS / "console" / "types.d.ts").read_text(encoding="utf-8")


def declared(name: str, mark: str = r"\??") -> set[str]:
    """Names of an interface, with those of the one that it extends; with an empty mark, of those it must have."""
    pattern = rf"^export interface {name}(?: extends (\w+))? \{{\n(.*?)^\}}"
    extended, body = re.search(pattern, TYPES, re.MULTILINE | re.DOTALL).groups()
    return set(re.findall(rf"^  (\w+){mark}:", body, re.MULTILINE)) | (declared(extended, mark) if extended else set())


@pytest.fixture(scope="module")
def sent() -> dict[str, dict]:
    """One of each interface, as Python sends it."""
    bar = bar_data(Bench(RECIPE), [Preset("label", "sentence", RECIPE)], {})
    live = live_data("key", live_network(NETWORK, RECIPE), with_bytes=True)
    data = console_data(
        network="digest",
        title="some.pt",
        recipe=RECIPE,
        edit=3,
        trained=13,
        evaluation=evaluate(NETWORK),
        margins=None,
        answer=None,
        readout="balance",
        weights=[1.0] * 3,
        prompt=Prompt("text"),
        untouched=untouched_data(13, {}),
        frozen=frozen_data(NETWORK.body),
        reach=reach_data([], [], running=False),
        live=live,
        bar=bar,
    )
    recipe = recipe_to_console(RECIPE)
    return {
        "ConsoleData": data,
        "BarData": bar,
        "Preset": bar["presets"][0],
        "ReachData": data["reach"],
        "Untouched": data["untouched"],
        "Frozen": data["frozen"],
        "LiveData": live,
        "Header": live["header"],
        "Recipe": recipe,
        "Setting": recipe["dials"][0],
        "Turn": recipe["dials"][0]["b"],
    }


def test_what_is_sent_is_what_is_declared(sent: dict[str, dict]):
    for name, found in sent.items():
        assert declared(name, "") <= set(found) <= declared(name), name
    of_no_product = {name: declared(name) - {"factors"} for name in sent}
    assert {name: set(found) for name, found in sent.items()} == of_no_product


def test_only_of_a_product_of_circles_are_its_factors_sent():
    recipe = recipe_to_console(Recipe(12, (Dial(1, Turn(1)),), factors=(3, 4)))
    assert recipe["factors"] == [3, 4]
    assert set(recipe) == declared("Recipe")
