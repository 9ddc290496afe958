"""One layer of a transformer in full: norms before or after attention and MLP, and an MLP that may be gated."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.block import Block
from models.bodies.enclosure import Enclosure
from models.bodies.norm import Norm

NormPlace = Literal["before", "after"]
Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class NormedBlock:
    """A `Block` with what may stand around its two parts.

    Before (pre-norm): x + part(norm(x)). After (post-norm, as in Vaswani et al. 2017): norm(x + part(x)). A gated MLP
    is (act(x·W_gate + b_gate) ⊙ (x·W_in + b_in))·W_out + b_out (Shazeer 2020, arXiv 2002.05202).
    """

    block: Block
    attention_norm: Norm | None = None
    mlp_norm: Norm | None = None
    place: NormPlace = "before"
    W_gate: Tensor | None = None  # [d, m]
    b_gate: Tensor | None = None  # [m]

    def tensors(self) -> dict[str, Tensor]:
        """The weights by name, what is absent left out."""
        named = self.block.tensors()
        named |= {} if self.W_gate is None else {"W_gate": self.W_gate}
        named |= {} if self.b_gate is None else {"b_gate": self.b_gate}
        for name, norm in (("attention_norm", self.attention_norm), ("mlp_norm", self.mlp_norm)):
            named |= {} if norm is None else {f"{name}.{part}": tensor for part, tensor in norm.tensors().items()}
        return named

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "NormedBlock":
        """The same layer with every weight changed alike."""
        return replace(
            self,
            block=Block(**{name: change(tensor) for name, tensor in self.block.tensors().items()}),
            attention_norm=self.attention_norm and self.attention_norm.map_tensors(change),
            mlp_norm=self.mlp_norm and self.mlp_norm.map_tensors(change),
            W_gate=None if self.W_gate is None else change(self.W_gate),
            b_gate=None if self.b_gate is None else change(self.b_gate),
        )

    @property
    def attention_reads(self) -> Norm | None:
        """The norm of what queries, keys and values are made of."""
        return self.attention_norm if self.place == "before" else None

    @property
    def neurons_read(self) -> Norm | None:
        """The norm of what the neurons read."""
        return self.mlp_norm if self.place == "before" else None

    def after_attention(self, x: Tensor, mixed: Tensor) -> Tensor:
        """Residual x [n, d] with what the heads read, mixed [n, h, e]."""
        out = self.block.after_attention(x, mixed)
        return self.attention_norm(out) if self.place == "after" and self.attention_norm else out

    def neurons(self, x: Tensor, activation: Activation) -> tuple[Tensor, Tensor]:
        """What the neurons receive of residuals x [n, d] and what they answer, each [n, m].

        Of a gated MLP: what is activated, and the product that W_out reads.
        """
        seen = self.neurons_read(x) if self.neurons_read else x
        linear = self.block.pre_activations(seen)
        if self.W_gate is None:
            return linear, ACTIVATIONS[activation](linear)
        gate = seen @ self.W_gate if self.b_gate is None else seen @ self.W_gate + self.b_gate
        return gate, ACTIVATIONS[activation](gate) * linear

    def after_mlp(self, x: Tensor, activation: Activation) -> Tensor:
        """Residual x [n, d] with what the neurons write."""
        out = x + self.neurons(x, activation)[1] @ self.block.W_out + self.block.b_out
        return self.mlp_norm(out) if self.place == "after" and self.mlp_norm else out

    def enclosed_after_attention(
        self, x: Enclosed, queries: list[Enclosed], keys: list[list[Enclosed]], values: list[list[Enclosed]]
    ) -> Enclosed:
        """The same with enclosed errors; keys and values by position, then by head."""
        out = self.block.enclosed_attention(x, queries, keys, values, 1.0)
        return self.attention_norm.enclosed(out) if self.place == "after" and self.attention_norm else out

    def enclosed_after_mlp(self, x: Enclosed, activation: Activation) -> Enclosed:
        """The same with enclosed errors."""
        seen = self.neurons_read.enclosed(x) if self.neurons_read else x
        linear = seen.times(self.block.W_in, self.block.b_in)
        if self.W_gate is None:
            active = linear.activated(activation)
        else:
            active = seen.times(self.W_gate, self.b_gate).activated(activation).product(linear)
        out = x + active.times(self.block.W_out, self.block.b_out)
        return self.mlp_norm.enclosed(out) if self.place == "after" and self.mlp_norm else out
