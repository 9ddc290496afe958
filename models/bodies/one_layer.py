"""Whole rows of the grid for a transformer of one layer, without a forward pass per pair."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from models.bodies.activations import Activation, activate_
from models.bodies.block import Block
from models.kernel import HEADS_AT_ONCE, mix_heads

TILE = 32  # rows and columns mixed at once, at most: 32² pairs of some 500 neurons fill two megabytes
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

    BY_NUMBER: ClassVar = ("from_a", "from_b", "own", "query", "key_a", "key_b")

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
        return [(score - highest).exp() for score in self.scores]

    def softmax(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The weights of a and of b, each [n, q, h], for rows a [n] and every b."""
        if self.odds is not None:
            odds_a, odds_b, odds_equals = self.odds
            inverse = (odds_a[rows, None] + odds_b + odds_equals).reciprocal_()
            return odds_a[rows, None] * inverse, inverse.mul_(odds_b)
        if self.key_equals is None:  # b itself asks, so that a's score depends on both
            ahead = (self.key_a[:, rows] @ self.query.mT).permute(1, 2, 0) - self.scores[0]
            return torch.sigmoid(ahead), torch.sigmoid(-ahead)
        score_a, score_b, score_equals = self.scores[0][rows, None], self.scores[1][None], self.scores[2]
        highest = torch.maximum(torch.maximum(score_a, score_b), score_equals)
        odds_a, odds_b = (score_a - highest).exp_(), (score_b - highest).exp_()
        whole = (score_equals - highest).exp_().add_(odds_a).add_(odds_b)
        return odds_a.div_(whole), odds_b.div_(whole)

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

    def _read(self, pairs: Tensor) -> Tensor:
        """[n, r] of what the neurons received, the first of [n, w]; a ReLU has been applied already."""
        active = pairs[:, : len(self.neurons_out)]
        if self.activation != "relu":
            active = activate_(active, self.activation)
        return active @ self.neurons_out


def one_layer_rows(
    block: Block, tokens: list[Tensor], directions: Tensor, activation: Activation, coefficient: float
) -> OneLayerRows:
    """A reader for the residuals before the layer: a's [q, d], b's [q, d] and, where there is one, that of '=' [1, d].

    Heads are filled up with silent ones to a multiple of HEADS_AT_ONCE.
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
        from_a=_in_fours(values[0] @ to_all).contiguous(),
        from_b=_in_fours(values[1] @ to_all).contiguous(),
        own=own,
        query=query,
        key_a=key_a,
        key_b=key_b,
        key_equals=of_equals[0] if of_equals else None,
        neurons_out=block.W_out @ directions,
        activation=activation,
        coefficient=coefficient,
    )


def _even_part(size: int) -> int:
    """The size of equal parts of at most TILE."""
    return -(-size // -(-size // TILE))


def _in_fours(by_head: Tensor) -> Tensor:
    """[h, …] filled up with zeros to a multiple of HEADS_AT_ONCE."""
    silent = -len(by_head) % HEADS_AT_ONCE
    return torch.cat([by_head, by_head.new_zeros(silent, *by_head.shape[1:])]) if silent else by_head
