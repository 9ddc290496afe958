"""What a neuron makes of its input; which one it is, the tensors of a file do not tell."""

from collections.abc import Callable
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn.functional import gelu, silu

Activation = Literal["relu", "square", "gelu", "tanh", "gelu-tanh", "silu"]


def gelu_by_tanh(x: Tensor) -> Tensor:
    """x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, as GPT-2 has it (Hendrycks and Gimpel 2016, arXiv 1606.08415)."""
    return gelu(x, approximate="tanh")


ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "square": torch.square,
    "gelu": gelu,  # the exact one, by the error function
    "tanh": torch.tanh,
    "gelu-tanh": gelu_by_tanh,
    "silu": silu,  # x / (1 + e^−x), also called swish
}
IN_PLACE: dict[Activation, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu_,
    "square": torch.square_,
    "tanh": torch.tanh_,
}
# No steeper anywhere: GELU is 1.1289… at √2, by tanh 1.1290 at most, SiLU 1.0998; others are not listed. Not of x².
STEEPEST: dict[Activation, float] = {"relu": 1.0, "tanh": 1.0, "gelu": 1.13, "gelu-tanh": 1.13, "silu": 1.1}
assert set(ACTIVATIONS) == set(get_args(Activation))


def activate_(pre: Tensor, activation: Activation) -> Tensor:
    """The activation, in place where PyTorch can."""
    return IN_PLACE.get(activation, ACTIVATIONS[activation])(pre)
