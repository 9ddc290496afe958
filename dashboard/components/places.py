"""A long sum or difference place by place: Python says what the network answered, the browser draws it."""

from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Any

from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.console import kernels_module, recipe_to_console
from dashboard.components.modules import joined
from dashboard.components.watch import dials_data
from dashboard.session.calculation import Calculation
from dashboard.theme import colour_pairs
from models.arithmetic.written import digit_in


def places_script(entry: str = "places/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the places, or one that begins with another module, the kernels in it as text."""
    return joined(ASSETS, entry, {"console/kernels.js": kernels_module(), **(given or {})})


def places_texts() -> Texts:
    """All that the browser is sent of them, besides their data."""
    return Texts(asset("places/places.html"), places_script(), styles("watch/watch.css", "places/places.css"))


_places = BrowserPart("clockwork_places", places_texts)


def show_places(data: Mapping[str, Any], on_weights: Callable[[], None]) -> None:
    """Mount them; `on_weights` is called where the browser's kernel has not got the network."""
    _places(key="places", data=dict(data), on_weights_change=on_weights)


def places_data(
    calculation: Calculation, strengths: Mapping[int, float], live: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Every place of a sum or difference, and the dials through which its digits go."""
    recipe = calculation.recipe
    return {
        "calculation": f"{calculation.x} {calculation.sign} {calculation.y} in base {calculation.base}",
        "modulus": recipe.modulus,
        "base": calculation.base,
        "sign": calculation.sign,
        "places": [astuple(step) for step in calculation.steps],
        "names": ["x", "y"] if calculation.sign == "+" or calculation.x >= calculation.y else ["y", "x"],
        "digits": [digit_in(calculation.base, digit) for digit in range(calculation.base)],
        "dials": dials_data(recipe, strengths),
        "palette": colour_pairs(len(recipe.dials)),
        "recipe": recipe_to_console(recipe),
        "live": live,
    }
