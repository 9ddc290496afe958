"""Margins of whole rows of the grid, from a reader of the body or, where it has none, by forward passes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.evaluation.directions import readout_directions
from models.evaluation.plain import right_and_rival
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
        pairs_at_once = max(1, LOGITS_AT_ONCE // q)
        both = [
            right_and_rival(self._logits(some), right_classes)
            for some, right_classes in zip(outputs.split(pairs_at_once), answers.split(pairs_at_once), strict=True)
        ]
        right, rival = torch.cat(both).unbind(1)
        return right.unflatten(0, (len(rows), q)), rival.unflatten(0, (len(rows), q))

    def _logits(self, outputs: Tensor) -> Tensor:
        return outputs @ self.classes if self.bias is None else torch.addmm(self.bias, outputs, self.classes)


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
