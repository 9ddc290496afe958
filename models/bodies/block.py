"""One layer of a small transformer: attention, then an MLP, both added to the residual."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeVar

import torch
from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.enclosure import Enclosure

Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class Block:
    """One layer: attention of h heads of width e, then an MLP of m neurons, both added to a residual of width d."""

    W_Q: Tensor  # [h, d, e]
    W_K: Tensor  # [h, d, e]
    W_V: Tensor  # [h, d, e]
    W_O: Tensor  # [h, e, d]
    W_in: Tensor  # [d, m]
    W_out: Tensor  # [m, d]
    b_in: Tensor  # [m]
    b_out: Tensor  # [d]
    b_Q: Tensor | None = None  # [h, e]
    b_K: Tensor | None = None  # [h, e]
    b_V: Tensor | None = None  # [h, e]
    b_O: Tensor | None = None  # [d]

    def tensors(self) -> dict[str, Tensor]:
        """The weights by name, absent biases left out."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: tensor for name, tensor in named.items() if tensor is not None}

    def queries(self, x: Tensor) -> Tensor:
        """[n, d] → [n, h, e], already divided by √e."""
        return _heads(x, self.W_Q, self.b_Q) / self.W_Q.shape[-1] ** 0.5

    def keys(self, x: Tensor) -> Tensor:
        """[n, d] → [n, h, e]."""
        return _heads(x, self.W_K, self.b_K)

    def values(self, x: Tensor) -> Tensor:
        """[n, d] → [n, h, e]."""
        return _heads(x, self.W_V, self.b_V)

    def after_attention(self, x: Tensor, mixed: Tensor) -> Tensor:
        """Residual x [n, d] plus what the heads read, mixed [n, h, e]."""
        written = mixed.flatten(1) @ self.W_O.flatten(0, 1)
        return x + written if self.b_O is None else x + written + self.b_O

    def pre_activations(self, x: Tensor) -> Tensor:
        """[n, d] → [n, m]."""
        return x @ self.W_in + self.b_in

    @cached_property
    def heads_into_neurons(self) -> Tensor:
        """W_O·W_in [h, e, m]: what a head's value sends to the neurons."""
        return self.W_O @ self.W_in

    def after_mlp(self, x: Tensor, activation: Activation) -> Tensor:
        """Residual x [n, d] plus what the neurons write."""
        return x + ACTIVATIONS[activation](self.pre_activations(x)) @ self.W_out + self.b_out

    @cached_property
    def absolute(self) -> dict[str, Tensor]:
        """The absolute values of the weights, float64."""
        return {name: tensor.double().abs() for name, tensor in self.tensors().items()}

    # The same in an arithmetic that encloses its errors, head by head

    @cached_property
    def by_head(self) -> dict[str, list[tuple[Tensor, Tensor | None]]]:
        """Weight and bias of each head's queries ("Q"), keys ("K"), values ("V") and outputs ("O", no bias)."""
        parts = {"Q": (self.W_Q, self.b_Q), "K": (self.W_K, self.b_K), "V": (self.W_V, self.b_V), "O": (self.W_O, None)}
        return {
            part: [(of_head, None if bias is None else bias[head]) for head, of_head in enumerate(weight)]
            for part, (weight, bias) in parts.items()
        }

    def enclosed_heads(self, x: Enclosed, part: str) -> list[Enclosed]:
        """[n, e] of each head: its queries ("Q"), keys ("K") or values ("V")."""
        return [x.times(weight, bias) for weight, bias in self.by_head[part]]

    def enclosed_attention(
        self,
        x: Enclosed,
        queries: list[Enclosed],
        keys: Sequence[list[Enclosed]],
        values: Sequence[list[Enclosed]],
        coefficient: float,
    ) -> Enclosed:
        """Residual x [n, d] of one position plus what its heads read; keys and values by position, then by head."""
        out = x if self.b_O is None else x.plus(self.b_O)
        for head, query in enumerate(queries):
            asked = query.over_root(self.W_Q.shape[-1])
            weights = asked.softmax([asked.dot(key[head]) for key in keys])
            if coefficient != 1:
                weights = [weight.mixed_with_one(coefficient) for weight in weights]
            first, *others = (value[head].scaled(weight) for value, weight in zip(values, weights, strict=True))
            for other in others:
                first = first + other
            out = out + first.times(*self.by_head["O"][head])
        return out

    def enclosed_mlp(self, x: Enclosed, activation: Activation) -> Enclosed:
        """Residual x [n, d] plus what the neurons write."""
        return x + x.times(self.W_in, self.b_in).activated(activation).times(self.W_out, self.b_out)


def attention_weights(query: Tensor, keys: Sequence[Tensor]) -> Tensor:
    """Softmax weights [n, h, positions] of queries [n, h, e] on keys [n, h, e] each; one row stands for all."""
    scores = torch.broadcast_tensors(*[(query * key).sum(-1) for key in keys])
    return torch.stack(list(scores), dim=-1).softmax(-1)


def mixed_values(weights: Tensor, values: Sequence[Tensor]) -> Tensor:
    """What heads read [n, h, e]: the values [n, h, e] of each position by their weights [n, h, positions]."""
    mixed = weights[..., 0, None] * values[0]
    for number in range(1, len(values)):
        mixed = mixed + weights[..., number, None] * values[number]
    return mixed


def _heads(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """All heads in one product; laid flat anew each time, since training changes weights in place."""
    flat = weight.transpose(0, 1).flatten(1)  # [d, h·e]
    out = (x @ flat).unflatten(1, (weight.shape[0], weight.shape[2]))
    return out if bias is None else out + bias
