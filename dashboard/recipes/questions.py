"""A sheet of questions for a class, drawn for the network in use; every answer is worked out, none is kept."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from models.surgery.margin import alias_distance
from models.surgery.recipe import Recipe, linked_recipe

MOST_DIALS = 5  # that a sheet speaks of
FEWEST_CLASSES, MOST_CLASSES = 90, 210  # of the moduli that are drawn
MOST_LISTED = 4


@dataclass(frozen=True)
class Question:
    """What is asked, what the dials alone answer, and the operations whose counts show it.

    Attributes:
        title: what it is about.
        text: the question, in Markdown.
        answer: worked out without the network.
        untouched: a modulus at which the untouched network's right pairs show the answer; 0 where they do not.
        operations: what to count, each with the words before its count.
    """

    title: str
    text: str
    answer: str
    untouched: int = 0
    operations: tuple[tuple[str, Recipe], ...] = ()


def question_sheet(modulus: int, frequencies: Sequence[int], number: int) -> tuple[Question, ...]:
    """The questions of a sheet; the same number gives the same sheet.

    Args:
        modulus: p, the trained one.
        frequencies: the network's dials, the strongest first.
        number: of the sheet.
    """
    draw = random.Random(f"sheet {number} of a network mod {modulus} with dials {list(frequencies)}")
    dials = sorted(frequencies[:MOST_DIALS])
    shared, moved = _shared_factor(draw, dials)
    return (
        _by_hand(draw, dials),
        _untouched(draw, modulus),
        _closed_wave(modulus, frequencies),
        shared,
        moved,
    )


def _by_hand(draw: random.Random, dials: Sequence[int]) -> Question:
    q, k = 12, draw.choice(dials)
    steps = draw.choice([5, 7, 11])  # none shares a factor with 12, so that the dial shows every number
    a, b = draw.randint(5, 11), draw.randint(5, 11)
    places = [n * steps % q for n in (a, b, a + b)]
    return Question(
        "Add on one dial.",
        f"A dial has {q} places, 0 to {q - 1}. Dial {k} takes **{steps}** steps for every number. Where does it stand "
        f"for {a}, for {b}, and for {a} + {b}? Which number mod {q} is that?",
        f"{steps} · {a} ≡ {places[0]} and {steps} · {b} ≡ {places[1]} (mod {q}); together {places[0]} + {places[1]} ≡ "
        f"{places[2]}. The number whose place is {places[2]} is {(a + b) % q}, since {steps} · {(a + b) % q} ≡ "
        f"{places[2]}: {a} + {b} ≡ {(a + b) % q} (mod {q}).",
    )


def _untouched(draw: random.Random, modulus: int) -> Question:
    q = draw.randint(max(2, modulus // 3), modulus - 1)
    right = q * (q + 1) // 2
    return Question(
        "Before surgery.",
        f"The network adds mod {modulus}. Untouched, it is asked for sums mod **{q}**, and its answer is taken as it "
        f"is. For how many of the {q}\u00a0·\u00a0{q} pairs is it right?",
        f"It answers a + b mod {modulus}. Where a + b < {q} that is right: these are 1 + 2 + … + {q} = {right:,} pairs "
        f"of {q * q:,}. Where a + b is {q} or more it should be a + b − {q}, which it never answers.",
        untouched=q,
    )


def _closed_wave(modulus: int, strongest_first: Sequence[int]) -> Question:
    k = strongest_first[0]
    detuned = linked_recipe(modulus, {each: each + 0.5 if each == k else each for each in strongest_first})
    wrapping = modulus * (modulus - 1) // 2
    return Question(
        "Half a step.",
        f"At its own modulus {modulus}, dial {k} is set to {k}½ steps per number; the others stay. Which pairs are in "
        "danger, and how many are they? Predict, then count.",
        f"After {modulus} numbers the dial has made {k}½ turns instead of whole ones, so its wave comes back with the "
        f"other sign. Only sums that wrap (a + b ≥ {modulus}) meet that: {wrapping:,} of {modulus * modulus:,} pairs. "
        "How many of them fail depends on how much the other dials can make up for.",
        operations=((f"with dial {k} at {k}½", detuned),),
    )


def _shared_factor(draw: random.Random, dials: Sequence[int]) -> tuple[Question, Question]:
    factor = draw.choice([2, 3, 4, 5, 6])
    q = factor * draw.randint(-(-FEWEST_CLASSES // factor), MOST_CLASSES // factor)
    targets = {k: factor * draw.randint(1, q // factor - 1) for k in dials}
    targets[dials[0]] = factor  # so that they share no more than this
    recipe = linked_recipe(q, targets)
    distance = alias_distance(recipe)
    assert distance is not None  # all of them share the factor with q
    alike = list(range(distance, q, distance))
    listed = ", ".join(map(str, alike[:MOST_LISTED])) + (" …" if len(alike) > MOST_LISTED else "")
    look = "looks" if len(alike) == 1 else "look"
    told = ", ".join(f"{target:g}" for target in targets.values())
    shared = Question(
        "Which numbers look the same?",
        f"At modulus **{q}** the dials take **{told}** steps per number. Which numbers look like 0 to all of them?",
        f"gcd({q}, {told.replace(' ', '')}) = {math.gcd(q, *targets.values())}. So after {distance} numbers every dial "
        f"stands where it stood, and {listed} {look} like 0. No pair can be decided.",
        operations=(("with these steps", recipe),),
    )
    return shared, _moved(recipe, told)


def _moved(recipe: Recipe, told: str) -> Question:
    q, first = recipe.modulus, recipe.dials[0]
    steps = int(first.a.target) + 1
    moved = recipe.with_target(first, steps)
    distance = alias_distance(moved)
    others = math.gcd(q, *(int(dial.a.target) for dial in recipe.dials[1:]))
    answer = (
        f"Yes: gcd({steps}, {others}) = 1, where {others} is what the others share with {q}. No two numbers look the "
        "same to all dials any more. Whether every pair is then right depends on how far apart they look: count."
        if distance is None
        else f"Not quite: the dials still share a factor with {q}, and numbers {distance} apart look the same."
    )
    return Question(
        "Is one step enough?",
        f"The same steps, {told} at modulus {q}, but dial {first.frequency} takes one more: **{steps}**. Can every "
        "number be told from every other now?",
        answer,
        operations=((f"with dial {first.frequency} at {steps}", moved),),
    )
