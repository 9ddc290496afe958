"""What a neuron makes of its input; which one it is, the tensors of a file do not tell."""

from collections.abc import Callable
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn.functional import gelu

Activation = Literal["relu", "square", "gelu", "tanh"]
ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "square": torch.square,
    "gelu": gelu,  # the exact one, by the error function
    "tanh": torch.tanh,
}
IN_PLACE: dict[Activation, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu_,
    "square": torch.square_,
    "tanh": torch.tanh_,
}
GELU_SLOPE = 1.13  # no steeper anywhere: at √2 it is 1.1289…
assert set(ACTIVATIONS) == set(get_args(Activation))


def activate_(pre: Tensor, activation: Activation) -> Tensor:
    """The activation, in place where PyTorch can."""
    return IN_PLACE.get(activation, ACTIVATIONS[activation])(pre)
