"""Whole rows of the grid for a transformer of one layer, without a forward pass per pair."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from models.bodies.activations import Activation, activate_
from models.bodies.block import Block
from models.bodies.one_layer_kernel import HEADS_AT_ONCE, mix_heads
from models.bodies.sizes import Sizes, highest_active, largest_of, magnitude, own_roundings, stretch

TILE = 32  # rows and columns mixed at once, at most: 32² pairs of some 500 neurons fill two megabytes
TINY = 1e-300
FARTHEST_SCORES = 30.0  # apart: past it, float32's exponentials lose pairs in which both operands score low


@dataclass(frozen=True, eq=False)
class OneLayerRows:
    """r(a, b)·directions row by row: every token sends the neurons a vector that depends on that token alone.

    Per pair there remain the weights of the mix. The last position's weight is what the others leave of the whole, so
    what it sends goes into the vectors once, and two terms a head are left. Everything in BY_NUMBER is affine in the
    operand tables, numbers on the last axis but one. w = m + r: into the neurons, and past them along the directions.
    """

    from_a: Tensor  # [h, q, w]: what a sends, times its weight
    from_b: Tensor  # [h, q, w]
    own: Tensor  # [q or 1, w]: what the last position sends whatever the weights are
    query: Tensor  # [h, q or 1, e]: '=' asks the same of every pair; without an '=', b asks
    key_a: Tensor  # [h, q, e]
    key_b: Tensor  # [h, q, e]
    key_equals: Tensor | None  # [h, 1, e]
    neurons_out: Tensor  # [m, r]
    activation: Activation
    coefficient: float

    BY_NUMBER: ClassVar[tuple[str, ...]] = ("from_a", "from_b", "own", "query", "key_a", "key_b")

    @cached_property
    def scores(self) -> list[Tensor]:
        """Attention scores of the last position: to b [q, h], and where '=' asks, to a [q, h] before and '=' [1, h]."""
        asked = [self.key_b] if self.key_equals is None else [self.key_a, self.key_b, self.key_equals]
        return [(self.query * key).sum(-1).T.contiguous() for key in asked]

    @cached_property
    def odds(self) -> list[Tensor] | None:
        """The scores' exponentials, once per token; None where they lie so far apart that some would vanish."""
        if self.key_equals is None:
            return None
        highest = torch.cat(self.scores).amax(0)
        if float((highest - torch.cat(self.scores)).max()) > FARTHEST_SCORES:
            return None
        return [(score - highest).exp().to(self.own.dtype) for score in self.scores]

    def softmax(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The weights of a and of b, each [n, q, h], for rows a [n] and every b."""
        if self.odds is not None:
            odds_a, odds_b, odds_equals = self.odds
            inverse = (odds_a[rows, None] + odds_b + odds_equals).reciprocal_()
            return odds_a[rows, None] * inverse, inverse.mul_(odds_b)
        if self.key_equals is None:  # b itself asks, so that a's score depends on both
            ahead = (self.key_a[:, rows] @ self.query.mT).permute(1, 2, 0) - self.scores[0]
            to_a = torch.sigmoid(ahead)
            return to_a.to(self.own.dtype), (1 - to_a).to(self.own.dtype)
        score_a, score_b, score_equals = self.scores[0][rows, None], self.scores[1][None], self.scores[2]
        highest = torch.maximum(torch.maximum(score_a, score_b), score_equals)
        odds_a, odds_b = (score_a - highest).exp_(), (score_b - highest).exp_()
        whole = (score_equals - highest).exp_().add_(odds_a).add_(odds_b)
        return odds_a.div_(whole).to(self.own.dtype), odds_b.div_(whole).to(self.own.dtype)

    def attention(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """How much the last position reads of a and of b, each [n, q, h], for rows a [n] and every b."""
        to_a, to_b = self.softmax(rows)
        if self.coefficient != 1:
            to_a, to_b = (weight * self.coefficient + (1 - self.coefficient) for weight in (to_a, to_b))
        return to_a, to_b

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, r] for rows a [n] and every b, by tiles: what is mixed is read while it is in the cache."""
        weights_a, weights_b = self.attention(rows)
        of_a = weights_a.contiguous().numpy(), self.from_a[:, rows].numpy()
        of_b = weights_b.contiguous().numpy(), self.from_b.numpy(), self.own.numpy()
        neurons = len(self.neurons_out)
        rectified = neurons if self.activation == "relu" else 0
        outputs = self.own.new_empty(*weights_a.shape[:2], self.neurons_out.shape[1])
        tall, wide = (_even_part(size) for size in outputs.shape[:2])
        room = self.own.new_empty(tall * wide * self.own.shape[1])
        for row in range(0, outputs.shape[0], tall):
            for column in range(0, outputs.shape[1], wide):
                out = outputs[row : row + tall, column : column + wide]
                mixed = room[: out.shape[0] * out.shape[1] * self.own.shape[1]].unflatten(0, (*out.shape[:2], -1))
                mix_heads(*of_a, *of_b, rectified, (row, column), mixed.numpy())
                torch.add(self._read(mixed.flatten(0, 1)).view(out.shape), mixed[..., neurons:], out=out)
        return outputs

    @property
    def width(self) -> int:
        """Numbers that a pair takes."""
        return self.own.shape[1] + self.neurons_out.shape[1]

    @property
    def roundings(self) -> int:
        """One after another, from the tables and the scores to an output, each table converted once."""
        weights, mixing = 8, 2 * len(self.from_a) + 4
        return weights + mixing + own_roundings(self.activation) + len(self.neurons_out) + 3

    def sizes(self, weights: Tensor, floor: float) -> Sizes:
        """Sizes of the outputs' sum with weights [r] ≥ 0: [q] for a and for b."""
        own, out = magnitude(self.own, floor), magnitude(self.neurons_out, floor)
        highest_a, highest_b = (_highest(part) for part in (self.from_a, self.from_b))
        heights = (highest_a + highest_b + own.amax(0))[: len(out)]
        received = torch.cat([stretch(self.activation, heights) * (out @ weights), weights])
        of_a, of_b = (_weighed(part, received) for part in (self.from_a, self.from_b))
        rest = own @ received + floor * (weights.sum() + (out @ weights).sum() + 2 * len(self.from_a) * received.sum())
        active = highest_active(self.activation, heights)
        past = (highest_a + highest_b + own.amax(0))[len(out) :]
        return Sizes(of_a, of_b + rest, largest=largest_of(heights, active, active @ out + past))

    def _read(self, pairs: Tensor) -> Tensor:
        """[n, r] of what the neurons received, the first of [n, w]; a ReLU has been applied already."""
        active = pairs[:, : len(self.neurons_out)]
        if self.activation != "relu":
            active = activate_(active, self.activation)
        return active @ self.neurons_out


def one_layer_rows(
    block: Block,
    tokens: list[Tensor],
    directions: Tensor,
    activation: Activation,
    coefficient: float,
    dtype: torch.dtype,
) -> OneLayerRows:
    """A reader for the residuals before the layer: a's [q, d], b's [q, d] and, where there is one, that of '=' [1, d].

    Heads are filled up with silent ones to a multiple of HEADS_AT_ONCE. All is computed in the precision of the
    residuals; what is mixed and read stays in that of `dtype`.
    """
    to_all = torch.cat([block.heads_into_neurons, block.W_O @ directions], dim=2)  # [h, e, w]
    values = [block.values(token).transpose(0, 1) for token in tokens]  # [h, q, e]
    whole = coefficient + len(tokens) * (1 - coefficient)  # what the weights of all positions sum to
    rest = tokens[-1] if block.b_O is None else tokens[-1] + block.b_O
    own = torch.cat([rest @ block.W_in + block.b_in, (rest + block.b_out) @ directions], dim=1)
    if len(tokens) == 3:
        own = own + whole * (values[2] @ to_all).sum(0)
        values = [values[0] - values[2], values[1] - values[2]]
    query, key_a, key_b, *of_equals = (
        _in_fours(heads.transpose(0, 1)) for heads in (block.queries(tokens[-1]), *map(block.keys, tokens))
    )
    return OneLayerRows(
        from_a=_in_fours(_product_by_head(values[0], to_all, dtype)),
        from_b=_in_fours(_product_by_head(values[1], to_all, dtype)),
        own=own.to(dtype),
        query=query,
        key_a=key_a,
        key_b=key_b,
        key_equals=of_equals[0] if of_equals else None,
        neurons_out=(block.W_out @ directions).to(dtype),
        activation=activation,
        coefficient=coefficient,
    )


def _product_by_head(values: Tensor, weight: Tensor, dtype: torch.dtype) -> Tensor:
    """[h, q, e] @ [h, e, w], rounded to another precision a head at a time: large tables of float64 are slow to get."""
    found = torch.empty(*values.shape[:2], weight.shape[2], dtype=dtype)
    for head, (value, of_head) in enumerate(zip(values, weight, strict=True)):
        found[head] = value @ of_head
    return found


def _highest(by_head: Tensor) -> Tensor:
    """[w]: the largest of |x| [h, q, w] over q, summed over the heads; float64."""
    highest, lowest = by_head.amax(1), by_head.amin(1)
    return torch.maximum(highest.abs(), lowest.abs()).double().sum(0)


def _weighed(by_head: Tensor, weights: Tensor) -> Tensor:
    """[q]: |x| [h, q, w] · weights [w], summed over the heads; float64."""
    return torch.stack([head.double().abs() @ weights for head in by_head]).sum(0)


def one_layer_sizes(block: Block, tokens: list[Tensor], weights: Tensor, activation: Activation, floor: float) -> Sizes:
    """Sizes of what `one_layer_rows` computes, counted from the residuals on, for weights [d, k] ≥ 0 on the output.

    `floor` is that of the precision it is computed in, float64.
    """
    size, seen = block.absolute, [token.abs() for token in tokens]
    neurons = stretch(activation, _heights(block, seen))[:, None] * (size["W_out"] @ weights)
    after_attention = size["W_in"] @ neurons + weights  # [d, k], on the residual between attention and neurons
    by_head = size["W_O"] @ after_attention  # [h, e, k]
    into_heads = (size["W_V"] @ by_head).sum(0)
    values = [x @ into_heads for x in seen]
    if "b_V" in size:
        values = [value + (size["b_V"][..., None] * by_head).sum((0, 1)) for value in values]
    rest = size["b_in"] @ neurons + size["b_out"] @ weights + seen[-1] @ after_attention
    if "b_O" in size:
        rest = rest + size["b_O"] @ after_attention
    rest = rest + 16 * floor * (weights.sum(0) + neurons.sum(0) + after_attention.sum(0) + by_head.sum((0, 1)))
    to_a, to_b = values[0], values[1] + rest
    if len(tokens) == 3:  # what '=' sends is taken from both, and added at most three times
        to_a, to_b = to_a + values[2], to_b + 4 * values[2]
    return Sizes(to_a, to_b, *_score_sizes(block, seen, floor))


def _heights(block: Block, seen: list[Tensor]) -> Tensor:
    """[m]: no neuron receives more, in size."""
    size = block.absolute
    highest = torch.stack([x.amax(0) for x in seen]).sum(0)
    values = highest @ size["W_V"] + len(seen) * size.get("b_V", torch.zeros(()).double())  # [h, e]
    written = len(seen) * (values[:, None] @ size["W_O"]).sum((0, 1)) + size.get("b_O", torch.zeros(()).double())
    return (highest + written) @ size["W_in"] + size["b_in"]


def _score_sizes(block: Block, seen: list[Tensor], floor: float) -> tuple[Tensor, Tensor]:
    """[q] for a and for b: scores whose relative error is u leave no weight off by more than u times both together.

    A weight is a sigmoid, of slope ¼ at most, of its score less a mean of the others. Where '=' asks, both are off by
    no more than the largest of all. Where b asks, the weight of a is that of q_b·k_a − q_b·k_b, and
    |q_b|·|k_a| ≤ ½(λ|q_b|² + |k_a|²/λ) for any λ.
    """
    size, root = block.absolute, block.W_Q.shape[-1] ** 0.5
    none = torch.zeros(1, 1, 1, dtype=torch.float64)
    bias_q, bias_k = (size[name][:, None] if name in size else none for name in ("b_Q", "b_K"))
    query = (seen[-1] @ size["W_Q"] + bias_q) / root  # [h, q or 1, e]
    keys = [x @ size["W_K"] + bias_k for x in seen]
    if len(seen) == 3:
        to_a, to_b, to_equals = ((query * key).sum(-1).amax(0) / 2 for key in keys)
        return to_a, to_b + to_equals + floor
    asked, key_a = (x.square().sum(-1) for x in (query, keys[0]))
    balance = ((key_a.amax(1, keepdim=True) + TINY) / (asked.amax(1, keepdim=True) + TINY)).sqrt()  # λ, of each head
    of_b = balance * asked / 2 + (query * keys[1]).sum(-1)
    return (key_a / balance / 8).amax(0), (of_b / 4).amax(0) + floor


def _even_part(size: int) -> int:
    """The size of equal parts of at most TILE."""
    return -(-size // -(-size // TILE))


def _in_fours(by_head: Tensor) -> Tensor:
    """[h, …] filled up with zeros to a multiple of HEADS_AT_ONCE."""
    silent = -len(by_head) % HEADS_AT_ONCE
    return torch.cat([by_head, by_head.new_zeros(silent, *by_head.shape[1:])]) if silent else by_head
