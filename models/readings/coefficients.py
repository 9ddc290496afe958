"""The attention coefficient of Zhong et al., which no tensor tells: a number that is fitted to a network's answers."""

from dataclasses import replace

from models.readings.candidate import Candidate

GRID = (0.0, 0.25, 0.5, 0.75, 1.0)  # looked at first
REACH = 0.25  # on both sides of the best of them
CUTS = 10  # of the range in which the smallest loss lies, each to 0.618 of it: to a four-hundredth
GOLDEN = (5**0.5 - 1) / 2
MOST_FITTED = 3  # readings whose coefficient is then fitted


def with_fitted_coefficients(candidates: list[Candidate]) -> list[Candidate]:
    """Readings apart from the coefficient: the most promising with the one of the smallest loss, then the others."""
    alike = {replace(one.hyperparameters, coefficient=0.0): one for one in candidates}
    seen = [
        min((with_coefficient(one, coefficient) for coefficient in GRID), key=lambda each: each.tried.loss)
        for one in alike.values()
    ]
    seen.sort(key=lambda one: (-round(one.tried.accuracy, 2), one.tried.loss))
    return [with_fitted_coefficient(one) for one in seen[:MOST_FITTED]] + seen[MOST_FITTED:]


def with_coefficient(candidate: Candidate, coefficient: float) -> Candidate:
    """The same reading with another attention coefficient."""
    return candidate.otherwise(coefficient=round(coefficient, 4))


def with_fitted_coefficient(candidate: Candidate) -> Candidate:
    """With the coefficient of the smallest loss near its own, by golden section: one number, fitted to answers."""
    own = candidate.hyperparameters.coefficient
    low, high = max(0.0, own - REACH), min(1.0, own + REACH)
    lower, upper = (
        with_coefficient(candidate, at) for at in (high - GOLDEN * (high - low), low + GOLDEN * (high - low))
    )
    best = candidate
    for _ in range(CUTS):
        best = min(best, lower, upper, key=lambda one: one.tried.loss)
        if lower.tried.loss < upper.tried.loss:
            high, upper = upper.hyperparameters.coefficient, lower
            lower = with_coefficient(candidate, high - GOLDEN * (high - low))
        else:
            low, lower = lower.hyperparameters.coefficient, upper
            upper = with_coefficient(candidate, low + GOLDEN * (high - low))
    return min(best, lower, upper, key=lambda one: one.tried.loss)
