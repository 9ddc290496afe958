"""The first half-minute on Play: one sentence that fits what the visitor sees, and one thing to try next."""

import math
from dataclasses import dataclass, replace

from dashboard import wording
from dashboard.cache import HIGHEST_MODULUS
from models.evaluation import Evaluation
from models.network import Network
from models.surgery.margin import alias_distance
from models.surgery.recipe import Dial, Recipe, even_recipe, linked_recipe

FIRST_STOP, SECOND_STOP = 127, 128
NEARLY = 0.9


def first_stop(p: int) -> int:
    """A modulus above the trained one, where the untouched network has no tokens to feed."""
    return FIRST_STOP if p < FIRST_STOP else p + 2


@dataclass(frozen=True)
class Prompt:
    """A sentence, and the label of a button that sets `recipe` or starts `action`; no label, no button."""

    text: str
    label: str | None = None
    recipe: Recipe | None = None
    action: str | None = None


def prompt_for(network: Network, recipe: Recipe, opening: Recipe, evaluation: Evaluation) -> Prompt:
    """What to say of a recipe and its outcome; `opening` is where the visitor began."""
    p, q, accuracy = network.modulus, recipe.modulus, evaluation.counts.accuracy
    if accuracy < NEARLY or not recipe.targets:
        return _repairing_prompt(recipe, evaluation)
    if q == p:
        first = first_stop(p)
        text = f"This network only ever learned to add mod {p}. Turn the wheel."
        if first > HIGHEST_MODULUS:
            return Prompt(f"{text} It ends at {HIGHEST_MODULUS}.")
        return Prompt(text, f"Turn it to {first}", replace(opening, modulus=first))
    on_the_way = q in (first_stop(p), SECOND_STOP)
    if accuracy < 1 and not on_the_way and _is_plain(recipe):
        text = (
            f"Nearly all pairs are right ({wording.percent(accuracy)}); in the others the dials disturb each other. "
            "Balance their strengths, at random angles: no answer of this modulus is looked at."
        )
        return Prompt(text, "Balance the dials", action="balance")
    how = "All pairs are right" if accuracy == 1 else f"Nearly all pairs are right ({wording.percent(accuracy)})"
    if q == SECOND_STOP:
        text = (
            f"{how}. The body was never touched and nothing was trained: only the tables of angles at its two ends "
            "were cut anew. You have repaired a network."
        )
        return Prompt(text, "Back to the start", opening)
    even = even_recipe(SECOND_STOP, p, recipe.targets, recipe.harmonics)
    text = f"{how} at once mod {q}: the same body, re-cut tables, no training."
    return Prompt(f"{text} Now give every dial even steps.", f"{SECOND_STOP}, in even steps", even)


def experiment_prompt(evaluation: Evaluation, opening: Recipe) -> Prompt:
    """What to say where a preset breaks the network on purpose."""
    right = wording.percent(evaluation.counts.accuracy)
    return Prompt(f"{right} right, and meant so: the network itself is as it was.", "Back to the start", opening)


def _repairing_prompt(recipe: Recipe, evaluation: Evaluation) -> Prompt:
    """What is wrong, and what would mend it."""
    if not recipe.targets:
        return Prompt("No dial is turned on, so nothing tells the classes apart.", "Find dials", action="find")
    if alias_distance(recipe):
        return _lookalike_prompt(recipe)
    if open_wave := _detuned(recipe):
        return _detuned_prompt(recipe, open_wave, evaluation)
    right = wording.percent(evaluation.counts.accuracy)
    return Prompt(f"{right} right: these dials do not suit {recipe.modulus}. Others will.", "Find dials", action="find")


def _is_plain(recipe: Recipe) -> bool:
    """Every dial on, turned by whole steps, otherwise as trained: what is missing then is the network's own doing."""
    return recipe == linked_recipe(recipe.modulus, recipe.targets) and not _detuned(recipe)


def _detuned(recipe: Recipe) -> Dial | None:
    """A dial that is on and not at a whole number of steps."""
    return next((dial for dial in recipe.dials if dial.a.on and dial.a.target != int(dial.a.target)), None)


def _detuned_prompt(recipe: Recipe, dial: Dial, evaluation: Evaluation) -> Prompt:
    wrapping, others = wording.percent(evaluation.wrapping.accuracy), wording.percent(evaluation.not_wrapping.accuracy)
    text = (
        f"Dial {dial.frequency} takes {dial.a.target:g} steps, so after one round of {recipe.modulus} numbers its wave "
        f"does not close: of the sums that wrap {wrapping} are right, of the others {others}."
    )
    closed = replace(dial, a=replace(dial.a, target=float(math.floor(dial.a.target))))
    dials = tuple(closed if each is dial else each for each in recipe.dials)
    return Prompt(text, "Close the wave", replace(recipe, dials=dials))


def _lookalike_prompt(recipe: Recipe) -> Prompt:
    q, distance = recipe.modulus, alias_distance(recipe)
    assert distance is not None
    step = q // distance
    kind = "even steps" if step == 2 else f"steps that share the factor {step} with {q}"
    text = f"Why grey? All dials take {kind}, so c and c + {distance} look the same. Move one dial by 1."
    first = next(dial for dial in recipe.dials if dial.a.on)
    moved = replace(first, a=replace(first.a, target=first.a.target + 1))
    dials = tuple(moved if dial is first else dial for dial in recipe.dials)
    return Prompt(text, f"Move dial {first.frequency} by 1", replace(recipe, dials=dials))
