"""How large everything is that is summed into an output: what rounding errors are measured against.

Send absolute values through a network in place of values: |x| for x, |W| for W. What comes out is the size of an
output, and n roundings one after another leave the output off by at most γ_n times its size, whatever the order of the
sums (docs/exactness.md). Sizes of a sum of what a sends and what b sends are sums too: one number for each a and one
for each b bound all pairs. So they are computed backwards, from weights on the outputs to weights on the inputs.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.activations import STEEPEST, Activation

ELEMENTARY = 8  # roundings that an exp, tanh or erf counts as: four units in the last place
ABOVE = 1.02  # a computed value may exceed its size by its rounding


@dataclass(frozen=True, eq=False)
class Sizes:
    """Sizes of weighed outputs for every operand, for one or several sets of weights; float64."""

    of_a: Tensor  # [q] or [q, k]
    of_b: Tensor  # the same; what depends on no operand goes with b
    scores_a: Tensor | None = None  # [q], of the attention's scores; None where there is no attention
    scores_b: Tensor | None = None
    largest: float = 0.0  # that any partial sum on the way can have, of any pair


def magnitude(tensor: Tensor, floor: float) -> Tensor:
    """float64: |x| + floor, in the shape of x; the floor stands for what underflow takes away."""
    return tensor.double().abs().add_(floor)


def largest_of(*parts: Tensor) -> float:
    """The largest entry of any; 0 where there is none, as in the outputs of a silent unembedding."""
    return max((float(part.max()) for part in parts if part.numel()), default=0.0)


def stretch(activation: Activation, highest: Tensor) -> Tensor:
    """[m]: by how much an activation may enlarge a difference or a size of inputs that `highest` [m] bounds."""
    if activation == "square":
        return 2 * ABOVE * highest
    return torch.full_like(highest, STEEPEST[activation])


def highest_active(activation: Activation, highest: Tensor) -> Tensor:
    """[m]: what no activation exceeds, where no input is larger than `highest` [m]."""
    return highest.square() if activation == "square" else highest


def own_roundings(activation: Activation) -> int:
    """Of one activation; of tanh, GELU and SiLU in units of the input's size, where 1 + erf(x) or 1 + tanh cancels."""
    return {"relu": 0, "square": 1}.get(activation, 2 * ELEMENTARY)
