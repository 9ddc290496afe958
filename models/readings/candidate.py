"""A file read by some facts, and how well that does."""

from dataclasses import dataclass, replace
from typing import Any

from models.analysis.inspection import half_step_accuracy
from models.analysis.rules import Rule
from models.circuits.spectra import key_frequencies
from models.formats.decoding import Contents
from models.formats.registry import network_from_contents
from models.hyperparameters import Hyperparameters
from models.network import Network
from models.readings.learned import LEARNED, above_chance
from models.readings.pairs import FIRST_PAIRS, accuracy_and_loss, answers_given, some_pairs
from models.runtime.cost import products_of_a_pair
from models.task import Operation

MOST_TRIED = 16  # readings; where there are more, these are the best on
GLIMPSED_PAIRS = 128
MOST_GLIMPSED_PRODUCTS = 2**36  # of all readings that are tried on them together,
PASSES = 4  # each so often: to be counted, and to find the operation that its answers follow
FITTED = ("coefficient", "operation")  # facts that are found for each reading


@dataclass(frozen=True)
class Tried:
    """One reading and how it does: right pairs and mean loss in nats on its own operation, and the half-step test."""

    hyperparameters: Hyperparameters
    accuracy: float
    loss: float
    loss_error: float = 0.0  # its standard error, where only some pairs were tried
    pairs: int = 0  # that it was tried on
    half_step: float | None = None  # on FIRST_PAIRS at most, and only where the reading was among the best
    rule: str = ""  # the formula that right pairs are those of, where that is no x·a + y·b


class Candidate:
    """A file read by some facts, and tried on so many pairs; without a number, on all that are affordable.

    It is judged by its operation, or by a rule where one is given.
    """

    def __init__(
        self,
        contents: Contents,
        hyperparameters: Hyperparameters,
        most_pairs: int | None = FIRST_PAIRS,
        rule: Rule | None = None,
    ) -> None:
        self.contents, self.hyperparameters, self.most_pairs, self.rule = contents, hyperparameters, most_pairs, rule
        self.network = network_from_contents(contents, hyperparameters)

    def otherwise(self, **changes: Any) -> "Candidate":
        """The same file with some facts changed."""
        return Candidate(self.contents, replace(self.hyperparameters, **changes), self.most_pairs, self.rule)

    @property
    def tried(self) -> Tried:
        """How this reading does."""
        if not hasattr(self, "_tried"):
            tried = Tried(self.hyperparameters, *accuracy_and_loss(self.network, self.most_pairs, self.rule))
            self._tried = replace(tried, rule=self.rule.formula if self.rule else "")
        return self._tried

    @property
    def counted(self) -> "Candidate":
        """The same, tried on all pairs that are affordable."""
        if self.most_pairs is None or self.tried.pairs == len(some_pairs(self.network)[0]):
            return self
        return Candidate(self.contents, self.hyperparameters, None, self.rule)

    def with_half_steps(self) -> "Candidate":
        """The same with its half-step test, which is one of addition."""
        if self.rule:
            return self
        keys = key_frequencies(self.network).frequencies
        half = half_step_accuracy(self.network, keys, pairs=some_pairs(self.network, FIRST_PAIRS))
        self._tried = replace(self.tried, half_step=half)
        return self


def operation_of(network: Network, most_pairs: int | None = None, least: float = LEARNED) -> Operation | None:
    """The x·a + y·b that a share of at least `least` of the answers follows; None where there is none.

    x is how they change most often from a to a + 1, y from b to b + 1.
    """
    p = network.modulus
    a, b = some_pairs(network, most_pairs)

    here, along_a, along_b = (answers_given(network, *pairs) for pairs in ((a, b), ((a + 1) % p, b), (a, (b + 1) % p)))
    x, y = (int(((there - here) % p).mode().values) for there in (along_a, along_b))
    if float((here == (x * a + y * b) % p).double().mean()) < least:
        return None
    return Operation(*(factor if factor <= p // 2 else factor - p for factor in (x, y)))


def worth_trying(candidates: list[Candidate], any_operation: bool) -> tuple[list[Candidate], int]:
    """The best of many on few pairs, in the order in which they came, and how many were tried on these.

    The first, the layout's own, is always among them. With `any_operation` each is judged by what its own answers
    follow. Where a network is so large that not all can be tried, those nearest to the layout's own are.
    """
    if len(candidates) <= MOST_TRIED:
        return candidates, len(candidates)
    own = candidates[0].hyperparameters
    nearest = sorted(range(len(candidates)), key=lambda number: unusual(candidates[number].hyperparameters, own))
    tried = nearest[: affordable_readings(candidates[0].network)]
    seen: dict[int, Tried] = {}
    for number in tried:
        sampled = Candidate(candidates[number].contents, candidates[number].hyperparameters, GLIMPSED_PAIRS)
        seen[number] = (by_its_operation(sampled) if any_operation else sampled).tried
    best_first = sorted(tried, key=lambda number: (-seen[number].accuracy, seen[number].loss, number))
    return [candidates[number] for number in sorted({0, *best_first[:MOST_TRIED]})], len(tried)


def affordable_readings(network: Network) -> int:
    """How many readings of a network may be tried on few pairs: some seconds, since a file decides how large it is."""
    pairs = len(some_pairs(network, GLIMPSED_PAIRS)[0])
    return max(MOST_TRIED, MOST_GLIMPSED_PRODUCTS // (PASSES * pairs * products_of_a_pair(network)))


def unusual(hyperparameters: Hyperparameters, usual: Hyperparameters) -> int:
    """How many facts are other than the layout's first choice, but for those that are found for each reading."""
    one, other = hyperparameters.values(), usual.values()
    return sum(one[name] != other.get(name) for name in one if name not in FITTED)


def by_its_operation(candidate: Candidate) -> Candidate:
    """The reading with the operation that its answers follow, where they do not add."""
    tried, network = candidate.tried, candidate.network
    if tried.accuracy >= LEARNED:
        return candidate
    least = max(tried.accuracy, above_chance(network.modulus, tried.pairs))
    operation = operation_of(network, candidate.most_pairs, least)
    if operation is None or not operation.is_sum_mod(network.modulus):
        return candidate
    return candidate.otherwise(operation=operation)
