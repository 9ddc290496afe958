"""A file read by some facts, and how well that does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.analysis.inspection import half_step_accuracy
from models.circuits.spectra import key_frequencies
from models.facts import Facts
from models.formats.reading import Contents
from models.formats.registry import network_from_contents
from models.network import Network
from models.runtime.batches import in_batches
from models.runtime.cost import products_of_a_pair
from models.task import Operation

MOST_PAIRS = 5_000  # that a reading is tried on; more are sampled
MOST_TRIED = 16  # readings; where there are more, these are the best on
GLIMPSED_PAIRS = 128
MOST_PRODUCTS = 2**31  # fewer pairs where each takes more: a file decides how large its network is
FEWEST_PAIRS = 64
NUMBERS_AT_ONCE = 2**20  # small parts: twenty visitors may bring files at once
LEARNED = 0.5  # of the pairs right: then the operation is taken as known
COEFFICIENT_CUTS = 12  # of the range in which the smallest loss lies, each to two thirds
ERRORS_ALLOWED = 2  # standard errors of a loss on some pairs: a few of thousands can make up most of it
PARTS = 81  # shares of training pairs from 10% to 90% that recorded figures are compared for


@dataclass(frozen=True)
class Tried:
    """One reading and how it does: right pairs and mean loss in nats on its own operation, and the half-step test."""

    facts: Facts
    accuracy: float
    loss: float
    loss_error: float = 0.0  # its standard error, where only some pairs were tried
    half_step: float | None = None  # only where the reading was among the best

    @property
    def promise(self) -> float:
        """Accuracy and half-step test together, each up to 1; the loss decides between equals."""
        return self.accuracy + (self.half_step or 0.0)


class Candidate:
    """A file read by some facts, and tried."""

    def __init__(self, contents: Contents, facts: Facts, most_pairs: int | None = None) -> None:
        self.contents, self.facts, self.most_pairs = contents, facts, most_pairs
        self.network = network_from_contents(contents, facts)

    def otherwise(self, **changes: Any) -> "Candidate":
        """The same file with some facts changed."""
        return Candidate(self.contents, replace(self.facts, **changes), self.most_pairs)

    @property
    def tried(self) -> Tried:
        """How this reading does."""
        if not hasattr(self, "_tried"):
            self._tried = Tried(self.facts, *accuracy_and_loss(self.network, self.most_pairs))
        return self._tried

    def with_half_steps(self) -> "Candidate":
        """The same with its half-step test."""
        keys = key_frequencies(self.network).frequencies
        half = half_step_accuracy(self.network, keys, pairs=some_pairs(self.network))
        self._tried = replace(self.tried, half_step=half)
        return self

    def distance(self, recorded: Mapping[str, list[float]]) -> float:
        """How far accuracy and loss over all pairs are from any mix of what was recorded for training and other pairs.

        Losses are compared as shares of the largest recorded one; what the choice of pairs explains is no distance.
        """
        share = torch.linspace(0.1, 0.9, PARTS, dtype=torch.float64)
        off = torch.zeros_like(share)
        for of, figure in (("accuracy", self.tried.accuracy), ("loss", self.tried.loss)):
            if of in recorded:
                first, last = recorded[of][0], recorded[of][-1]
                scale = max(first, last) if of == "loss" else 1.0
                apart = (share * first + (1 - share) * last - figure).abs()
                explained = ERRORS_ALLOWED * self.tried.loss_error if of == "loss" else 0.0
                off += (apart - explained).clamp_min(0) / (scale or 1.0)
        return float(off.min())


def some_pairs(network: Network, most_pairs: int | None = None) -> tuple[Tensor, Tensor]:
    """All pairs [p²] each, or a seeded sample of them where they are many or the network is wide."""
    p = network.modulus
    most = max(FEWEST_PAIRS, min(most_pairs or MOST_PAIRS, MOST_PRODUCTS // products_of_a_pair(network)))
    if p * p <= most:
        return network.task.pairs()
    a, b = torch.randint(p, (2, most), generator=torch.Generator().manual_seed(0))
    return a, b


def _logits(network: Network, a: Tensor, b: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of logits [n, p], in the network's own precision, with the right answers [n]."""
    for some_a, some_b in in_batches(network, a, b, NUMBERS_AT_ONCE):
        yield network.logits(some_a, some_b), network.task.answers(some_a, some_b)


@torch.no_grad()
def accuracy_and_loss(network: Network, most_pairs: int | None = None) -> tuple[float, float, float]:
    """Right pairs over those tried, their mean loss in nats, and how far chance may have put that from all pairs'."""
    a, b = some_pairs(network, most_pairs)
    right, losses = 0, []
    for logits, answers in _logits(network, a, b):
        right += int((logits.argmax(-1) == answers).sum())
        losses.append(cross_entropy(logits.double(), answers, reduction="none"))
    loss = torch.cat(losses)
    error = 0.0 if len(a) == network.task.pair_count else float(loss.std()) / len(a) ** 0.5
    return right / len(a), float(loss.mean()), error


@torch.no_grad()
def operation_of(network: Network, most_pairs: int | None = None) -> Operation | None:
    """The x·a + y·b that most answers follow: x by how they change from a to a + 1, y from b to b + 1; or None."""
    p = network.modulus
    a, b = some_pairs(network, most_pairs)

    def answers(a: Tensor, b: Tensor) -> Tensor:
        return torch.cat([logits.argmax(-1) for logits, _ in _logits(network, a % p, b % p)])

    here = answers(a, b)
    x, y = (int(((there - here) % p).mode().values) for there in (answers(a + 1, b), answers(a, b + 1)))
    if float((here == (x * a + y * b) % p).double().mean()) < LEARNED:
        return None
    return Operation(*(factor if factor <= p // 2 else factor - p for factor in (x, y)))


def worth_trying(candidates: list[Candidate], any_operation: bool) -> list[Candidate]:
    """The best of many on few pairs, in the order in which they came; the first, the layout's own, always among them.

    With `any_operation` each is judged by what its own answers follow.
    """
    if len(candidates) <= MOST_TRIED:
        return candidates
    glimpsed = [Candidate(one.contents, one.facts, GLIMPSED_PAIRS) for one in candidates]
    seen = [(by_its_operation(one) if any_operation else one).tried for one in glimpsed]
    best_first = sorted(range(len(candidates)), key=lambda number: (-seen[number].accuracy, seen[number].loss))
    return [candidates[number] for number in sorted({0, *best_first[:MOST_TRIED]})]


def by_its_operation(candidate: Candidate) -> Candidate:
    """The reading with the operation that its answers follow, where they do not add."""
    if candidate.tried.accuracy >= LEARNED:
        return candidate
    operation = operation_of(candidate.network, candidate.most_pairs)
    if operation is None or not operation.is_sum_mod(candidate.network.modulus):
        return candidate
    return candidate.otherwise(operation=operation)


def with_coefficient(candidate: Candidate, coefficient: float) -> Candidate:
    """The same reading with another attention coefficient."""
    return candidate.otherwise(coefficient=round(coefficient, 4))


def with_fitted_coefficient(candidate: Candidate) -> Candidate:
    """With the coefficient in [0, 1] of the smallest loss near its own: one number, fitted to answers."""
    best, low, high = candidate, *(min(1.0, max(0.0, candidate.facts.coefficient + side)) for side in (-0.5, 0.5))
    for _ in range(COEFFICIENT_CUTS):
        third = (high - low) / 3
        lower, upper = with_coefficient(best, low + third), with_coefficient(best, high - third)
        low, high = (low, high - third) if lower.tried.loss < upper.tried.loss else (low + third, high)
        best = min(best, lower, upper, key=lambda one: one.tried.loss)
    return best
