"""Training runs: several checkpoints of one network, in one file or in several, and the curves recorded beside them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from torch import Tensor

from models.formats.decoding import Contents
from models.formats.endings import without_endings
from models.formats.figures import KEYS, Key, figures_of, rising
from models.formats.unwrapping import STATE_DICTS, without_prefixes

STEP_LISTS = ("epochs", "steps", "epoch_list", "state_dict_epochs")  # beside a list of checkpoints
STEPS = ("epoch", "step", "iteration")  # beside one checkpoint
MOST_GROUPS = 5  # of equal checkpoints, that are named
MOST_STEPS = 5  # of each
DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,20})?(e[-+]?\d{1,3})?")
NUMBER = r"[-_ =.]*(\d{1,12})"
NAMED_STEP = (  # the first that fits says the step; what a seed, a modulus or a size is called is in none of them
    re.compile(rf"(?:step|iteration|iter)s?{NUMBER}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?:epoch|(?<![a-z])ep)s?{NUMBER}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?:model|net|network|weights|state|snapshot|save|ckpt|checkpoint){NUMBER}$", re.IGNORECASE),
    re.compile(r"^(\d{1,12})$"),
)


@dataclass(frozen=True)
class Curve:
    """A figure that was recorded while training."""

    steps: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class CheckpointSeries:
    """One network at one or more checkpoints of its training, in order."""

    name: str
    steps: tuple[int, ...]  # of each checkpoint; one checkpoint without a step has 0
    checkpoints: tuple[Contents, ...]
    curves: Mapping[str, Curve] = field(default_factory=dict)

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """That checkpoints hold the same weights, bit for bit, where any do."""
        alike: dict[bytes, list[int]] = {}
        for step, contents in zip(self.steps, self.checkpoints, strict=True):
            alike.setdefault(_fingerprint(contents.tensors), []).append(step)
        equal = [steps for steps in alike.values() if len(steps) > 1]
        if not equal:
            return ()
        if len(alike) == 1:
            return (
                f"all of its {len(self.steps):,} checkpoints hold the same weights, bit for bit: a training that keeps "
                "its state dict by reference saves the last one in the place of each",
            )
        listed = "; ".join(map(_listed, equal[:MOST_GROUPS]))
        return (f"some of its checkpoints hold the same weights, bit for bit: {listed}",)


def _fingerprint(tensors: Mapping[str, Tensor]) -> bytes:
    digest = sha256()
    for name in sorted(tensors):
        digest.update(tensors[name].contiguous().view(-1).numpy().tobytes())
    return digest.digest()


def _listed(steps: Sequence[int]) -> str:
    named = [f"{step:,}" for step in steps[:MOST_STEPS]]
    more = len(steps) - len(named)
    last = [f"{more:,} more"] if more else [named.pop()]
    return f"{', '.join(named)} and {last[0]}"


def runs_of(files: Sequence[Contents]) -> list[CheckpointSeries]:
    """The runs in a number of files: those that are checkpoints of one training together, every other by itself."""
    together: dict[object, dict[int, Contents]] = {}
    alone: list[CheckpointSeries] = []
    for contents in files:
        step = _step_of(contents)
        checkpoints = _checkpoints_within(contents)
        if checkpoints or step is None:
            alone.append(checkpoints or CheckpointSeries(contents.name, (0,), (contents,), _recorded_curves(contents)))
        else:
            found = together.setdefault((_shapes(contents.tensors), _without_digits(contents.name)), {})
            if step in found:
                alone.append(CheckpointSeries(contents.name, (step,), (contents,), _recorded_curves(contents)))
            else:
                found[step] = contents
    return [_run_of_files(found) for found in together.values()] + alone


def _shapes(tensors: Mapping[str, Tensor]) -> object:
    return frozenset((name, tuple(tensor.shape)) for name, tensor in tensors.items())


def _without_digits(name: str) -> str:
    """What the names of one training's files have in common."""
    return re.sub(r"\d+", "#", name)


def _step_of(contents: Contents) -> int | None:
    """The checkpoint that a file says it holds, by its name or by its record; None where it says none."""
    stem = without_endings(contents.name)
    named = next((found for pattern in NAMED_STEP if (found := pattern.search(stem))), None)
    if named:
        return int(named[1])
    recorded = [contents.recorded.get(name) for name in STEPS]
    return next((step for step in recorded if type(step) is int), None)


def _run_of_files(checkpoints: Mapping[int, Contents]) -> CheckpointSeries:
    steps = tuple(sorted(checkpoints))
    ordered = tuple(checkpoints[step] for step in steps)
    last = ordered[-1]
    if len(steps) == 1:
        return CheckpointSeries(last.name, steps, ordered, _recorded_curves(last))
    return CheckpointSeries(
        f"{ordered[0].name} … {last.name}",
        steps,
        ordered,
        _curves_of_checkpoints(steps, ordered) | _recorded_curves(last),
    )


def _checkpoints_within(contents: Contents) -> CheckpointSeries | None:
    """The run that one file holds as a list of state dicts; None where it holds one checkpoint."""
    states = contents.recorded.get(STATE_DICTS)
    if not isinstance(states, list) or not all(isinstance(state, dict) for state in states):
        return None
    same = _shapes(contents.tensors)
    tensors = [without_prefixes({k: v for k, v in state.items() if isinstance(v, Tensor)}) for state in states]
    if len(tensors) < 2 or any(_shapes(each) != same for each in tensors):
        return None
    rest = {name: value for name, value in contents.recorded.items() if name != STATE_DICTS}
    lists = [rising(rest.get(name), len(tensors)) for name in STEP_LISTS]
    steps = next((found for found in lists if found), None)
    ordered = tuple(
        replace(contents, tensors=each, recorded=rest if number + 1 == len(tensors) else {})
        for number, each in enumerate(tensors)
    )
    return CheckpointSeries(contents.name, steps or tuple(range(len(tensors))), ordered, _recorded_curves(contents))


def _recorded_curves(contents: Contents) -> dict[str, Curve]:
    """Curves recorded in one file, at the steps that it lists beside them.

    Where it lists none, the longest has a value for every step from 0, a shorter one for every few steps.
    """
    found = {key: figure for key, figure in figures_of(contents.recorded).items() if len(figure.values) > 1}
    longest = max((len(figure.values) for figure in found.values()), default=0)
    curves = {}
    for key, figure in found.items():
        stride = max(1, round(longest / len(figure.values)))
        steps = figure.steps or tuple(range(0, len(figure.values) * stride, stride))
        curves[_title(key)] = Curve(steps, figure.values)
    return curves


def _title(key: Key) -> str:
    return " ".join(key)


def _curves_of_checkpoints(steps: Iterable[int], checkpoints: Iterable[Contents]) -> dict[str, Curve]:
    """Curves out of what each checkpoint recorded of itself, beside its tensors or in its metadata."""
    curves = {}
    recorded = [
        (step, figures_of({**_numbers_in(contents.metadata), **contents.recorded}))
        for step, contents in zip(steps, checkpoints, strict=True)
    ]
    for key in KEYS:
        points = [(step, figures[key].values[-1]) for step, figures in recorded if key in figures]
        if len(points) > 1:
            curves[_title(key)] = Curve(tuple(step for step, _ in points), tuple(value for _, value in points))
    return curves


def _numbers_in(metadata: Mapping[str, str]) -> dict[str, Any]:
    """What is a plain decimal number among metadata, which hold text alone."""
    return {name: float(text) for name, text in metadata.items() if DECIMAL.fullmatch(text)}
