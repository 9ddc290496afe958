"""Plain float64 forward passes, pair by pair: slow, and what every faster way must agree with."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.network import Network
from models.runtime.batches import in_batches

PLAIN_NUMBERS = 6_000_000  # of float64 in one batch: 48 MB


def plain_logits(network: Network, a: Tensor, b: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches (logits [n, q], a [n], b [n]) of the given pairs by a plain float64 forward pass."""
    exact = network.cast(torch.float64)
    for a_part, b_part in in_batches(network, a, b, PLAIN_NUMBERS):
        yield exact.logits(a_part, b_part), a_part, b_part


@torch.no_grad()
def plain_margins(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """float64 [n]: margins of the given pairs by a plain float64 forward pass."""
    answers = network.task.answers
    both = [right_and_runner_up(logits, answers(*pair)) for logits, *pair in plain_logits(network, a, b)]
    right, runner_up = torch.cat(both).unbind(1)
    return right - runner_up


@torch.no_grad()
def cross_entropy_loss(network: Network) -> float:
    """Mean cross-entropy over all pairs in nats, float64, by plain forward passes."""
    batches = plain_logits(network, *network.task.pairs())
    total = sum(float(cross_entropy(logits, network.task.answers(*pair), reduction="sum")) for logits, *pair in batches)
    return total / network.task.pair_count


@torch.no_grad()
def predictions(network: Network) -> Tensor:
    """int64 [q, q]: the class with the largest logit, float64; the first of equals."""
    best = [logits.argmax(-1) for logits, _, _ in plain_logits(network, *network.task.pairs())]
    return torch.cat(best).reshape(network.modulus, network.modulus)


def right_and_runner_up(logits: Tensor, answers: Tensor) -> Tensor:
    """[n, 2]: the right class's logit and the largest other, from logits [n, q] that are overwritten."""
    right = logits.gather(1, answers[:, None])
    runner_up = logits.scatter_(1, answers[:, None], -torch.inf).amax(1, keepdim=True)
    return torch.cat([right, runner_up], dim=1)


@dataclass(frozen=True, eq=False)
class RelativeMargins:
    """Margins of all pairs for a picture: as they are computed in the precision of the tensors, unproven."""

    levels: Tensor  # uint8 [q, q]: 255 is `most`, and 0 everything that is not right
    most: float  # the largest margin, in logits; 0 where no pair is right


@torch.no_grad()
def relative_margins(network: Network) -> RelativeMargins:
    """The margin of each pair beside the largest one.

    >>> from models import zoo
    >>> found = relative_margins(zoo.load("mlp-113"))
    >>> found.levels.shape, int(found.levels.max()), found.most > 0
    (torch.Size([113, 113]), 255, True)
    """
    both = []
    for a, b in in_batches(network, *network.task.pairs(), PLAIN_NUMBERS):
        both.append(right_and_runner_up(network.logits(a, b), network.task.answers(a, b)))
    right, runner_up = torch.cat(both).unbind(1)
    margins = (right - runner_up).nan_to_num(0.0, 0.0, 0.0).clamp_min(0).reshape(network.modulus, network.modulus)
    most = float(margins.max())
    scale = 255 / most if most > 0 else 0.0
    return RelativeMargins((margins * scale).round().to(torch.uint8), most)
