"""The body of a small transformer without LayerNorm: what stands between the operand tables and the readout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.block import Block
from models.bodies.one_layer import OneLayerRows, one_layer_rows

Mask = Literal["causal", "none"]


@dataclass(frozen=True, eq=False)
class TransformerBody:
    """Tokens a, b and, where there is one, '=', read at the last position; one or more layers.

    Attention weights are coefficient · softmax + (1 − coefficient), over the positions up to one's own (causal) or over
    all (none). Never changed by surgery: the operand tables and the readout live in `Network`, not here.
    Source of the coefficient: Zhong et al. 2023, arXiv 2306.17844.
    """

    blocks: tuple[Block, ...]
    positions: Tensor  # [2 or 3, d]
    equals: Tensor | None  # [d], the embedding of '='; None where the network reads at b
    activation: Activation = "relu"
    mask: Mask = "causal"
    coefficient: float = 1.0

    @property
    def width(self) -> int:
        """d, the width of what the readout reads."""
        return int(self.positions.shape[1])

    @property
    def reading(self) -> dict[str, str]:
        """The facts that tensors do not tell, as this body computes them."""
        softmax = "softmax" if self.coefficient == 1 else f"{self.coefficient:g}·softmax + {1 - self.coefficient:g}"
        return {
            "activation": self.activation,
            "attention": f"causal {softmax}" if self.mask == "causal" else f"{softmax} over all positions",
            "tokens": "a b" if self.equals is None else "a b =",
            "layers": str(len(self.blocks)),
        }

    @property
    def neuron_readout(self) -> Tensor:
        """W_out of the last layer [m, d]: neuron activations → what the readout reads."""
        return self.blocks[-1].W_out

    def tensors(self) -> dict[str, Tensor]:
        """Every weight of the body by name."""
        named = {"positions": self.positions} | ({} if self.equals is None else {"equals": self.equals})
        for number, block in enumerate(self.blocks):
            named |= {f"blocks.{number}.{name}": tensor for name, tensor in block.tensors().items()}
        return named

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "TransformerBody":
        """The same body with every weight changed alike."""
        blocks = tuple(Block(**{n: change(t) for n, t in block.tensors().items()}) for block in self.blocks)
        equals = None if self.equals is None else change(self.equals)
        return replace(self, blocks=blocks, positions=change(self.positions), equals=equals)

    def tokens(self, table_a: Tensor, table_b: Tensor) -> list[Tensor]:
        """Residuals of each position before the first layer, by token: [q, d], [q, d] and, with an '=', [1, d]."""
        embedded = [table_a, table_b] if self.equals is None else [table_a, table_b, self.equals[None]]
        return [token + self.positions[place] for place, token in enumerate(embedded)]

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, d] for operand numbers a, b [n] and operand tables [q, d]; differentiable."""
        tokens = self.tokens(table_a, table_b)
        return self.blocks[-1].after_mlp(self._before_last_mlp(tokens, (a, b)), self.activation)

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, d] for the operands' own rows [n, d], with nothing looked up: light to differentiate."""
        return self.blocks[-1].after_mlp(self._before_last_mlp(self.tokens(rows_a, rows_b), None), self.activation)

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What the last layer's neurons receive and what they answer, each [n, m], for pairs a, b [n]."""
        received = self.blocks[-1].pre_activations(self._before_last_mlp(self.tokens(table_a, table_b), (a, b)))
        return received, ACTIVATIONS[self.activation](received)

    def first_attention(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Weights [n, h, positions] with which the last position of the first layer reads a, b and '='."""
        block, tokens = self.blocks[0], self.tokens(table_a, table_b)
        rows = (a, b, torch.zeros_like(a))[: len(tokens)]
        keys = [_looked_up(block.keys(token), row) for token, row in zip(tokens, rows, strict=True)]
        return self._weights(block, _looked_up(tokens[-1], rows[-1]), keys)

    def _before_last_mlp(self, tokens: list[Tensor], pairs: tuple[Tensor, Tensor] | None) -> Tensor:
        """Residual [n, d] of the last position between attention and neurons of the last layer.

        Tokens are rows of their own where no pairs are given. The first layer sees tokens alone, so its keys and
        values are computed once per token where pairs are many.
        """
        rows = (*pairs, torch.zeros_like(pairs[0]))[: len(tokens)] if pairs else ()
        residuals = [_looked_up(token, row) for token, row in zip(tokens, rows, strict=True)] if pairs else tokens
        for number, block in enumerate(self.blocks):
            first, last = number == 0, number + 1 == len(self.blocks)
            if first and pairs and len(pairs[0]) > len(tokens[0]):
                keys = [_looked_up(block.keys(token), row) for token, row in zip(tokens, rows, strict=True)]
                values = [_looked_up(block.values(token), row) for token, row in zip(tokens, rows, strict=True)]
            else:
                keys, values = [block.keys(x) for x in residuals], [block.values(x) for x in residuals]
            if last:
                return self._after_attention(block, residuals[-1], keys, values)
            seen = [place + 1 if self.mask == "causal" else len(keys) for place in range(len(residuals))]
            attended = [
                self._after_attention(block, x, keys[:some], values[:some])
                for x, some in zip(residuals, seen, strict=True)
            ]
            residuals = [block.after_mlp(x, self.activation) for x in attended]
        raise AssertionError("a transformer has a last layer")

    def _after_attention(self, block: Block, x: Tensor, keys: Sequence[Tensor], values: Sequence[Tensor]) -> Tensor:
        """Residual [n, d] of one position after a layer's attention, from its residual x and what it may see."""
        weights = self._weights(block, x, keys)
        mixed = weights[..., 0, None] * values[0]
        for number in range(1, len(keys)):
            mixed = mixed + weights[..., number, None] * values[number]
        return block.after_attention(x, mixed)

    def _weights(self, block: Block, x: Tensor, keys: Sequence[Tensor]) -> Tensor:
        """Attention weights [n, h, positions] of a residual x [n, d] on the keys that it may see."""
        query = block.queries(x)
        scores = torch.broadcast_tensors(*[(query * key).sum(-1) for key in keys])
        weights = torch.stack(list(scores), dim=-1).softmax(-1)
        return weights if self.coefficient == 1 else self.coefficient * weights + (1 - self.coefficient)

    def rows_reader(self, table_a: Tensor, table_b: Tensor, directions: Tensor) -> OneLayerRows | None:
        """A fast reader of r(a, b)·directions over whole rows of the grid; None where there are several layers."""
        if len(self.blocks) > 1:
            return None
        tokens = self.tokens(table_a, table_b)
        return one_layer_rows(self.blocks[0], tokens, directions, self.activation, self.coefficient)


def _looked_up(table: Tensor, rows: Tensor) -> Tensor:
    """table[rows], but left as one row where there is only one, to broadcast."""
    return table if len(table) == 1 else table[rows]
