"""The first half-minute on Play: one sentence that fits what the visitor sees, and one thing to try next."""

from dataclasses import dataclass, replace

from dashboard import wording
from models.evaluation import Evaluation
from models.network import Network
from models.surgery.margin import lookalike_distance
from models.surgery.recipe import Recipe, even_recipe

FIRST_STOP, SECOND_STOP = 127, 128
NEARLY = 0.9


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
    right = wording.percent(accuracy)
    if not recipe.targets:
        return Prompt("No dial is turned on, so nothing tells the classes apart.", "Find dials", action="find")
    if lookalike_distance(recipe) and accuracy < NEARLY:
        return _lookalike_prompt(recipe)
    if accuracy < NEARLY:
        return Prompt(f"{right} right: these hands do not suit {q}. Others will.", "Find dials", action="find")
    if q == p:
        first = FIRST_STOP if p < FIRST_STOP else p + 2
        text = f"This network only ever learned to add mod {p}. Turn the wheel."
        return Prompt(text, f"Turn it to {first}", replace(opening, modulus=first))
    how = "All pairs are right" if accuracy == 1 else f"Nearly all pairs are right ({right})"
    if q == SECOND_STOP:
        text = (
            f"{how}. The body was never touched and nothing was trained: only the tables of angles at its two ends "
            "were cut anew. You have repaired a network."
        )
        return Prompt(text, "Back to the start", opening)
    even = even_recipe(SECOND_STOP, p, recipe.targets, recipe.harmonics)
    text = f"{how} at once mod {q}: the same body, re-cut tables, no training."
    return Prompt(f"{text} Now give every hand even steps.", f"{SECOND_STOP}, in even steps", even)


def _lookalike_prompt(recipe: Recipe) -> Prompt:
    q, distance = recipe.modulus, lookalike_distance(recipe)
    assert distance is not None
    step = q // distance
    kind = "even steps" if step == 2 else f"steps that share the factor {step} with {q}"
    text = f"Why grey? All hands take {kind}, so c and c + {distance} look the same. Move one hand by 1."
    first = next(dial for dial in recipe.dials if dial.a.on)
    moved = replace(first, a=replace(first.a, target=first.a.target + 1))
    dials = tuple(moved if dial is first else dial for dial in recipe.dials)
    return Prompt(text, f"Move hand {first.frequency} by 1", replace(recipe, dials=dials))
