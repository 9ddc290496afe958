"""Whole rows of the grid for a transformer of one layer, without a forward pass per pair."""

import torch
from torch import Tensor

from models.bodies.activations import Activation, activate_
from models.bodies.block import Block
from models.kernel import HEADS_AT_ONCE, mix_heads

TILE = 32  # rows and columns mixed at once, at most: 32² pairs of some 500 neurons fill two megabytes
FARTHEST_SCORES = 30.0  # apart: past it, float32's exponentials lose pairs in which both operands score low


class OneLayerRows:
    """r(a, b)·directions row by row: every token sends the neurons a vector that depends on that token alone.

    Per pair there remain the weights of the mix. The last position's weight is what the others leave of the whole, so
    what it sends goes into the vectors once, and two terms a head are left.
    """

    def __init__(
        self, block: Block, tokens: list[Tensor], directions: Tensor, activation: Activation, coefficient: float
    ) -> None:
        """`tokens` are the residuals before the layer: a's [q, d], b's [q, d] and, where there is one, that of '='."""
        self.activation, self.coefficient = activation, coefficient
        self.scores = _Scores(block, tokens)
        self.neurons = block.W_in.shape[1]
        to_all = torch.cat([block.heads_into_neurons, block.W_O @ directions], dim=2)  # [h, e, w]: in and past them
        values = [block.values(token).transpose(0, 1) for token in tokens]  # [h, q, e]
        whole = coefficient + len(tokens) * (1 - coefficient)  # what the weights of all positions sum to
        rest = tokens[-1] if block.b_O is None else tokens[-1] + block.b_O
        own = torch.cat([rest @ block.W_in + block.b_in, (rest + block.b_out) @ directions], dim=1)
        if len(tokens) == 3:
            own = own + whole * (values[2] @ to_all).sum(0)
            values = [values[0] - values[2], values[1] - values[2]]
        self.own = own  # [q or 1, w]: what the last position sends whatever the others are
        self.from_a, self.from_b = (_in_fours(value @ to_all, 0) for value in values)  # [h, q, w]
        self.neurons_out = block.W_out @ directions  # [m, r]

    def attention(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """How much the last position attends to a and to b, each [n, q, h], for rows a [n] and every b."""
        to_a, to_b = self.scores.softmax(rows)
        if self.coefficient != 1:
            to_a, to_b = (weight * self.coefficient + (1 - self.coefficient) for weight in (to_a, to_b))
        return to_a, to_b

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, r] for rows a [n] and every b, by tiles: what is mixed is read while it is in the cache."""
        weights_a, weights_b = self.attention(rows)
        of_a = weights_a.numpy(), self.from_a[:, rows].numpy()
        of_b = weights_b.numpy(), self.from_b.numpy(), self.own.numpy()
        rectified = self.neurons if self.activation == "relu" else 0
        outputs = self.own.new_empty(*weights_a.shape[:2], self.neurons_out.shape[1])
        tall, wide = (_even_part(size) for size in outputs.shape[:2])
        room = self.own.new_empty(tall * wide * self.own.shape[1])
        for row in range(0, outputs.shape[0], tall):
            for column in range(0, outputs.shape[1], wide):
                out = outputs[row : row + tall, column : column + wide]
                mixed = room[: out.shape[0] * out.shape[1] * self.own.shape[1]].unflatten(0, (*out.shape[:2], -1))
                mix_heads(*of_a, *of_b, rectified, (row, column), mixed.numpy())
                out.copy_(self._read(mixed.flatten(0, 1)).view(out.shape))
        return outputs

    def _read(self, pairs: Tensor) -> Tensor:
        """[n, r] of what the neurons and the directions past them received, [n, w]."""
        active = pairs[:, : self.neurons]
        if self.activation != "relu":
            active = activate_(active, self.activation)
        return torch.addmm(pairs[:, self.neurons :], active, self.neurons_out)


class _Scores:
    """Attention scores of the last position, ready for the softmax of whole rows."""

    def __init__(self, block: Block, tokens: list[Tensor]) -> None:
        self.query = block.queries(tokens[-1])  # [1, h, e] for '=', which asks the same of every pair; else [q, h, e]
        keys = [block.keys(token) for token in tokens]
        self.key_a = keys[0]
        self.to = [_in_fours((self.query * key).sum(-1)) for key in keys]  # [q, h] each, [1, h] for '='
        self.odds = _odds(self.to) if len(tokens) == 3 else None

    def softmax(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The weights of a and of b, each [n, q, h], for rows a [n] and every b."""
        if self.odds is not None:
            odds_a, odds_b, odds_equals = self.odds
            inverse = (odds_a[rows, None] + odds_b + odds_equals).reciprocal_()
            return odds_a[rows, None] * inverse, inverse.mul_(odds_b)
        if len(self.to) == 2:  # b itself asks, so that a's score depends on both
            to_a = _in_fours(torch.einsum("bhe,ahe->abh", self.query, self.key_a[rows]))
            return torch.sigmoid(to_a - self.to[1]), torch.sigmoid(self.to[1] - to_a)
        score_a, score_b, score_equals = self.to[0][rows, None], self.to[1][None], self.to[2]
        highest = torch.maximum(torch.maximum(score_a, score_b), score_equals)
        odds_a, odds_b = (score_a - highest).exp_(), (score_b - highest).exp_()
        whole = (score_equals - highest).exp_().add_(odds_a).add_(odds_b)
        return odds_a.div_(whole), odds_b.div_(whole)


def _even_part(size: int) -> int:
    """The size of equal parts of at most TILE."""
    return -(-size // -(-size // TILE))


def _odds(scores: list[Tensor]) -> list[Tensor] | None:
    """The scores' exponentials, once per token; None where they lie so far apart that some would vanish."""
    highest = torch.cat(scores).amax(0)
    if float((highest - torch.cat(scores)).max()) > FARTHEST_SCORES:
        return None
    return [(score - highest).exp() for score in scores]


def _in_fours(by_head: Tensor, axis: int = -1) -> Tensor:
    """Filled up along the axis of the heads with silent ones, zeros, to a multiple of HEADS_AT_ONCE."""
    heads = by_head.shape[axis]
    if heads % HEADS_AT_ONCE == 0:
        return by_head
    silent = by_head.new_zeros(*by_head.shape[:axis], -heads % HEADS_AT_ONCE, *by_head.shape[axis:][1:])
    return torch.cat([by_head, silent], dim=axis)
