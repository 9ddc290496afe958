"""The body of a small transformer without LayerNorm: what stands between the operand tables and the unembedding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Literal, TypeVar

import torch
from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.base import PlainBody
from models.bodies.block import Block, attention_weights, mixed_values
from models.bodies.enclosure import Enclosure
from models.bodies.one_layer import OneLayerRows, one_layer_rows, one_layer_sizes
from models.bodies.sizes import Sizes

Mask = Literal["causal", "none"]
Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class TransformerBody(PlainBody):
    """Tokens a, b and, where there is one, '=', read at the last position; one or more layers.

    Attention weights are coefficient · softmax + (1 − coefficient), over the positions up to one's own (causal) or over
    all (none). Never changed by surgery: the operand tables and the unembedding live in `Network`, not here.
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
        """d, the width of what the unembedding reads."""
        return int(self.positions.shape[1])

    @property
    def description(self) -> dict[str, str]:
        """The facts that tensors do not tell, as this body computes them."""
        softmax = "softmax" if self.coefficient == 1 else f"{self.coefficient:g}·softmax + {1 - self.coefficient:g}"
        return {
            "activation": self.activation,
            "attention": f"causal {softmax}" if self.mask == "causal" else f"{softmax} over all positions",
            "tokens": "a b" if self.equals is None else "a b =",
            "layers": str(len(self.blocks)),
        }

    @property
    def hyperparameters(self) -> dict[str, Activation | Mask | float]:
        """Of these, what is a field of `models.hyperparameters.Hyperparameters`."""
        return {"activation": self.activation, "mask": self.mask, "coefficient": self.coefficient}

    @property
    def affine_in_tables(self) -> bool:
        """Queries, keys and values of the first layer are, and what they send on."""
        return True

    @property
    def attention(self) -> "TransformerBody":
        """Itself."""
        return self

    @property
    def rows_share_a_space(self) -> bool:
        """Rows of both operands are residuals."""
        return True

    @property
    def takes_unembedding_bias(self) -> bool:
        """The unembedding's."""
        return True

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The MLP apart from the attention."""
        return {"MLP alone": ("W_in", "W_out", "b_in")}

    @property
    def own_parameters(self) -> int:
        """All of them: they stand behind the attention's softmax, or at the '='."""
        return sum(tensor.numel() for tensor in self.tensors().values())

    @property
    def neuron_weights(self) -> int:
        """W_in of every layer."""
        return sum(block.W_in.numel() for block in self.blocks)

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass: of every token, but of the last one alone in the last layer."""
        last, tokens = self.blocks[-1], len(self.positions)
        earlier = sum(tensor.numel() for block in self.blocks[:-1] for tensor in block.tensors().values())
        every = last.W_K.numel() + last.W_V.numel()
        return tokens * (earlier + every) + sum(tensor.numel() for tensor in last.tensors().values()) - every

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time: of each token, and of one that is worked on."""
        heads, width, head_width = self.blocks[0].W_Q.shape
        of_a_token = width + 2 * heads * head_width
        neurons = max(block.W_in.shape[1] for block in self.blocks)
        return (len(self.positions) + 2) * of_a_token + 2 * neurons

    @property
    def neuron_readout(self) -> Tensor:
        """W_out of the last layer [m, d]: neuron activations → what the unembedding reads."""
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
        residuals, keys, _ = self._first_seen(self.tokens(table_a, table_b), (a, b))
        return self._weights(self.blocks[0], residuals[-1], keys)

    def _before_last_mlp(self, tokens: list[Tensor], pairs: tuple[Tensor, Tensor] | None) -> Tensor:
        """Residual [n, d] of the last position between attention and neurons of the last layer.

        Tokens are rows of their own where no pairs are given.
        """
        residuals, keys, values = self._first_seen(tokens, pairs)
        for block, following in pairwise(self.blocks):
            seen = [place + 1 if self.mask == "causal" else len(keys) for place in range(len(keys))]
            attended = [
                self._after_attention(block, x, keys[:some], values[:some])
                for x, some in zip(residuals, seen, strict=True)
            ]
            residuals = [block.after_mlp(x, self.activation) for x in attended]
            keys, values = [following.keys(x) for x in residuals], [following.values(x) for x in residuals]
        return self._after_attention(self.blocks[-1], residuals[-1], keys, values)

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, d] for operand numbers a, b [n], in an arithmetic that encloses its errors.

        Keys and values of the first layer are computed once per token.
        """
        embedded = [table_a, table_b] + ([] if self.equals is None else [table_a.like(self.equals[None])])
        tokens = [token.plus(position) for token, position in zip(embedded, self.positions, strict=True)]
        rows = (a, b, torch.zeros_like(a))[: len(tokens)]

        def of_first(part: str, place: int) -> list[Enclosed]:
            return [head.at(rows[place]) for head in self.blocks[0].enclosed_heads(tokens[place], part)]

        residuals, heads = [token.at(row) for token, row in zip(tokens, rows, strict=True)], of_first
        for number, block in enumerate(self.blocks):
            keys, values = ([heads(part, place) for place in range(len(tokens))] for part in "KV")
            last = number + 1 == len(self.blocks)
            asking = range(len(tokens))[-1:] if last else range(len(tokens))
            seen = [place + 1 if self.mask == "causal" else len(tokens) for place in asking]
            attended = [
                block.enclosed_attention(
                    residuals[place], heads("Q", place), keys[:some], values[:some], self.coefficient
                )
                for place, some in zip(asking, seen, strict=True)
            ]
            residuals = [block.enclosed_mlp(x, self.activation) for x in attended]
            if not last:
                heads = partial(_enclosed_heads, self.blocks[number + 1], residuals)
        return residuals[-1]

    def _first_seen(
        self, tokens: list[Tensor], pairs: tuple[Tensor, Tensor] | None
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Residuals [n, d], keys and values [n, h, e] of every position as the first layer sees them.

        It sees tokens alone, so keys and values are computed once per token where pairs are many.
        """
        block = self.blocks[0]
        if pairs is None:
            return tokens, [block.keys(x) for x in tokens], [block.values(x) for x in tokens]
        rows = (*pairs, torch.zeros_like(pairs[0]))[: len(tokens)]

        def look_up(tables: list[Tensor]) -> list[Tensor]:
            return [_looked_up(table, row) for table, row in zip(tables, rows, strict=True)]

        residuals = look_up(tokens)
        if len(pairs[0]) > len(tokens[0]):
            return (
                residuals,
                look_up([block.keys(token) for token in tokens]),
                look_up([block.values(token) for token in tokens]),
            )
        return residuals, [block.keys(x) for x in residuals], [block.values(x) for x in residuals]

    def _after_attention(self, block: Block, x: Tensor, keys: Sequence[Tensor], values: Sequence[Tensor]) -> Tensor:
        """Residual [n, d] of one position after a layer's attention, from its residual x and what it may see."""
        return block.after_attention(x, mixed_values(self._weights(block, x, keys), values))

    def _weights(self, block: Block, x: Tensor, keys: Sequence[Tensor]) -> Tensor:
        """Attention weights [n, h, positions] of a residual x [n, d] on the keys that it may see."""
        weights = attention_weights(block.queries(x), keys)
        return weights if self.coefficient == 1 else self.coefficient * weights + (1 - self.coefficient)

    def rows_reader(
        self, table_a: Tensor, table_b: Tensor, directions: Tensor, dtype: torch.dtype | None = None
    ) -> OneLayerRows | None:
        """A fast reader of r(a, b)·directions over whole rows of the grid; None where there are several layers.

        It is made in the precision of the tables and reads in that of `dtype`.
        """
        if len(self.blocks) > 1:
            return None
        tokens = self.tokens(table_a, table_b)
        reads = dtype or table_a.dtype
        return one_layer_rows(self.blocks[0], tokens, directions, self.activation, self.coefficient, reads)

    def set_up_sizes(self, table_a: Tensor, table_b: Tensor, weights: Tensor, floor: float) -> Sizes:
        """Sizes of r(a, b)·weights, for weights [d, k] ≥ 0, counted from the operand tables on; one layer only.

        They bound what the tables of `rows_reader` may be off by, and r(a, b) itself.
        """
        return one_layer_sizes(self.blocks[0], self.tokens(table_a, table_b), weights, self.activation, floor)

    @property
    def set_up_roundings(self) -> int:
        """One after another, in the tables that `rows_reader` computes."""
        heads, width, head_width = self.blocks[0].W_Q.shape
        return 3 * width + head_width + heads + 16


def _looked_up(table: Tensor, rows: Tensor) -> Tensor:
    """table[rows], but left as one row where there is only one, to broadcast."""
    return table if len(table) == 1 else table[rows]


def _enclosed_heads(block: Block, residuals: Sequence[Enclosed], part: str, place: int) -> list[Enclosed]:
    return block.enclosed_heads(residuals[place], part)
