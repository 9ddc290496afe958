"""A network that learns in the browser: Python says what can be set, and hears of the network that comes out."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.modules import joined
from dashboard.theme import colour_pairs
from models.training.live_run import DECAYS, MODULI, MOST_SEED, SHARES, STEPS, LiveSettings

KEY = "grok"
LEARN, FUSED_LEARN = (ASSETS / "kernel" / f"{name}.wasm" for name in ("learn", "learn-fused"))  # make kernel
CIRCLES = 3  # that are drawn, each in a colour


def grok_script(entry: str = "grok/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the run, or one that begins with another module, with both kernels and its thread in it as text."""
    return joined(ASSETS, entry, {"grok/kernels.js": kernels_module(), **(given or {})})


def kernels_module() -> str:
    """Both builds of the learning kernel and the worker's script, as assets/grok/kernels.d.ts says."""
    kernel, fused = (base64.b64encode(path.read_bytes()).decode() for path in (LEARN, FUSED_LEARN))
    worker = json.dumps(joined(ASSETS, "grok/worker.js"))
    return f'export const LEARN = "{kernel}"\nexport const FUSED_LEARN = "{fused}"\nexport const WORKER = {worker}\n'


def grok_texts() -> Texts:
    """All that the browser is sent of the run, besides its data."""
    return Texts(asset("grok/grok.html"), grok_script(), styles("grok/grok.css"))


_grok = BrowserPart("clockwork_grok", grok_texts)


def show_grok(data: Mapping[str, Any], on_network: Callable[[], None]) -> None:
    """Mount the run; its callback reads `sent_network`."""
    _grok(key=KEY, data=dict(data), on_network_change=on_network)


def sent_network() -> Mapping[str, Any]:
    """What the browser sent of its network: unchecked; nothing where it sent something else."""
    sent = st.session_state[KEY]["network"]
    return sent if isinstance(sent, Mapping) else {}


def grok_data(settings: LiveSettings, refused: str) -> dict[str, Any]:
    """Settings to begin with and the bounds of any; and why the network that was sent last could not be opened."""
    return {
        "settings": asdict(settings),
        "bounds": {"modulus": MODULI, "seed": (0, MOST_SEED), "share": SHARES, "decay": DECAYS},
        "steps": STEPS,
        "palette": colour_pairs(CIRCLES),
        "refused": refused,
    }
