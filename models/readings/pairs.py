"""Pairs that readings are tried on: some at first, and all of them for the few that could be the best."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.analysis.rules import Rule
from models.network import Network
from models.runtime.batches import in_batches
from models.runtime.cost import products_of_a_pair

FIRST_PAIRS = 1024  # that every reading is tried on; more are sampled
ALL_UP_TO = 256  # the largest modulus of which all pairs are counted,
MOST_PRODUCTS_OF_ALL = 2**36  # where that takes no more: some seconds, since a file decides how large its network is
SAMPLED_PAIRS = 5_000  # of larger moduli and larger networks
MOST_PRODUCTS_OF_SOME = 2**31  # fewer pairs where each takes more
FEWEST_PAIRS = 64
NUMBERS_AT_ONCE = 2**20  # small parts: twenty visitors may bring files at once


def some_pairs(network: Network, most: int | None = None) -> tuple[Tensor, Tensor]:
    """At most so many pairs, a and b [n] each: all where they are few enough, else a seeded sample.

    Without `most` they are all pairs of a modulus up to ALL_UP_TO, unless the network is very wide.
    """
    p = network.modulus
    if p * p <= _affordable(network, most):
        return network.task.pairs()
    count = _affordable(network, most or SAMPLED_PAIRS)
    a, b = torch.randint(p, (2, count), generator=torch.Generator().manual_seed(0))
    return a, b


def _affordable(network: Network, most: int | None) -> int:
    """How many pairs may be tried: at most so many, or without a number of them, all of a modulus that is not large."""
    products = products_of_a_pair(network)
    if most is None:
        return min(ALL_UP_TO**2, MOST_PRODUCTS_OF_ALL // products)
    return max(FEWEST_PAIRS, min(most, MOST_PRODUCTS_OF_SOME // products))


def logits_of(network: Network, a: Tensor, b: Tensor, rule: Rule | None = None) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of logits [n, p], in the network's own precision, with the right answers [n], or those of a rule."""
    for some_a, some_b in in_batches(network, a, b, NUMBERS_AT_ONCE):
        answers = rule.answers(some_a, some_b, network.modulus) if rule else network.task.answers(some_a, some_b)
        yield network.logits(some_a, some_b), answers


@torch.no_grad()
def answers_given(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """int64 [n]: the class of the largest logit of each pair."""
    return torch.cat([logits.argmax(-1) for logits, _ in logits_of(network, a, b)])


@torch.no_grad()
def accuracy_and_loss(
    network: Network, most_pairs: int | None = None, rule: Rule | None = None
) -> tuple[float, float, float, int]:
    """Right pairs over those tried, their mean loss in nats, how far chance may have put that from all pairs', and n.

    The third is the standard error of the loss, 0 where all pairs were tried; n is how many were. With a rule right is
    what it says, on the pairs that it says something of.
    """
    a, b = every = some_pairs(network, most_pairs)
    if rule:
        said = rule.answers(a, b, network.modulus) >= 0
        a, b = a[said], b[said]
    right, losses = 0, []
    for logits, answers in logits_of(network, a, b, rule):
        right += int((logits.argmax(-1) == answers).sum())
        losses.append(cross_entropy(logits.double(), answers, reduction="none"))
    loss = torch.cat(losses)
    error = 0.0 if len(every[0]) == network.task.pair_count else float(loss.std()) / len(a) ** 0.5
    return right / len(a), float(loss.mean()), error, len(a)
