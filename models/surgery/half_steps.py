"""Operands that stand half a step ahead: a + ½ in place of a, at angles that no number of the network has."""

import math
from dataclasses import replace

from models.surgery.recipe import Dial, Recipe, Turn

HALF = 0.5
NEAR = 1e-6  # radians: what a phase may lose in a link or a slider
TURN = 2 * math.pi


def halves_ahead(recipe: Recipe) -> tuple[float, float]:
    """How far the operands a and b stand ahead of whole numbers, each 0 or ½: as most of the dials have it.

    A dial that takes s steps a number is half a number ahead where its phase is π·s/q.

    >>> halves_ahead(with_halves(Recipe(7, (Dial(2, Turn(2)),))))
    (0.5, 0.5)
    """
    on = [dial for dial in recipe.dials if dial.a.on]

    def ahead(turns: list[Turn]) -> float:
        halves = sum(_is_half_ahead(turn, recipe.modulus) for turn in turns)
        return HALF if 2 * halves > len(turns) else 0.0

    return ahead([dial.a for dial in on]), ahead([dial.on_b for dial in on])


def with_halves(recipe: Recipe) -> Recipe:
    """The recipe with both operands half a step ahead. The readout follows, so class c stands for c + 1.

    Then a pair is right where the network answers (a + ½) + (b + ½), and every count is of that.
    """

    def ahead(dial: Dial) -> Dial:
        return Dial(dial.frequency, replace(dial.a, phase=math.pi * dial.a.target / recipe.modulus))

    return replace(recipe, dials=tuple(map(ahead, recipe.dials)))


def halves_linked(recipe: Recipe) -> Recipe:
    """The recipe, its readout following where older ones left it behind: that scored ½ + ½ as 0.

    >>> old = Recipe(7, (Dial(2, Turn(2, phase=2 * math.pi / 7), readout=Turn(2)),))
    >>> halves_linked(old).dials[0].readout is None
    True
    """
    behind = all(dial.readout == replace(dial.a, phase=0.0) and dial.b is None for dial in recipe.dials)
    if not behind or halves_ahead(recipe) == (0.0, 0.0):
        return recipe
    return replace(recipe, dials=tuple(replace(dial, readout=None, weight=1.0) for dial in recipe.dials))


def _is_half_ahead(turn: Turn, modulus: int) -> bool:
    off = (turn.phase - math.pi * turn.target / modulus) % TURN
    return turn.target % modulus != 0 and min(off, TURN - off) < NEAR
