"""What a recipe of a browser or a file may ask for on the page, and the sentence where it asks for more."""

import re

import pytest

from dashboard.recipes.bounds import LARGEST_AMPLITUDE, LARGEST_PHASE, LARGEST_TARGET, within_bounds
from models.errors import RecipeError
from models.surgery.recipe import Dial, Recipe, Turn


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target": 2 * LARGEST_TARGET}, ("target", 2 * LARGEST_TARGET, -LARGEST_TARGET, LARGEST_TARGET)),
        ({"target": -2 * LARGEST_TARGET}, ("target", -2 * LARGEST_TARGET, -LARGEST_TARGET, LARGEST_TARGET)),
        ({"phase": 2 * LARGEST_PHASE}, ("phase", 2 * LARGEST_PHASE, -LARGEST_PHASE, LARGEST_PHASE)),
        ({"amplitude": 2 * LARGEST_AMPLITUDE}, ("amplitude", 2 * LARGEST_AMPLITUDE, 0, LARGEST_AMPLITUDE)),
        ({"amplitude": -0.5}, ("amplitude", -0.5, 0, LARGEST_AMPLITUDE)),
    ],
)
@pytest.mark.parametrize("hand", ["a", "b", "readout"])
def test_what_is_out_of_range_is_named_with_what_it_may_be(hand: str, changed: dict[str, float], said: tuple):
    within = {"target": LARGEST_TARGET, "phase": -LARGEST_PHASE, "amplitude": LARGEST_AMPLITUDE}
    fits = Dial(3, **{"a": Turn(2), hand: Turn(**within)})
    assert within_bounds(Recipe(17, (fits,))) == Recipe(17, (fits,))
    name, found, lowest, highest = said
    sentence = f"Dial 3: {name} {found:g} is out of range; expected {lowest:g} to {highest:g}."
    with pytest.raises(RecipeError, match=f"^{re.escape(sentence)}$"):
        within_bounds(Recipe(17, (Dial(3, **{"a": Turn(2), hand: Turn(**(within | changed))}),)))
