"""The body of a small transformer without LayerNorm: what stands between the operand tables and the readout."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

import torch
from torch import Tensor

FARTHEST_SCORES = 30.0  # apart: past it, float32's exponentials lose pairs in which both operands score low


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

    def after_mlp(self, x: Tensor) -> Tensor:
        """Residual x [n, d] plus what the neurons write."""
        return x + torch.relu(self.pre_activations(x)) @ self.W_out + self.b_out


def _heads(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    out = torch.einsum("nd,hde->nhe", x, weight)
    return out if bias is None else out + bias


@dataclass(frozen=True, eq=False)
class TransformerBody:
    """Tokens a, b, '=' at positions 0, 1, 2, read at the last position; causal attention, ReLU, one or more layers.

    Never changed by surgery: the operand tables and the readout live in `Network`, not here.
    """

    blocks: tuple[Block, ...]
    positions: Tensor  # [3, d]
    equals: Tensor  # [d], the embedding of '='

    @property
    def width(self) -> int:
        """d, the width of what the readout reads."""
        return int(self.positions.shape[1])

    @property
    def reading(self) -> dict[str, str]:
        """The facts that tensors do not tell, as this body computes them."""
        return {"activation": "relu", "attention": "causal softmax", "tokens": "a b =", "layers": str(len(self.blocks))}

    @property
    def neuron_readout(self) -> Tensor:
        """W_out of the last layer [m, d]: neuron activations → what the readout reads."""
        return self.blocks[-1].W_out

    def tensors(self) -> dict[str, Tensor]:
        """Every weight of the body by name."""
        named = {"positions": self.positions, "equals": self.equals}
        for number, block in enumerate(self.blocks):
            named |= {f"blocks.{number}.{name}": tensor for name, tensor in block.tensors().items()}
        return named

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "TransformerBody":
        """The same body with every weight changed alike."""
        blocks = tuple(Block(**{n: change(t) for n, t in block.tensors().items()}) for block in self.blocks)
        return TransformerBody(blocks, change(self.positions), change(self.equals))

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, d] for operand numbers a, b [n] and operand tables [q, d]; differentiable.

        The first layer sees tokens alone, so its keys, values and the scores for '=' are computed once per token.
        """
        rows = (a, b, torch.zeros_like(a))
        tokens = [t + self.positions[place] for place, t in enumerate((table_a, table_b, self.equals[None]))]
        first, last = self.blocks[0], self.blocks[-1]
        keys = [first.keys(token) for token in tokens]
        values = [_rows(first.values(token), row) for token, row in zip(tokens, rows, strict=True)]
        residuals = [_rows(token, row) for token, row in zip(tokens, rows, strict=True)]
        if len(self.blocks) == 1:
            query = first.queries(tokens[2])
            scores = [_rows((query * key).sum(-1), row) for key, row in zip(keys, rows, strict=True)]
            return _attend(first, residuals[2], scores, values)
        looked_up = [_rows(key, row) for key, row in zip(keys, rows, strict=True)]
        residuals = [_attend_to(first, residuals[i], looked_up[: i + 1], values[: i + 1]) for i in range(3)]
        for block in self.blocks[1:-1]:
            keys, values = [block.keys(x) for x in residuals], [block.values(x) for x in residuals]
            residuals = [_attend_to(block, residuals[i], keys[: i + 1], values[: i + 1]) for i in range(3)]
        return _attend_to(last, residuals[2], [last.keys(x) for x in residuals], [last.values(x) for x in residuals])

    def rows_reader(self, table_a: Tensor, table_b: Tensor, directions: Tensor) -> "OneLayerRows | None":
        """A fast reader of r(a, b)·directions over whole rows of the grid; None where there are several layers."""
        return OneLayerRows(self, table_a, table_b, directions) if len(self.blocks) == 1 else None


class OneLayerRows:
    """r(a, b)·directions for one layer, row by row of the grid, without a forward pass per pair.

    '=' attends to three tokens, and each of them sends the neurons a vector that depends on that token alone. Per pair
    there remain the weights of the mix: they sum to 1, so with what '=' sends taken off, two terms a head are left.
    """

    def __init__(self, body: TransformerBody, table_a: Tensor, table_b: Tensor, directions: Tensor) -> None:
        block = body.blocks[0]
        tokens = [t + body.positions[place] for place, t in enumerate((table_a, table_b, body.equals[None]))]
        query = block.queries(tokens[2])
        scores = [(query * block.keys(token)).sum(-1) for token in tokens]  # [q, h], [q, h], [1, h]
        self.scores = (scores[0], scores[1], scores[2])
        self.odds = _odds(self.scores)
        to_all = torch.cat([block.heads_into_neurons, block.W_O @ directions], dim=2)  # [h, e, m + r]: in and past them
        values = [block.values(token).transpose(0, 1) for token in tokens]  # [h, q, e]
        self.neurons = block.W_in.shape[1]
        self.from_a = ((values[0] - values[2]) @ to_all).transpose(0, 1)  # [q, h, m + r]
        self.from_b = ((values[1] - values[2]) @ to_all).transpose(0, 1)
        rest = tokens[2] if block.b_O is None else tokens[2] + block.b_O
        beside_heads = torch.cat([rest @ block.W_in + block.b_in, (rest + block.b_out) @ directions], dim=1)
        self.rest = beside_heads[0] + (values[2] @ to_all).sum(0)[0]
        self.neurons_out = block.W_out @ directions  # [m, r]

    def attention(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """How much '=' attends to a and to b, each [n, q, h], for rows a [n] and every b."""
        if self.odds is not None:
            odds_a, odds_b, odds_equals = self.odds
            whole = odds_a[rows, None] + odds_b + odds_equals
            return odds_a[rows, None] / whole, odds_b / whole
        score_a, score_b, score_equals = self.scores[0][rows, None], self.scores[1][None], self.scores[2]
        highest = torch.maximum(torch.maximum(score_a, score_b), score_equals)
        odds_a, odds_b = (score_a - highest).exp_(), (score_b - highest).exp_()
        whole = (score_equals - highest).exp_().add_(odds_a).add_(odds_b)
        return odds_a.div_(whole), odds_b.div_(whole)

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, r] for rows a [n] and every b."""
        weight_a, weight_b = self.attention(rows)
        mixed = torch.baddbmm(self.rest, weight_a, self.from_a[rows])
        # b's part is added in place through a view by columns: no second array of this size, no pass to add it up
        mixed.transpose(0, 1).baddbmm_(weight_b.transpose(0, 1), self.from_b)
        pairs = mixed.flatten(0, 1)
        active = pairs[:, : self.neurons].relu_()
        return torch.addmm(pairs[:, self.neurons :], active, self.neurons_out).unflatten(0, mixed.shape[:2])


def _odds(scores: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor] | None:
    """The scores' exponentials, once per token; None where they lie so far apart that some would vanish."""
    highest = torch.cat(scores).amax(0)
    if float((highest - torch.cat(scores)).max()) > FARTHEST_SCORES:
        return None
    odds_a, odds_b, odds_equals = ((score - highest).exp() for score in scores)
    return odds_a, odds_b, odds_equals


def _rows(table: Tensor, rows: Tensor) -> Tensor:
    """table[rows], but left as one row where there is only one, to broadcast."""
    return table if len(table) == 1 else table[rows]


def _attend_to(block: Block, x: Tensor, keys: list[Tensor], values: list[Tensor]) -> Tensor:
    """One position's residual x [n, d] after a layer, given keys and values [n, h, e] of the positions it may see."""
    queries = block.queries(x)
    return _attend(block, x, [(queries * key).sum(-1) for key in keys], values)


def _attend(block: Block, x: Tensor, scores: list[Tensor], values: list[Tensor]) -> Tensor:
    """Residual x [n, d] after a layer, from attention scores [n, h] and values [n, h, e] of each visible position."""
    weights = torch.stack(list(torch.broadcast_tensors(*scores)), dim=-1).softmax(-1)  # [n, h, positions]
    mixed = weights[..., 0, None] * values[0]
    for place in range(1, len(values)):
        mixed = mixed + weights[..., place, None] * values[place]
    return block.after_mlp(block.after_attention(x, mixed))
