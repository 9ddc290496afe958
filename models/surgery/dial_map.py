"""Dials and their targets in one line, as the command line takes them."""

import math

from models.errors import RecipeError, shown
from models.groups import Group


def parse_map(text: str, group: Group | None = None) -> dict[int, float]:
    """--map 16:22,30:-7,56:40.5 → {16: 22.0, 30: −7.0, 56: 40.5}; in a product of groups 16:3/1. Raises RecipeError."""
    targets: dict[int, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        frequency, colon, target = part.partition(":")
        try:
            key, value = int(frequency), _target(target, group)
        except ValueError:
            colon = ""
        if not colon or not math.isfinite(value):
            raise RecipeError(
                f"--map has {shown(repr(part))}; expected FREQUENCY:TARGET, e.g. 16:22,30:-7,56:40.5, "
                "or 16:3/1 in a product of two groups."
            )
        if key in targets:
            raise RecipeError(f"--map gives frequency {key} twice.")
        targets[key] = value
    return targets


def _target(text: str, group: Group | None) -> float:
    """A number of steps, or of a character that is written by its digits. Raises ValueError."""
    if group is None or len(group.factors) == 1:
        return float(text)
    digits = [int(digit) for digit in text.split("/")]
    if len(digits) != len(group.factors):
        raise ValueError(text)
    return float(group.number_of(tuple(digits)))
