"""Readings of a file whose answers follow no x·a + y·b: by the rule that the best of them follows."""

from models.analysis.rules import Rule, RuleAnswers, RuleFits
from models.readings.candidate import GLIMPSED_PAIRS, MOST_TRIED, Candidate, affordable_readings, unusual
from models.readings.pairs import FIRST_PAIRS, answers_given, some_pairs


def rules_followed(candidate: Candidate, most_pairs: int | None = None) -> RuleFits:
    """How well each rule fits the answers of a reading, on all pairs that are affordable or on so many."""
    network = candidate.network
    a, b = some_pairs(network, most_pairs)
    return RuleAnswers(network.modulus, a, b).fits(answers_given(network, a, b))


def judged_by_a_rule(candidates: list[Candidate]) -> list[Candidate]:
    """The readings that most follow one rule, judged by it, the layout's own first; none where no rule fits clearly.

    Many are looked at on few pairs each, and the best of these on more.
    """
    own = candidates[0].hyperparameters
    usual_first = sorted(candidates, key=lambda one: unusual(one.hyperparameters, own))
    tried = usual_first[: affordable_readings(candidates[0].network)]
    glimpsed = _Glimpses(GLIMPSED_PAIRS)
    kept = sorted(tried, key=glimpsed.best_share, reverse=True)[:MOST_TRIED] if len(tried) > MOST_TRIED else tried
    best = max((rules_followed(one, FIRST_PAIRS) for one in kept), key=lambda fits: fits.best.accuracy).best
    if not best.is_clear:
        return []
    first = [] if candidates[0] in kept else [candidates[0]]
    return [_by(best.rule, one) for one in first + [one for one in candidates if one in kept]]


def _by(rule: Rule, candidate: Candidate) -> Candidate:
    return Candidate(candidate.contents, candidate.hyperparameters, candidate.most_pairs, rule)


class _Glimpses:
    """What rules answer on few pairs, computed once for each modulus."""

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        self.answers: dict[tuple[int, int], RuleAnswers] = {}

    def best_share(self, candidate: Candidate) -> float:
        """The share of pairs that a reading answers by the rule that fits best."""
        network = candidate.network
        a, b = some_pairs(network, self.pairs)
        known = (network.modulus, len(a))
        if known not in self.answers:
            self.answers[known] = RuleAnswers(network.modulus, a, b)
        return float(self.answers[known].shares(answers_given(network, a, b)).max())
