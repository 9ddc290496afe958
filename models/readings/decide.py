"""Which of several readings of a file is the one: by recorded figures where these tell, else by right pairs.

Right pairs decide, then the half-step test and the loss. A layout's first choices stand unless another reading is
clearly better (`clearly_better`): of activations that is ReLU, and so heads, tokens and norms are the usual ones. That
rule finds the activation of all published networks that it was held against.
"""

from dataclasses import dataclass

from models.formats.decoding import Contents
from models.readings.borne_out import AGREES, factor_apart, told_apart
from models.readings.candidate import GLIMPSED_PAIRS, Candidate, Tried, unusual
from models.readings.coefficients import with_fitted_coefficients
from models.readings.learned import CLEARLY, LEARNED, above_chance, chance_error
from models.readings.recorded import Figures, figures_recorded

# A layout's first choices (as an activation, ReLU) stand unless another reading is clearly better:
MORE_ACCURATE = 0.002  # by more of the pairs than that,
LESS_LOSS = 2  # or, with as many pairs right, where the usual one's loss is more than so many times its own
ALIKE_LOSS = 1.05  # times another's, at most: then the losses tell nothing
NEAR = 0.02  # below the best accuracy on the first pairs at most, beside what chance explains: may still be the best
ERRORS = 3  # standard errors that chance explains
MOST_USUAL = 4  # readings near to the layout's own of which all pairs are counted too
MOST_COUNTED = 4  # readings of which all pairs are counted


@dataclass(frozen=True)
class _Judged:
    """Readings in order, the first of which is taken, and why."""

    why: str
    candidates: list[Candidate]


def decided(
    candidates: list[Candidate], contents: Contents, fits_coefficient: bool, every: int, glimpsed: int
) -> tuple[str, list[Candidate]]:
    """Why the first is the one, and all of them, best first.

    `every` is how many readings there were to begin with, `glimpsed` how many of them were tried on few pairs.
    """
    recorded, layouts_own = figures_recorded(contents.recorded), candidates[0]
    some = f"the best of the {glimpsed} most usual" if glimpsed < every else "the best"
    few = f" (of {every}, {some} on {GLIMPSED_PAIRS} pairs)" if every > len(candidates) else ""
    if fits_coefficient:
        candidates = with_fitted_coefficients(candidates)
    candidates = _with_all_pairs_of_the_best(candidates, recorded)
    fitting = told_apart([(one, factor_apart(one.tried, recorded)) for one in candidates]) if recorded else []
    if fitting:
        judged = _among_those_borne_out(fitting, layouts_own)
        rest = [one for one in _best_first(candidates) if one not in fitting]
        why = f"borne out by the figures recorded in the file ({recorded.listed}), within a factor of {AGREES:g}"
        return why + judged.why, judged.candidates + rest
    judged = _judged(candidates, layouts_own, few)
    unfitting = f"the figures recorded in the file ({recorded.listed}) fit none of the readings; " if recorded else ""
    coefficient = judged.candidates[0].hyperparameters.coefficient
    fitted = f"; the attention coefficient {coefficient:.3f} has the smallest loss" if fits_coefficient else ""
    return unfitting + judged.why + fitted, judged.candidates


def _among_those_borne_out(fitting: list[Candidate], layouts_own: Candidate) -> _Judged:
    """Of readings that the figures do not tell apart the best, or where none has learned, the layout's own."""
    if len(fitting) == 1:
        return _Judged("", fitting)
    if max(one.tried.accuracy for one in fitting) < LEARNED:
        return _Judged(f", as are {len(fitting)} readings alike; of these the layout's own", _own(fitting, layouts_own))
    return _Judged(
        f", as are {len(fitting)} readings alike; of these the best", _usual_unless_clearly_worse(fitting, layouts_own)
    )


def _own(candidates: list[Candidate], layouts_own: Candidate) -> list[Candidate]:
    """The layout's own reading first, where it is among them."""
    return sorted(candidates, key=lambda one: one.hyperparameters != layouts_own.hyperparameters)


def _judged(candidates: list[Candidate], layouts_own: Candidate, few: str) -> _Judged:
    """By right pairs, half-step test and loss where any of them does better than chance; else as the layout has it."""
    best = max(candidates, key=lambda one: one.tried.accuracy)
    if best.tried.accuracy < above_chance(best.network.modulus, best.tried.pairs):
        why = "what the authors of its layout mean; in none of the readings are clearly more pairs right than by chance"
        return _Judged(why, _by_clearer_order(_own(candidates, layouts_own)))
    ordered = _usual_unless_clearly_worse(candidates, layouts_own)
    taken, sampled = ordered[0], _sampled(ordered[0])
    why = f"tried: the best of {len(candidates)} readings{few} by right pairs{sampled}, half-step test and loss"
    better = _best_first(candidates)[0].hyperparameters.activation
    hardly = f"; {better} is not clearly better than {taken.hyperparameters.activation}"
    return _Judged(why + (hardly if better != taken.hyperparameters.activation else ""), ordered)


def _sampled(candidate: Candidate) -> str:
    """On how many pairs, where they were not all."""
    tried, all_pairs = candidate.tried.pairs, candidate.network.task.pair_count
    return f" (on {tried:,} of {all_pairs:,} pairs)" if tried < all_pairs else ""


def _with_all_pairs_of_the_best(candidates: list[Candidate], recorded: Figures) -> list[Candidate]:
    """The same, those that could still be the best counted on all pairs, and with their half-step tests."""
    finalists = _finalists(candidates, recorded)
    return [one.counted.with_half_steps() if one in finalists else one for one in candidates]


def _finalists(candidates: list[Candidate], recorded: Figures) -> list[Candidate]:
    """Those near the best accuracy, the best of each activation first; and those that recorded figures bear out."""
    best = max(one.tried.accuracy for one in candidates)
    error = (best * (1 - best) / candidates[0].tried.pairs) ** 0.5
    near = [one for one in _best_first(candidates) if one.tried.accuracy >= best - NEAR - ERRORS * error]
    first_of_each = list({one.hyperparameters.activation: one for one in reversed(near)}.values())
    near.sort(key=lambda one: one not in first_of_each)
    apart = [(factor_apart(one.tried, recorded), number) for number, one in enumerate(candidates)] if recorded else []
    agreeing = [candidates[number] for factor, number in sorted(apart) if factor <= AGREES]
    usual = sorted(near, key=lambda one: unusual(one.hyperparameters, candidates[0].hyperparameters))
    return near[:MOST_COUNTED] + usual[:MOST_USUAL] + agreeing[:MOST_COUNTED]


def _best_first(candidates: list[Candidate]) -> list[Candidate]:
    """Sorted by right pairs, then by the half-step test, then by the loss."""
    return sorted(candidates, key=lambda one: rank(one.tried))


def rank(tried: Tried) -> tuple[float, float, float]:
    """The smaller, the better a reading: right pairs decide, then the half-step test, then the loss."""
    return -tried.accuracy, -round(tried.half_step or 0.0, 2), tried.loss


def _usual_unless_clearly_worse(candidates: list[Candidate], layouts_own: Candidate) -> list[Candidate]:
    """Best first; the first is the one nearest to the layout's own of all than which the best is not clearly better.

    Of several as near, with as many pairs right and losses alike, the one that the layout lists first.
    """
    best_first = _best_first(candidates)
    standing = [one for one in best_first if not clearly_better(best_first[0].tried, one.tried)]
    far = {one: unusual(one.hyperparameters, layouts_own.hyperparameters) for one in standing}
    nearest = min(standing, key=lambda one: far[one])
    alike = [one for one in standing if far[one] == far[nearest] and _alike(one.tried, nearest.tried)]
    taken = min(alike, key=candidates.index)
    return [taken, *(one for one in best_first if one is not taken)]


def _alike(one: Tried, other: Tried) -> bool:
    return one.accuracy == other.accuracy and one.loss <= ALIKE_LOSS * other.loss


def clearly_better(other: Tried, usual: Tried) -> bool:
    """Whether a reading is so much better than a more usual one that it is taken instead.

    One that has not learned its operation gets some more or fewer pairs right by chance, read in another way.
    """
    learned = max(other.accuracy, usual.accuracy) >= LEARNED
    chance = 0.0 if learned else (usual.accuracy * (1 - usual.accuracy) / max(usual.pairs, 1)) ** 0.5
    more_right = other.accuracy > usual.accuracy + max(MORE_ACCURATE, ERRORS * chance)
    return more_right or (other.accuracy >= usual.accuracy and usual.loss > LESS_LOSS * other.loss)


def _by_clearer_order(candidates: list[Candidate]) -> list[Candidate]:
    """The first, or where another order of its weights has clearly more pairs right, the first of those in that order.

    A network that has memorised half its pairs gets none of them right in a wrong order.
    """
    first, best = candidates[0], max(candidates, key=lambda one: one.tried.accuracy)
    error = chance_error(first.network.modulus, first.tried.pairs)
    if best.tried.accuracy - first.tried.accuracy < CLEARLY * error:
        return candidates
    return sorted(candidates, key=lambda one: one.hyperparameters.order != best.hyperparameters.order)
