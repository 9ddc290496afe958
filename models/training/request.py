"""A training run as it is asked for: a recipe by its name, and what is to be otherwise than it says."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from math import isnan
from typing import Any

from models.errors import TrainingError, is_whole, shown
from models.operations.parsing import linear_factors
from models.runtime.machine import usable_memory
from models.task import Operation
from models.training.architectures import ARCHITECTURES, SYMMETRIC, Sizes
from models.training.recipes import FIRST, RECIPES, TrainingRecipe, schedule_of
from models.training.saved_state import MOST_STEPS
from models.training.trainer import Schedule, TrainingRun

LARGEST_RATE = 1000
LARGEST_SIZE = 2**16
BOUNDS: dict[str, tuple[float, float]] = {
    "modulus": (2, LARGEST_SIZE),
    "width": (1, LARGEST_SIZE),
    "heads": (1, LARGEST_SIZE),
    "neurons": (1, LARGEST_SIZE),
    "steps": (1, MOST_STEPS),
    "learning_rate": (0, LARGEST_RATE),
    "weight_decay": (0, LARGEST_RATE),
}
OF_SIZES = ("modulus", "width", "heads", "neurons")
OF_SCHEDULE = ("steps", "fraction", "learning_rate", "weight_decay", "stop_below")
WHOLE = {*OF_SIZES, "steps"}
MOST_SEEDS = 2**63
BYTES_A_WEIGHT = 16  # weight, gradient and two averages
BYTES_A_LOGIT, BYTES_A_NEURON = 8, 2  # of every pair at least: of the larger part, those trained on or the others


@dataclass(frozen=True)
class TrainingRequest:
    """What is to be trained, and how: everything that decides the weights but the processor.

    Attributes:
        recipe: what holds where nothing else was asked for.
        architecture: a name of ARCHITECTURES.
        changed: names of options that were given another value than the recipe's.
    """

    recipe: TrainingRecipe
    architecture: str
    sizes: Sizes
    schedule: Schedule
    changed: tuple[str, ...] = ()

    def begin(self) -> TrainingRun:
        """The run at its first step."""
        return TrainingRun(ARCHITECTURES[self.architecture](self.sizes, self.schedule.seed), self.schedule)


def training_request(
    recipe: str = FIRST,
    options: Mapping[str, Any] | None = None,
    *,
    seed: int = 0,
    called: Callable[[str], str] = str,
) -> TrainingRequest:
    """A request by name, checked before anything is trained.

    Args:
        recipe: a name of RECIPES.
        options: architecture, operation (a formula, or x and y of x·a + y·b), modulus, width, heads, neurons, steps,
            fraction, learning_rate, weight_decay, stop_below; the recipe's where one is None or left out.
        seed: of the weights and of the split.
        called: how an option is spelled where it was given, for messages.

    Raises:
        TrainingError: an option that cannot be; the sentence says which, and what was expected.

    >>> training_request("record", {"modulus": 13}).changed
    ('modulus',)
    """
    if recipe not in RECIPES:
        raise TrainingError(f"Recipe {shown(repr(recipe))} is none; expected one of {', '.join(RECIPES)}.")
    named = RECIPES[recipe]
    usual = {"architecture": named.architecture, **asdict(named.sizes)}
    usual |= {name: getattr(named.schedule, name) for name in OF_SCHEDULE}
    given = {name: value for name, value in (options or {}).items() if value is not None and name != "operation"}
    if unknown := given.keys() - usual.keys():
        raise TrainingError(f"{shown(min(unknown))} is no option of training; expected one of {', '.join(usual)}.")
    wanted = usual | given
    _require(wanted, seed, called)
    operation = (options or {}).get("operation")
    schedule = replace(schedule_of(named, seed), **{name: wanted[name] for name in OF_SCHEDULE})
    if operation is not None:
        schedule = replace(schedule, operation=_factors(operation, wanted, called))
    sizes = Sizes(*(wanted[name] for name in OF_SIZES))
    changed = tuple(name for name, value in given.items() if value != usual[name])
    return TrainingRequest(named, wanted["architecture"], sizes, schedule, changed)


def require_in_bounds(name: str, value: float, bounds: tuple[float, float], called: Callable[[str], str] = str) -> None:
    """Raises TrainingError for a number outside of its bounds."""
    if not bounds[0] <= value <= bounds[1]:
        raise TrainingError(f"{called(name)} {shown(value)} is out of range; expected {bounds[0]:,} to {bounds[1]:,}.")


def _require(wanted: Mapping[str, Any], seed: int, called: Callable[[str], str]) -> None:
    if wanted["architecture"] not in ARCHITECTURES:
        raise TrainingError(
            f"{called('architecture')} {shown(repr(wanted['architecture']))} is none; "
            f"expected one of {', '.join(ARCHITECTURES)}."
        )
    if not is_whole(seed) or not -MOST_SEEDS <= seed < MOST_SEEDS:
        raise TrainingError(f"{called('seed')} {shown(repr(seed))} is none; expected a whole number of 63 bits.")
    for name in (*OF_SIZES, *OF_SCHEDULE):
        _require_number(name, wanted[name], called)
    for name, bounds in BOUNDS.items():
        require_in_bounds(name, wanted[name], bounds, called)
    _require_parts(wanted, called)
    _require_memory(wanted, called)


def _require_number(name: str, value: Any, called: Callable[[str], str]) -> None:
    kind = "a whole number" if name in WHOLE else "a number"
    is_number = is_whole(value) or (name not in WHOLE and isinstance(value, float))
    if not is_number or (name == "stop_below" and isnan(value)):  # others have bounds, which NaN is not within
        raise TrainingError(f"{called(name)} {shown(repr(value))} is none; expected {kind}.")


def _require_parts(wanted: Mapping[str, Any], called: Callable[[str], str]) -> None:
    """Heads divide the width, and there are pairs to train and to test on."""
    p, fraction = wanted["modulus"], wanted["fraction"]
    if wanted["width"] % wanted["heads"]:
        raise TrainingError(
            f"{called('width')} {wanted['width']} does not divide by {called('heads')} {wanted['heads']}; each head "
            "takes an equal part."
        )
    if not 0 < fraction < 1:
        raise TrainingError(f"{called('fraction')} {fraction} is out of range; expected a number between 0 and 1.")
    if not 0 < int(fraction * p**2) < p**2:
        raise TrainingError(f"{called('fraction')} {fraction} leaves no pairs to train or to test on at modulus {p}.")


def _require_memory(wanted: Mapping[str, Any], called: Callable[[str], str]) -> None:
    """Refuse sizes at which logits, neurons and one matrix of weights alone are more than the memory."""
    p, neurons = wanted["modulus"], wanted["neurons"]
    weights = neurons * min(wanted["width"], p)
    needed = BYTES_A_WEIGHT * weights + p**2 * (BYTES_A_LOGIT * p + BYTES_A_NEURON * neurons)
    if needed > usable_memory():
        raise TrainingError(
            f"Training at these sizes takes more than {needed / 2**30:,.0f} GB of memory, and "
            f"{usable_memory() / 2**30:,.0f} GB may be used. Give a smaller {called('modulus')} or fewer "
            f"{called('neurons')}."
        )


def _factors(operation: Any, wanted: Mapping[str, Any], called: Callable[[str], str]) -> tuple[int, int]:
    """x and y. Raises TrainingError for what a network of this project could not be read as."""
    p, architecture = wanted["modulus"], wanted["architecture"]
    x, y, shift = linear_factors(operation) if isinstance(operation, str) else (*_two(operation, called), 0)
    if shift or not Operation(x, y).is_sum_mod(p):
        raise TrainingError(
            f"{called('operation')} {shown(operation)} cannot be trained mod {p}; expected x*a+y*b with "
            f"nothing added, and neither x nor y with a factor in common with {p}."
        )
    if architecture in SYMMETRIC and (x - y) % p:
        raise TrainingError(
            f"{called('architecture')} {architecture} answers a, b as b, a, so it cannot learn {Operation(x, y)}; "
            f"expected x = y, or one of {', '.join(sorted(ARCHITECTURES.keys() - SYMMETRIC))}."
        )
    return x, y


def _two(operation: Any, called: Callable[[str], str]) -> tuple[int, int]:
    if isinstance(operation, list | tuple) and len(operation) == 2 and all(map(is_whole, operation)):
        return operation[0], operation[1]
    raise TrainingError(
        f"{called('operation')} {shown(operation)} is none; expected x*a+y*b, such as a-b, or the two whole numbers."
    )
