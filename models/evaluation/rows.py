"""Margins of whole rows of the grid, from a reader of the body or, where it has none, by forward passes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.evaluation.directions import readout_directions
from models.network import Network

BLOCK_ENTRIES = 2_000_000  # pairs × neurons of a block of rows
LOGITS_AT_ONCE = 250_000  # pairs × classes decided at once, so that they stay in a core's cache


@dataclass(frozen=True, eq=False)
class Rows:
    """Whole rows of a grid of pairs, in one precision."""

    outputs: Callable[[Tensor], Tensor]  # rows a [n] → r(a, b) along the directions [n, q, r]
    classes: Tensor  # [r, q]: how each class lies along the directions
    bias: Tensor | None  # [q], centred
    rows_at_once: int

    @property
    def modulus(self) -> int:
        """q."""
        return int(self.classes.shape[1])

    def margins(self, rows: Tensor) -> Tensor:
        """[n, q] for rows a [n]: right class's logit minus the largest other."""
        right, rival = self.right_and_rival(rows)
        return right - rival

    def right_and_rival(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """[n, q] each for rows a [n] and every b: the right class's logit, and the largest other."""
        q = self.modulus
        outputs = self.outputs(rows).flatten(0, 1)
        answers = ((rows[:, None] + torch.arange(q)) % q).flatten()
        right, rival = outputs.new_empty(2, len(answers))
        step = max(1, LOGITS_AT_ONCE // q)
        for start in range(0, len(answers), step):
            some = slice(start, start + step)
            logits, right_classes = self._logits(outputs[some]), answers[None, some]
            right[some] = logits.gather(0, right_classes)[0]
            torch.amax(logits.scatter_(0, right_classes, -torch.inf), 0, out=rival[some])
        return right.view(-1, q), rival.view(-1, q)

    def _logits(self, outputs: Tensor) -> Tensor:
        """[q, n] of outputs [n, r]: classes first, so that the largest of each pair is found for many pairs at once."""
        logits = self.classes.T @ outputs.T
        return logits if self.bias is None else logits.add_(self.bias[:, None])


def rows_of(network: Network) -> Rows:
    """The rows of a network, in its precision."""
    directions, classes = readout_directions(network.readout)
    bias = None if network.readout_bias is None else network.readout_bias - network.readout_bias.mean()
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    width = classes.shape[0] + (reader.from_b.shape[-1] if reader else 4 * network.body.width)
    outputs = reader.rows if reader else _ForwardPasses(network, directions).rows
    return Rows(outputs, classes, bias, rows_at_once(network.modulus, width))


def rows_at_once(modulus: int, width: int) -> int:
    """How many rows make a block, for so many entries a pair."""
    return max(1, BLOCK_ENTRIES // (modulus * width))


@dataclass(frozen=True, eq=False)
class _ForwardPasses:
    network: Network
    directions: Tensor

    def rows(self, rows: Tensor) -> Tensor:
        q = self.network.modulus
        a, b = rows.repeat_interleave(q), torch.arange(q).repeat(len(rows))
        outputs = self.network.body.readout_vectors(self.network.table_a, self.network.table_b, a, b)
        return (outputs @ self.directions).unflatten(0, (len(rows), q))
