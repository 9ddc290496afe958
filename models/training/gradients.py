"""Gradients changed before the optimiser sees them."""

import torch
from torch import Tensor

SMALLEST = 1e-30  # of a squared length: below, there is no direction


@torch.no_grad()
def without_scaling(weight: Tensor, gradient: Tensor) -> Tensor:
    """The gradient without its part along the weights, as long as it was (⊥Grad).

    g − (w·g / w·w)·w, rescaled to the length of g: a step can then no longer lower the loss by making all weights
    larger alike. Source: Prieto et al. 2025, arXiv 2501.04697.

    Args:
        weight: one parameter, any shape.
        gradient: of the same shape.

    Returns:
        A tensor of that shape; the gradient itself where the weights are all 0.

    >>> without_scaling(torch.tensor([2.0, 0.0]), torch.tensor([3.0, 4.0]))
    tensor([0., 5.])
    """
    squared = weight.square().sum()
    if squared < SMALLEST:
        return gradient
    rest = gradient - ((weight * gradient).sum() / squared) * weight
    return rest * (gradient.norm() / rest.norm().clamp_min(SMALLEST))


@torch.no_grad()
def with_slow_part(gradient: Tensor, slow: Tensor, gain: float, memory: float) -> Tensor:
    """The gradient with its running mean amplified; `slow` is brought up to date in place (Grokfast).

    h ← α·h + (1 − α)·g, then g + λ·h. Source: Lee et al. 2024, arXiv 2405.20233, its filter by a moving average.

    Args:
        gradient: of one parameter, any shape.
        slow: h, of the same shape, zero before the first step.
        gain: λ ≥ 0.
        memory: α, from 0 to 1.

    >>> slow = torch.zeros(1)
    >>> with_slow_part(torch.tensor([1.0]), slow, gain=2.0, memory=0.75), slow
    (tensor([1.5000]), tensor([0.2500]))
    """
    slow.mul_(memory).add_(gradient, alpha=1 - memory)
    return gradient + gain * slow
