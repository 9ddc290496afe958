"""An operation as a sum on one circle or several: Python counts it, in the browser its dials are drawn and turned."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import index
from typing import Any

import streamlit as st

from dashboard import wording
from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.console import kernels_module, recipe_to_console
from dashboard.components.modules import joined
from dashboard.session.operations import CarriedOut
from dashboard.theme import colour_pairs
from models.errors import RecipeError

KEY = "circles"


def circles_script(entry: str = "circles/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the circles, or one that begins with another module, the kernels in it as text."""
    return joined(ASSETS, entry, {"console/kernels.js": kernels_module(), **(given or {})})


def circles_texts() -> Texts:
    """All that the browser is sent of them, besides their data."""
    return Texts(asset("circles/circles.html"), circles_script(), styles("watch/watch.css", "circles/circles.css"))


_circles = BrowserPart("clockwork_circles", circles_texts)


def show_circles(data: Mapping[str, Any], on_turned: Callable[[], None], on_weights: Callable[[], None]) -> None:
    """Mount them; `on_turned` reads `sent_turn`."""
    _circles(key=KEY, data=dict(data), on_turned_change=on_turned, on_weights_change=on_weights)


@dataclass(frozen=True)
class SentTurn:
    """What a visitor turned: of which network and group, the browser's number of it, and each dial's steps."""

    network: str  # its digest
    group: str
    turn: int
    steps: Mapping[int, tuple[int, ...]] | None  # by dial, one for each circle; None: as they were found


def sent_turn() -> SentTurn:
    """The last of them. Raises RecipeError where a browser sent something else."""
    try:
        sent = st.session_state[KEY]["turned"]
        steps = sent["steps"]
        found = None if steps is None else {int(k): tuple(index(step) for step in each) for k, each in steps.items()}
        return SentTurn(str(sent["network"]), str(sent["group"]), index(sent["turn"]), found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecipeError("The browser sent something that is no setting of dials; reload the page.") from error


def circles_data(
    done: CarriedOut, *, network: str, turn: int, strengths: Mapping[int, float], live: Mapping[str, Any] | None
) -> dict[str, Any]:
    """An operation with its dials as they are set, and what became of every pair."""
    operation, counts = done.operation, done.counts.counts
    return {
        "network": network,
        "group": str(operation.group),
        "operation": operation.formula,
        "circles": list(operation.group.factors),
        "of_a": operation.element_of_a.tolist(),
        "of_b": operation.element_of_b.tolist(),
        "numbers": operation.number_of.tolist(),
        "left_out": operation.left_out,
        "recipe": recipe_to_console(done.recipe),
        "is_found": done.is_found,
        "turn": turn,
        "states": base64.b64encode(done.evaluation.states.numpy().tobytes()).decode(),
        "counted": f"{wording.percent(counts.accuracy)}: {wording.counted(counts)}.",
        "strengths": [strengths[dial.frequency] for dial in done.recipe.dials],
        "palette": colour_pairs(len(done.recipe.dials)),
        "live": live,
    }
