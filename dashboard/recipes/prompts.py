"""The first half-minute on *Turn it*: one sentence that fits what the visitor sees, and one thing to try next."""

import math
from dataclasses import dataclass, replace

from dashboard import cache, wording
from dashboard.cache import HIGHEST_MODULUS
from models.evaluation import Evaluation
from models.experiment.sweep import Reached
from models.network import Network
from models.surgery.half_steps import halves_ahead
from models.surgery.margin import alias_distance
from models.surgery.recipe import Dial, Recipe, even_recipe, linked_recipe

FIRST_STOP, SECOND_STOP = 127, 128
NEARLY = 0.9
ANY_STEPS = "any whole number of steps closes the wave"


def first_stop(p: int) -> int:
    """A modulus above the trained one, where the untouched network has no rows for some of the numbers."""
    return FIRST_STOP if p < FIRST_STOP else p + 2


@dataclass(frozen=True)
class Prompt:
    """A sentence, and the label of a button that sets `recipe` or starts `action`; no label, no button."""

    text: str
    label: str | None = None
    recipe: Recipe | None = None
    action: str | None = None


def prompt_for(
    network: Network, recipe: Recipe, opening: Recipe, evaluation: Evaluation, known: Reached | None = None
) -> Prompt:
    """What to say of a recipe and its outcome, in a line or two.

    `opening` is where the visitor began, `known` what a sweep found at this modulus.
    """
    p, q, accuracy = network.modulus, recipe.modulus, evaluation.counts.accuracy
    if accuracy < NEARLY or not recipe.targets:
        return _repairing_prompt(recipe, opening, evaluation)
    if any(halves_ahead(recipe)):
        return _halves_prompt(opening, evaluation)
    if q == p:
        return _own_modulus_prompt(recipe, opening, evaluation)
    on_the_way = q in (first_stop(p), SECOND_STOP)
    if accuracy < 1 and not on_the_way and _is_plain(recipe):
        why = _tie_told(network, recipe, opening) or "; elsewhere strong dials drown out weak ones"
        text = f"{wording.percent(accuracy)} right{why}. Balance how strong each of them is."
        return Prompt(text, "Balance the dials", action="balance")
    if q == SECOND_STOP:
        how = "all pairs are right" if accuracy == 1 else f"nearly all pairs are right ({wording.percent(accuracy)})"
        text = f"Mod {q}, {how}, and no weight of the body was changed. A trick? See what we tried against it."
        return Prompt(text, "See what we tried", action="evidence")
    even = even_recipe(SECOND_STOP, p, recipe.targets, recipe.harmonics)
    return Prompt(_stretched(network, recipe, opening, accuracy, known), f"{SECOND_STOP}, in even steps", even)


def _stretched(network: Network, recipe: Recipe, opening: Recipe, accuracy: float, known: Reached | None) -> str:
    """How much is right at another modulus, and why all of it or why not."""
    q, others = recipe.modulus, _others_told(known)
    if accuracy < 1 and recipe.dials == opening.dials and others:
        why = _tie_told(network, recipe, opening) or " with the dials as trained"
        return f"Mod {q}, {wording.percent(accuracy)} right{why}. {others}"
    is_own = recipe.targets == opening.targets
    how = "all pairs are right" if accuracy == 1 else f"nearly all pairs are right ({wording.percent(accuracy)})"
    why = f": {ANY_STEPS}." if accuracy == 1 and not is_own else ", without any training."
    return f"Mod {q}, {how}{' with its own dials' if is_own else ''}{why} Now give every dial even steps."


def experiment_prompt(evaluation: Evaluation, opening: Recipe) -> Prompt:
    """What to say where a preset breaks the network on purpose."""
    right = wording.percent(evaluation.counts.accuracy)
    return Prompt(f"{right} right. Only tables were re-cut: the network is as it was.", "Back to the start", opening)


def _own_modulus_prompt(recipe: Recipe, opening: Recipe, evaluation: Evaluation) -> Prompt:
    """At the trained modulus: where to go, or why turning a dial changed nothing."""
    p = opening.modulus
    if evaluation.counts.accuracy == 1 and recipe.targets != opening.targets and not _detuned(recipe):
        dial = next(dial for dial in recipe.dials if dial.a.on)
        text = f"Still all pairs are right: {ANY_STEPS}. Now take half a step."
        return Prompt(text, f"Dial {dial.frequency}, half a step", recipe.with_target(dial, dial.a.target + 0.5))
    text = f"This network only ever learned to add mod {p}. Turn the wheel."
    first = first_stop(p)
    if first > HIGHEST_MODULUS:
        return Prompt(f"{text} It ends at {HIGHEST_MODULUS}.")
    return Prompt(text, f"Turn it to {first}", replace(opening, modulus=first))


def _halves_prompt(opening: Recipe, evaluation: Evaluation) -> Prompt:
    right = f"{evaluation.counts.right:,} of {evaluation.counts.pairs:,}"
    text = f"It was never shown a half, yet {right} sums of halves are right: it adds angles."
    return Prompt(text, "Back to the start", opening)


def _tie_told(network: Network, recipe: Recipe, opening: Recipe) -> str:
    """Which answers the dials leave nearly tied where a few pairs fall short; empty where that is not why."""
    tie = cache.near_tied(network, recipe)
    if tie is None:
        return ""
    dials = "the dials as trained" if recipe.dials == opening.dials else "these dials"
    if tie.failed == 1:
        return f": {dials} leave {tie.right} and {tie.other} nearly tied at {tie.a} + {tie.b}"
    return f": {dials} leave answers {tie.distance} apart nearly tied on {tie.failed} pairs"


def _others_told(known: Reached | None) -> str:
    """That other whole steps are right on every pair, and how these were found; empty where none are known."""
    if known is None or known.counts.accuracy < 1:
        return ""
    if not all(target == int(target) for target in known.recipe.targets.values()):
        return ""
    found = "found without looking at answers" if known.tried == 1 else f"the best of {known.tried} settings tried"
    return f"Other whole steps, {found}, get all pairs right."


def _repairing_prompt(recipe: Recipe, opening: Recipe, evaluation: Evaluation) -> Prompt:
    """What is wrong, and what would mend it."""
    if not recipe.targets:
        return Prompt("No dial is on, so nothing tells one answer from another.", "Find dials", action="find")
    if alias_distance(recipe):
        return _lookalike_prompt(recipe)
    if open_wave := _detuned(recipe):
        return _detuned_prompt(recipe, open_wave, evaluation)
    right = wording.percent(evaluation.counts.accuracy)
    if recipe == opening:
        return Prompt(f"{right} right with its own dials alone, at its own modulus: other dials will hardly mend that.")
    text = f"{right} right: these dials do not suit {recipe.modulus}. Others may do better."
    return Prompt(text, "Find dials", action="find")


def _is_plain(recipe: Recipe) -> bool:
    """Every dial on, turned by whole steps, otherwise as trained: what is missing then is the network's own doing."""
    return recipe == linked_recipe(recipe.modulus, recipe.targets) and not _detuned(recipe)


def _detuned(recipe: Recipe) -> Dial | None:
    """A dial that is on and not at a whole number of steps."""
    return next((dial for dial in recipe.dials if dial.a.on and dial.a.target != int(dial.a.target)), None)


def _detuned_prompt(recipe: Recipe, dial: Dial, evaluation: Evaluation) -> Prompt:
    wrapping, others = wording.percent(evaluation.wrapping.accuracy), wording.percent(evaluation.not_wrapping.accuracy)
    text = (
        f"Dial {dial.frequency} takes {dial.a.target:g} steps: its wave does not close. Right are {wrapping} of the "
        f"sums that wrap, {others} of the others."
    )
    return Prompt(text, "Close the wave", recipe.with_target(dial, float(math.floor(dial.a.target))))


def _lookalike_prompt(recipe: Recipe) -> Prompt:
    q, distance = recipe.modulus, alias_distance(recipe)
    assert distance is not None
    step = q // distance
    kind = "even steps" if step == 2 else f"steps that share the factor {step} with {q}"
    text = f"Why undecided? All dials take {kind}, so c and c + {distance} look the same. Move one dial by 1."
    first = next(dial for dial in recipe.dials if dial.a.on)
    return Prompt(text, f"Move dial {first.frequency} by 1", recipe.with_target(first, first.a.target + 1))
