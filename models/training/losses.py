"""What training lowers: a mean over pairs, in nats, computed in the precision of the logits."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

Loss = Callable[[Tensor, Tensor], Tensor]


def stablemax_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Mean −log of StableMax's share of the right class.

    StableMax replaces eˣ of softmax by s(x) = x + 1 for x ≥ 0 and 1/(1 − x) below. It grows no faster than x, so that
    the loss of a pair that is right by far still has a gradient in float32. Source: Prieto et al. 2025,
    arXiv 2501.04697.

    Args:
        logits: [n, classes], any finite numbers.
        answers: int64 [n], the right class of each.

    Returns:
        One number ≥ 0, nats.

    >>> round(float(stablemax_cross_entropy(torch.tensor([[3.0, -1.0, 0.0]]), torch.tensor([0])).exp()), 4)
    1.375
    """
    sizes = torch.where(logits >= 0, logits + 1, 1 / (1 - logits.clamp(max=0)))
    right = sizes.gather(1, answers[:, None])[:, 0]
    return (sizes.sum(1).log() - right.log()).mean()


LOSSES: dict[str, Loss] = {"cross-entropy": cross_entropy, "stablemax": stablemax_cross_entropy}
