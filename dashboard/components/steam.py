"""Oscillators turning for one pair: Python says where each stands after every step, the browser draws it."""

from collections.abc import Callable, Mapping
from operator import index
from typing import Any

import streamlit as st

from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.modules import joined
from dashboard.session.state import Pair
from dashboard.theme import colour_pairs
from models.circuits.oscillators import PairRun

KEY = "steam"
MOST_CIRCLES = 8
DIGITS = 4  # behind the point, of what is drawn


def steam_script(entry: str = "steam/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the oscillators, or one that begins with another module."""
    return joined(ASSETS, entry, given)


def steam_texts() -> Texts:
    """All that the browser is sent of the oscillators, besides their data."""
    return Texts(asset("steam/steam.html"), steam_script(), styles("sum/sum.css", "steam/steam.css"))


_steam = BrowserPart("clockwork_steam", steam_texts)


def show_steam(data: Mapping[str, Any], on_pair: Callable[[], None]) -> None:
    """Mount the oscillators; the callback reads `sent_pair`."""
    _steam(key=KEY, data=dict(data), on_pair_change=on_pair)


def sent_pair() -> Pair | None:
    """The pair that the visitor asks for; None where a browser sent something else."""
    try:
        return index(st.session_state[KEY]["pair"]["a"]), index(st.session_state[KEY]["pair"]["b"])
    except (KeyError, TypeError):
        return None


def steam_data(run: PairRun, name: str) -> dict[str, Any]:
    """A pair on its way, as JSON-ready data, of the communities that are pulled most; `name` tells runs apart."""
    members = run.found.members
    drawn = run.strongest(MOST_CIRCLES)
    return {
        "run": f"{name} {run.a} {run.b}",
        "modulus": run.found.modulus,
        "pair": {"a": run.a, "b": run.b},
        "harmonic": run.harmonic,
        "step": float(run.locking.times[-1]) / max(len(run.answers) - 1, 1),
        "all": len(members),
        "communities": [_community(run, k, members[k]) for k in drawn],
        "order": _numbers(run.locking.whole),
        "energy": None if run.locking.energy is None else _numbers(run.locking.energy),
        "answers": run.answers,
        "palette": colour_pairs(len(drawn)),
    }


def _community(run: PairRun, frequency: int, members: list[int]) -> dict[str, Any]:
    places = run.places_of(frequency)
    return {
        "frequency": frequency,
        "a": places.a,
        "b": places.b,
        "sum": places.sum,
        "members": [_numbers(run.turns[:, number]) for number in members],
        "pulls": _numbers(run.pulls[members]),
        "dead": run.is_dead(frequency),
        "order": _numbers(run.locking.communities[frequency]),
    }


def _numbers(values: Any) -> list[float]:
    return [round(value, DIGITS) for value in values.tolist()]
