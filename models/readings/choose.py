"""The reading of a file: chosen, said in it, configured beside it, borne out by recorded figures, or tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import isfinite
from typing import Any

from torch import Tensor

from models.errors import CheckpointError
from models.facts import PLAIN
from models.formats.config import facts_of_config, modulus_of_config
from models.formats.reading import Contents
from models.formats.registry import facts_said, layout_of, network_from_contents, open_facts_of
from models.network import Network
from models.readings.candidate import (
    LEARNED,
    Candidate,
    Tried,
    by_its_operation,
    with_coefficient,
    with_fitted_coefficient,
)
from models.task import SUM

HALF_STEPS_FOR = 0.1  # below the best accuracy at most: then a reading is worth its half-step test,
MOST_HALF_STEPS = 6  # the best of them
ALSO_FITS = 0.02  # below the best accuracy at most
COEFFICIENTS = (0.0, 0.5, 1.0)  # looked at first
MOST_FITTED = 2  # readings whose coefficient is then fitted
TOLD_APART = 0.05  # in distance from recorded figures
RECORDED = {
    "loss": ("train_loss", "train_losses", "test_loss", "test_losses"),
    "accuracy": ("train_accuracy", "train_accs", "test_accuracy", "test_accs"),
}


@dataclass(frozen=True, eq=False)
class Reading:
    """A network with the facts it was read by, and why these."""

    network: Network
    why: str
    tried: tuple[Tried, ...] = ()  # best first; empty where nothing had to be tried
    adds: bool = True  # False: it computes no x·a + y·b known here, and is judged by a + b

    @property
    def others_that_fit(self) -> tuple[Tried, ...]:
        """Readings that score nearly as well: there a person has to decide."""
        if not self.tried:
            return ()
        enough = self.tried[0].accuracy - ALSO_FITS
        return tuple(each for each in self.tried[1:] if each.accuracy >= max(enough, LEARNED))


def read_network(
    contents: Contents, config: Mapping[str, Any] | None = None, chosen: Mapping[str, Any] | None = None
) -> Reading:
    """The network of a file by the facts that fit. `config` stood beside it; `chosen` are a person's own.

    In this order: chosen, said in the file's metadata, configured; what is still open is decided by recorded figures
    or, where there are none, by trying. Raises CheckpointError.
    """
    said = facts_said(contents)
    if said and not chosen:
        return Reading(network_from_contents(contents, said), "said in the file, which Clockwork wrote")
    choices = open_facts_of(contents)
    _require_open(chosen or {}, choices, layout_of(contents).TITLE)
    configured = {
        name: value for name, value in (facts_of_config(config) if config else {}).items() if _asked(name, choices)
    }
    known = configured | (said.to_json() if said else {}) | dict(chosen or {})
    candidates = [Candidate(contents, PLAIN.with_values(facts)) for facts in _combinations(choices, known)]
    _require_modulus(config, candidates[0].network)
    if "operation" not in known:
        candidates = [by_its_operation(one) for one in candidates]
    if len(candidates) > 1:
        fits_coefficient = "coefficient" not in known and len(choices.get("coefficient", ())) > 1
        why, candidates = _decided(candidates, contents, fits_coefficient)
    elif chosen:
        why = "chosen by you"
    else:
        why = "said by its configuration" if configured else "its layout leaves nothing open"
    found = candidates[0]
    if found.facts.operation != SUM and "operation" not in known:
        why += f"; its answers follow {found.facts.operation}"
    tried = tuple(one.tried for one in candidates) if len(candidates) > 1 else ()
    return Reading(found.network, why, tried, "operation" in known or found.tried.accuracy >= LEARNED)


def _decided(candidates: list[Candidate], contents: Contents, fits_coefficient: bool) -> tuple[str, list[Candidate]]:
    """Why the first is the one, and all of them, best first."""
    recorded = _recorded(contents.recorded)
    if recorded:
        why = f"borne out by the figures recorded in the file ({_listed(recorded)})"
        return why, _nearest_first(candidates, recorded)
    best_first = _best_first(_with_fitted_coefficients(candidates) if fits_coefficient else candidates)
    if best_first[0].tried.accuracy < LEARNED:
        return "what the authors of its layout mean; in none of the readings are most pairs right", candidates
    why = f"tried: the best of {len(candidates)} readings by right pairs, half-step test and loss"
    if fits_coefficient:
        why += f"; the attention coefficient {best_first[0].facts.coefficient:.3f} has the smallest loss"
    return why, best_first


def _combinations(choices: Mapping[str, Iterable[Any]], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every way to fill what is open; what is known is not open."""
    open_ = {name: tuple(values) for name, values in choices.items() if name not in known}
    return [dict(known) | dict(zip(open_, values, strict=True)) for values in product(*open_.values())]


def _asked(name: str, choices: Mapping[str, Iterable[Any]]) -> bool:
    """Whether a layout has use for a fact."""
    return name in choices or name == "operation"


def _require_open(chosen: Mapping[str, Any], choices: Mapping[str, Iterable[Any]], title: str) -> None:
    """A choice that would change nothing must not pass for one that was followed."""
    PLAIN.with_values(chosen)
    closed = [name for name in chosen if not _asked(name, choices)]
    if closed:
        raise CheckpointError(
            f"{title} files leave no {', '.join(closed)} open, so nothing can be chosen there; "
            f"they leave open: {', '.join([*choices, 'operation'])}."
        )


def _nearest_first(candidates: list[Candidate], recorded: Mapping[str, list[float]]) -> list[Candidate]:
    """Sorted by distance from the recorded figures; of those that differ too little, the layout's first choice."""
    distances = {id(one): one.distance(recorded) for one in candidates}
    nearest = min(distances.values())
    first = next(one for one in candidates if distances[id(one)] <= nearest + TOLD_APART)
    return [first, *sorted((one for one in candidates if one is not first), key=lambda one: distances[id(one)])]


def _best_first(candidates: list[Candidate]) -> list[Candidate]:
    """Sorted by promise; the half-step test is run for those that come near the best accuracy."""
    best = max(one.tried.accuracy for one in candidates)
    near = sorted(
        (one for one in candidates if one.tried.accuracy >= best - HALF_STEPS_FOR), key=lambda x: x.tried.loss
    )
    for one in near[:MOST_HALF_STEPS]:
        one.with_half_steps()
    return sorted(candidates, key=lambda one: (-round(one.tried.promise, 3), one.tried.loss))


def _with_fitted_coefficients(candidates: list[Candidate]) -> list[Candidate]:
    """Readings apart from the coefficient: the most promising with the one of the smallest loss, then the others."""
    alike = {replace(one.facts, coefficient=0.0): one for one in candidates}
    seen = [
        min((with_coefficient(one, coefficient) for coefficient in COEFFICIENTS), key=lambda each: each.tried.loss)
        for one in alike.values()
    ]
    seen.sort(key=lambda one: (-round(one.tried.accuracy, 2), one.tried.loss))
    return [with_fitted_coefficient(one) for one in seen[:MOST_FITTED]] + seen[MOST_FITTED:]


def _require_modulus(config: Mapping[str, Any] | None, network: Network) -> None:
    named = modulus_of_config(config) if config else None
    if named is not None and named != network.modulus:
        raise CheckpointError(
            f"The configuration is of a network mod {named}, but the weights have {network.modulus} numbers; "
            "give the configuration that belongs to this file."
        )


def _recorded(recorded: Mapping[str, Any]) -> dict[str, list[float]]:
    """Figures that the file recorded of itself at the end, by what they measure."""
    found = {
        of: [x for name in names if (x := _last(recorded.get(name))) is not None] for of, names in RECORDED.items()
    }
    return {of: values for of, values in found.items() if values}


def _last(value: Any) -> float | None:
    """A number, or the last of a curve."""
    if isinstance(value, Tensor):
        value = value.flatten()[-1].item() if value.numel() else None
    if isinstance(value, list | tuple):
        return _last(value[-1]) if value else None
    return float(value) if isinstance(value, int | float) and isfinite(value) else None


def without_spare_records(contents: Contents) -> Contents:
    """The same with no more of its records than a reading looks at: the end of each figure, and no optimiser."""
    ends = {name: _last(contents.recorded.get(name)) for names in RECORDED.values() for name in names}
    return replace(contents, recorded={name: end for name, end in ends.items() if end is not None})


def _listed(recorded: Mapping[str, list[float]]) -> str:
    return "; ".join(f"{of} {', '.join(f'{x:.3g}' for x in values)}" for of, values in recorded.items())
