"""Figures that a file records of its training, whatever it calls them: losses and accuracies, at an end or as curves.

A name is taken apart into words: one says of which pairs, one says what was measured, and the rest must say nothing
("val_acc", "history.train_loss", "losses.test"). So do the names of what a figure stands in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import isfinite
from typing import Any, Literal

from torch import Tensor

Pairs = Literal["train", "test"]
Measured = Literal["loss", "accuracy"]
Key = tuple[Pairs, Measured]
KEYS: tuple[Key, ...] = (("train", "loss"), ("test", "loss"), ("train", "accuracy"), ("test", "accuracy"))
PAIRS: dict[str, Pairs] = {
    **dict.fromkeys(("train", "training", "tr"), "train"),
    **dict.fromkeys(("test", "testing", "val", "valid", "validation", "eval", "heldout"), "test"),
}
MEASURED: dict[str, Measured] = {
    **dict.fromkeys(("loss", "losses"), "loss"),
    **dict.fromkeys(("acc", "accs", "accuracy", "accuracies"), "accuracy"),
}
SILENT = {
    *("curve", "curves", "final", "hist", "histories", "history", "last", "list", "log", "logs", "metric", "metrics"),
    *("record", "recorded", "records", "result", "results", "stats"),
}
STEP_WORDS = {"epoch", "epochs", "iter", "iteration", "iterations", "iters", "step", "steps"}
OTHER_THINGS = re.compile(r"optim|sched|state_dict", re.IGNORECASE)  # large, and no record of a loss is in them
DEEPEST = 4  # records within records
MOST_ENTRIES = 5_000  # that are looked at
LONGEST_NAME = 100
PERCENT = 100.0


@dataclass(frozen=True)
class Figure:
    """Values of one measure, one for each time that it was taken, and at which steps where the file says."""

    values: tuple[float, ...]
    steps: tuple[int, ...] | None = None


def figures_of(recorded: Mapping[str, Any]) -> dict[Key, Figure]:
    """What a file records of losses and accuracies; accuracies in percent as shares.

    Of several records of one thing the longest is taken, of equally long ones the first: a curve says what its end
    says, and more.
    """
    found: dict[Key, Figure] = {}
    entries = list(islice(_entries(recorded), MOST_ENTRIES))
    axes = [(words[:-1], words[-1], steps) for words, value in entries if (steps := _axis(words, value))]
    for words, value in entries:
        key = _key_of([word for name in words for word in name])
        values = numbers(value) if key else ()
        if key and len(values) > len(found[key].values if key in found else ()):
            shares = key[1] == "accuracy" and 1 < max(values) <= PERCENT
            values = tuple(each / PERCENT for each in values) if shares else values
            found[key] = Figure(values, _steps_beside(words, len(values), axes))
    return found


def numbers(value: Any) -> tuple[float, ...]:
    """A number, or a list or tensor of them, as floats; empty for anything else."""
    if isinstance(value, Tensor):
        value = value.flatten().tolist()
    values = value if isinstance(value, list | tuple) else [value]
    plain = all(isinstance(each, int | float) and type(each) is not bool for each in values)
    return tuple(map(float, values)) if plain else ()


def ends(recorded: Mapping[str, Any]) -> dict[Key, float]:
    """The last of each figure, where it is a finite number."""
    return {key: figure.values[-1] for key, figure in figures_of(recorded).items() if isfinite(figure.values[-1])}


def rising(value: Any, count: int) -> tuple[int, ...] | None:
    """So many rising whole steps; None for anything else."""
    values = value.tolist() if isinstance(value, Tensor) else value
    if not isinstance(values, list) or len(values) != count or not all(type(step) is int for step in values):
        return None
    return tuple(values) if all(a < b for a, b in pairwise(values)) else None


Words = tuple[tuple[str, ...], ...]  # of each name on the way to an entry


def _entries(recorded: Mapping[Any, Any], above: Words = ()) -> Iterator[tuple[Words, Any]]:
    """Everything in records within records, each with the words of the names that lead to it."""
    for name, value in recorded.items():
        if not isinstance(name, str) or OTHER_THINGS.search(name[:LONGEST_NAME]):
            continue
        words = (*above, _words(name))
        columns = _columns(value) if isinstance(value, list) else value
        if isinstance(columns, dict) and len(words) < DEEPEST:
            yield from _entries(columns, words)
        else:
            yield words, value


def _words(name: str) -> tuple[str, ...]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[:LONGEST_NAME]).lower()
    return tuple(word for word in re.split(r"[^a-z0-9]+", split) if word)


def _columns(rows: Sequence[Any]) -> dict[str, list[Any]] | None:
    """A list of records as a record of lists, of the names that all of them have; None for any other list."""
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    names = [name for name in rows[0] if isinstance(name, str) and all(name in row for row in rows)]
    return {name: [row[name] for row in rows] for name in names[:LONGEST_NAME]}


def _key_of(words: Sequence[str]) -> Key | None:
    pairs = [PAIRS[word] for word in words if word in PAIRS]
    measured = [MEASURED[word] for word in words if word in MEASURED]
    rest = [word for word in words if word not in PAIRS and word not in MEASURED and word not in SILENT]
    return (pairs[0], measured[0]) if len(pairs) == len(measured) == 1 and not rest else None


def _axis(words: Words, value: Any) -> tuple[int, ...] | None:
    """The steps that an entry lists; None where it lists none."""
    says = set(words[-1])
    count = len(value) if isinstance(value, list | Tensor) and not (isinstance(value, Tensor) and not value.ndim) else 0
    return rising(value, count) if count > 1 and says & STEP_WORDS and not says & MEASURED.keys() else None


def _steps_beside(
    words: Words, count: int, axes: Sequence[tuple[Words, tuple[str, ...], tuple[int, ...]]]
) -> tuple[int, ...] | None:
    """The steps of a curve: listed beside it or above it, one for each value, its own kind of pairs' list first."""
    fitting = [
        (len(place), name, steps) for place, name, steps in axes if len(steps) == count and words[: len(place)] == place
    ]
    own = {PAIRS[word] for name in words for word in name if word in PAIRS}
    kinds = [({PAIRS[word] for word in name if word in PAIRS}, depth, steps) for depth, name, steps in fitting]
    usable = [(kind == own, depth, steps) for kind, depth, steps in kinds if not kind or kind == own]
    return max(usable, key=lambda each: each[:2])[2] if usable else None
