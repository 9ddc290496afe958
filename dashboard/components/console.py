"""The Python side of the surgery console: recipe and counts to the browser, the visitor's turns back."""

import base64
from collections.abc import Callable, Collection, Mapping
from operator import index
from typing import Any

import streamlit as st

from dashboard import cache, wording
from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.console_parts import margins_data, to_four_digits
from dashboard.components.modules import joined
from dashboard.foreign_text import in_plain
from dashboard.recipes.bounds import within_bounds
from dashboard.recipes.presets import Preset
from dashboard.recipes.prompts import Prompt
from dashboard.session.state import Bench, Pair
from dashboard.theme import colour_pairs
from models.analysis.baselines import Baseline
from models.browser.live import LiveNetwork
from models.errors import RecipeError
from models.evaluation import Answer, Evaluation, RelativeMargins
from models.experiment.sweep import Reached
from models.network import Network
from models.surgery.recipe import LONGEST_FILE, Dial, Recipe, Turn

KERNEL, FUSED_KERNEL = (ASSETS / "kernel" / f"{name}.wasm" for name in ("kernel", "kernel-fused"))  # make kernel
KEY = "console"
PLAIN = "keep"  # of which nothing is said before a count


def console_script(entry: str = "console/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script that begins with a module, the kernels in it as text: the browser fetches nothing else.

    `given` are further modules, by their paths below assets/; `entry` may be one of them.
    """
    return joined(ASSETS, entry, {"console/kernels.js": kernels_module(), **(given or {})})


def kernels_module() -> str:
    """Both builds of the kernel, as assets/console/kernels.d.ts says."""
    kernel, fused = (base64.b64encode(path.read_bytes()).decode() for path in (KERNEL, FUSED_KERNEL))
    return f'export const KERNEL = "{kernel}"\nexport const FUSED_KERNEL = "{fused}"\n'


def console_texts() -> Texts:
    """All that the browser is sent of the console, besides its data."""
    return Texts(asset("console/console.html"), console_script(), styles("console/console.css", "console/bar.css"))


_console = BrowserPart("clockwork_console", console_texts)


def show_console(
    data: Mapping[str, Any],
    on_recipe: Callable[[], None],
    on_action: Callable[[], None],
    on_weights: Callable[[], None],
    on_pair: Callable[[], None],
) -> None:
    """Mount the console; its callbacks read `sent_recipe`, `sent_action`, nothing, and `sent_pair`."""
    _console(
        key=KEY,
        data=dict(data),
        on_recipe_change=on_recipe,
        on_action_change=on_action,
        on_weights_change=on_weights,
        on_pair_change=on_pair,
    )


def sent_edit() -> int:
    """The browser's number for the visitor's last edit."""
    return int(st.session_state[KEY]["recipe"]["edit"])


def sent_network() -> str:
    """The digest of the network that the visitor had before them."""
    return str(st.session_state[KEY]["recipe"].get("network", ""))


def sent_recipe() -> Recipe:
    """What the visitor set. Raises RecipeError where it is out of bounds."""
    return recipe_from_console(st.session_state[KEY]["recipe"])


def sent_action() -> tuple[str, int]:
    """The name of the button that was pressed, and the modulus that it spoke of (0 for none)."""
    sent = dict(st.session_state[KEY]["action"])
    return str(sent["name"]), int(sent.get("modulus", 0))


def sent_pair() -> Pair | None:
    """The pair whose answer the visitor wants to know; None where a browser sent something else."""
    try:
        return index(st.session_state[KEY]["pair"]["a"]), index(st.session_state[KEY]["pair"]["b"])
    except (KeyError, TypeError):
        return None


def sent_file() -> str:
    """The text of the recipe file that the visitor opened."""
    return str(st.session_state[KEY]["action"].get("text", ""))


def console_data(
    *,
    network: str,
    title: str,
    recipe: Recipe,
    edit: int,
    trained: int,
    evaluation: Evaluation,
    margins: RelativeMargins | None,
    answer: Mapping[str, Any] | None,
    readout: str,
    weights: list[float],
    prompt: Prompt,
    untouched: Mapping[str, Any],
    frozen: Mapping[str, Any],
    reach: Mapping[str, Any],
    live: Mapping[str, Any] | None,
    bar: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that the console shows, as JSON-ready data."""
    counts = evaluation.counts
    return {
        "network": network,
        "title": in_plain(title),
        "recipe": recipe_to_console(recipe),
        "edit": edit,
        "trained": trained,
        "states": base64.b64encode(evaluation.states.numpy().tobytes()).decode(),
        "margins": None if margins is None else margins_data(margins),
        "weights": weights,
        "palette": colour_pairs(len(recipe.dials)),
        "answer": answer,
        "outcome": {
            "share": wording.percent(counts.accuracy),
            "counted": wording.counted(counts),
            "split": ("" if readout == PLAIN else f"{readout}: ") + wording.split(evaluation),
            "spoken": wording.spoken(evaluation),
            "margin": to_four_digits(evaluation.smallest_margin),
        },
        "prompt": {
            "text": prompt.text,
            "label": prompt.label,
            "recipe": recipe_to_console(prompt.recipe) if prompt.recipe else None,
            "action": prompt.action,
        },
        "untouched": dict(untouched),
        "frozen": dict(frozen),
        "reach": dict(reach),
        "live": live,
        "bar": dict(bar),
    }


def answer_data(answer: Answer) -> dict[str, Any]:
    """What the network answers to the pair that is looked at, in words."""
    return {"pair": {"a": answer.a, "b": answer.b}, "said": wording.answered(answer), "classes": list(answer.classes)}


def bar_data(
    here: Bench,
    presets: list[Preset],
    query: Mapping[str, str] | None,
    *,
    balanced: bool = False,
    tried: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """What the bar offers: steps back and forth, presets, the address of what is shown (None: too long), the search."""
    return {
        "balanced": balanced,
        "undo": len(here.past),
        "redo": len(here.future),
        "refused": here.refused,
        "longestFile": LONGEST_FILE,
        "query": None if query is None else dict(query),
        "search": None if tried is None else list(tried),
        "presets": [
            {
                "challenge": preset.challenge,
                "met": preset.label in here.met,
                "label": preset.label,
                "sentence": preset.sentence,
                "recipe": recipe_to_console(preset.recipe) if preset.recipe else None,
                "pair": preset.pair,
                "here": preset.recipe == here.recipe,
            }
            for preset in presets
        ],
    }


def live_data(key: str, live: LiveNetwork | None, *, with_bytes: bool) -> dict[str, Any] | None:
    """What the browser's kernel needs, the weights only when it asked for them; None where it knows no such body."""
    if live is None:
        return None
    found: dict[str, Any] = {"key": key}
    if with_bytes:
        found |= {"header": live.to_json(), "bytes": base64.b64encode(live.to_bytes()).decode()}
    return found


def live_for(network: Network, recipe: Recipe, *, with_bytes: bool) -> dict[str, Any] | None:
    """`live_data` of a network at any setting of dials that are carried as a recipe carries them."""
    carried = cache.carried(network, recipe)
    return live_data(f"{network.digest} {carried}", cache.live(network, carried), with_bytes=with_bytes)


def reach_data(
    baselines: list[Baseline], found: list[Reached], running: bool, shipped: Collection[Reached] = ()
) -> dict[str, Any]:
    """The lines and dots of accuracy against modulus: a line for what was counted beforehand, dots for what is now."""
    return {
        "raw": [[each.modulus, each.raw] for each in baselines if each.raw is not None],
        "reduced": [[each.modulus, each.reduced] for each in baselines if each.reduced is not None],
        "shipped": [[each.modulus, each.counts.accuracy] for each in shipped],
        "operated": [[each.modulus, each.counts.accuracy, _dot_label(each)] for each in found],
        "running": running,
        "total": len(baselines),
    }


def _dot_label(found: Reached) -> str:
    return f"mod {found.modulus}: {wording.percent(found.counts.accuracy)}; {wording.counted(found.counts)}"


def recipe_to_console(recipe: Recipe) -> dict[str, Any]:
    """A recipe as the console's controls hold it; products of circles, which they do not turn, for the kernel alone."""
    return {
        "modulus": recipe.modulus,
        **({"factors": list(recipe.factors)} if recipe.factors else {}),
        "harmonics": recipe.harmonics,
        "readout_harmonics": recipe.readout_harmonics,
        "single_frequency": recipe.single_frequency,
        "norm_gain": recipe.norm_gain,
        "dials": [_dial_to_console(dial) for dial in recipe.dials],
    }


def recipe_from_console(sent: Mapping[str, Any]) -> Recipe:
    """The recipe of the console's controls. Raises RecipeError: a browser can send anything."""
    try:
        dials = tuple(_dial_from_console(entry) for entry in sent["dials"])
        single, gain = (sent.get(name) is True for name in ("single_frequency", "norm_gain"))
        modulus, harmonics = index(sent["modulus"]), index(sent["harmonics"])  # no fraction is dropped in silence
        given = sent.get("readout_harmonics")
        readout_harmonics = None if given is None else index(given)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise RecipeError(f"The console sent something that is no recipe ({error}); reload the page.") from error
    return within_bounds(Recipe(modulus, dials, harmonics, readout_harmonics, single, norm_gain=gain))


def _dial_to_console(dial: Dial) -> dict[str, Any]:
    """Turn of a's table; those of b's table and of the readout only where they are set apart."""
    apart = None if dial.readout in (None, _alone(dial.a, dial.weight)) else dial.readout
    return {
        "frequency": dial.frequency,
        **_turn_to_console(dial.a),
        "weight": dial.weight,
        "linked": dial.readout is None,
        "b": _turn_to_console(dial.b) if dial.b else None,
        "readout": _turn_to_console(apart) if apart else None,
    }


def _dial_from_console(entry: Mapping[str, Any]) -> Dial:
    turn = _turn_from_console(entry)
    b, readout = (_turn_from_console(entry[name]) if entry.get(name) else None for name in ("b", "readout"))
    linked, weight = bool(entry["linked"]), float(entry.get("weight", 1))
    return Dial(index(entry["frequency"]), turn, b, None if linked else readout or _alone(turn, weight), weight)


def _turn_to_console(turn: Turn) -> dict[str, Any]:
    return {"target": turn.target, "amplitude": turn.amplitude, "phase": turn.phase, "on": turn.on}


def _turn_from_console(entry: Mapping[str, Any]) -> Turn:
    return Turn(float(entry["target"]), float(entry["amplitude"]), float(entry["phase"]), bool(entry["on"]))


def _alone(turn: Turn, weight: float) -> Turn:
    """The readout of a dial whose phase turns the operands only."""
    return Turn(turn.target, turn.amplitude * weight, 0.0, turn.on)
