"""One sum on a watch and on a network's dials: the browser draws it, Python says what the network is."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import wording
from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.modules import joined
from dashboard.theme import colour_pairs
from models.evaluation import Evaluation
from models.network import Network
from models.surgery.recipe import Recipe


def watch_script(entry: str = "watch/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the watch, or one that begins with another module."""
    return joined(ASSETS, entry, given)


def watch_texts() -> Texts:
    """All that the browser is sent of the watch, besides its data."""
    return Texts(asset("watch/watch.html"), watch_script(), styles("sum/sum.css", "watch/watch.css"))


_watch = BrowserPart("clockwork_watch", watch_texts)


def show_watch(data: Mapping[str, Any]) -> None:
    """Mount the watch."""
    _watch(key="watch", data=dict(data))


def watch_data(network: Network, scenes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The network at the moduli that can be chosen, the first of them at once."""
    dials = max((len(scene["dials"]) for scene in scenes), default=0)
    return {"network": network.digest, "scenes": list(map(dict, scenes)), "palette": colour_pairs(dials)}


def dials_data(recipe: Recipe, strengths: Mapping[int, float]) -> list[dict[str, Any]]:
    """Each dial with its steps for one number more, and with the strength of its vote."""
    return [
        {"frequency": dial.frequency, "target": dial.a.target, "strength": strengths[dial.frequency]}
        for dial in recipe.dials
    ]


def scene_data(network: Network, recipe: Recipe, strengths: Mapping[int, float], counted: Evaluation) -> dict[str, Any]:
    """The network at one modulus: its dials with the strength of each one's vote, and what became of every pair."""
    return {
        "modulus": recipe.modulus,
        "trained": recipe.modulus == network.modulus,
        "dials": dials_data(recipe, strengths),
        "states": base64.b64encode(counted.states.numpy().tobytes()).decode(),
        "counted": f"Counted: {wording.counted(counted.counts)}.",
    }
