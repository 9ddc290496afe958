"""Which of several readings of a file is the one: by recorded figures or, where there are none, by trying."""

from collections.abc import Mapping
from dataclasses import replace

from models.formats.decoding import Contents
from models.readings.candidate import (
    GLIMPSED_PAIRS,
    LEARNED,
    Candidate,
    some_pairs,
    with_coefficient,
    with_fitted_coefficient,
)
from models.readings.recorded import figures_recorded, listed

HALF_STEPS_FOR = 0.1  # below the best accuracy at most: then a reading is worth its half-step test,
MOST_HALF_STEPS = 6  # the best of them
COEFFICIENTS = (0.0, 0.5, 1.0)  # looked at first
MOST_FITTED = 2  # readings whose coefficient is then fitted
CLEARLY = 6  # standard errors of pairs that are right by chance
TOLD_APART = 0.05  # in distance from recorded figures


def decided(
    candidates: list[Candidate], contents: Contents, fits_coefficient: bool, every: int
) -> tuple[str, list[Candidate]]:
    """Why the first is the one, and all of them, best first. `every` is how many readings there were to begin with."""
    recorded = figures_recorded(contents.recorded)
    if recorded:
        why = f"borne out by the figures recorded in the file ({listed(recorded)})"
        return why, _nearest_first(candidates, recorded)
    best_first = _best_first(_with_fitted_coefficients(candidates) if fits_coefficient else candidates)
    if best_first[0].tried.accuracy < LEARNED:
        why = "what the authors of its layout mean; in none of the readings are most pairs right"
        return why, _by_clearer_order(candidates)
    few = f" (of {every}, the best on {GLIMPSED_PAIRS} pairs)" if every > len(candidates) else ""
    why = f"tried: the best of {len(candidates)} readings{few} by right pairs, half-step test and loss"
    if fits_coefficient:
        why += f"; the attention coefficient {best_first[0].hyperparameters.coefficient:.3f} has the smallest loss"
    return why, best_first


def _by_clearer_order(candidates: list[Candidate]) -> list[Candidate]:
    """The first, or where another order of its weights has clearly more pairs right, the first of those in that order.

    A network that has memorised half its pairs gets none of them right in a wrong order.
    """
    first, best = candidates[0], max(candidates, key=lambda one: one.tried.accuracy)
    network = first.network
    chance, pairs = 1 / network.modulus, len(some_pairs(network)[0])
    if best.tried.accuracy - first.tried.accuracy < CLEARLY * (chance * (1 - chance) / pairs) ** 0.5:
        return candidates
    return sorted(candidates, key=lambda one: one.hyperparameters.order != best.hyperparameters.order)


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
    alike = {replace(one.hyperparameters, coefficient=0.0): one for one in candidates}
    seen = [
        min((with_coefficient(one, coefficient) for coefficient in COEFFICIENTS), key=lambda each: each.tried.loss)
        for one in alike.values()
    ]
    seen.sort(key=lambda one: (-round(one.tried.accuracy, 2), one.tried.loss))
    return [with_fitted_coefficient(one) for one in seen[:MOST_FITTED]] + seen[MOST_FITTED:]
