"""Margins of whole rows of the grid, without a forward pass per pair, and how far they may be off.

Everything is prepared in float64 and then, for speed, computed in float32 as well. Both have a proven bound.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.base import BoundedReader, RowReader
from models.bodies.sizes import magnitude
from models.enclosures import FLOAT64, Precision
from models.evaluation.classes import Classes
from models.evaluation.directions import UnembeddingDirections
from models.evaluation.margins import Margins, with_twins
from models.network import Network

BLOCK_ENTRIES = 2_000_000  # pairs × neurons of a block of rows
LOGITS_AT_ONCE = 250_000  # pairs × classes decided at once, so that they stay in a core's cache
EXPONENTS = 1100  # roundings of float64 that a softmax counts as: exp(x) to four units for |x| ≤ 745, and the rest
MOST_RELATIVE = 0.005  # of a size, by which a computed number may differ: sizes of x² rest on it (bodies/sizes.py)
LOGIT_ROUNDINGS = 6  # beside one for each direction: conversions, the bias, the difference of two logits


@dataclass(frozen=True, eq=False)
class Bounds:
    """How far a computed margin may be off: (relative_a + relative_b)·(size_a + size_b) + more_a + more_b; float64.

    Each is one number for every a or b. Infinite where sums may overflow.
    """

    relative_a: Tensor  # [q]
    relative_b: Tensor
    size_a: Tensor
    size_b: Tensor
    more_a: Tensor
    more_b: Tensor

    def of_rows(self, rows: Tensor) -> Tensor:
        """[n, q] for rows a [n] and every b."""
        size = self.size_a[rows, None] + self.size_b
        return (self.relative_a[rows, None] + self.relative_b) * size + self.more_a[rows, None] + self.more_b


@dataclass(frozen=True, eq=False)
class Rows:
    """A network made ready for rows of its grid, in one precision."""

    reader: RowReader
    along: Tensor  # [r, u]: how each distinct class lies along the directions
    bias: Tensor | None  # [u], centred
    classes: Classes

    @property
    def modulus(self) -> int:
        """q."""
        return len(self.classes.kind)

    @property
    def at_once(self) -> int:
        """How many rows make a block."""
        return rows_at_once(self.modulus, self.reader.width)

    def right_and_runner_up(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """[n, q] each for rows a [n] and every b: the right class's logit, and the largest other that is no twin."""
        answers = self.classes.of_answers(rows[:, None], torch.arange(self.modulus)).flatten()
        right, runner_up = self._right_and_rival(self.reader.rows(rows).flatten(0, 1), answers)
        return right.view(-1, self.modulus), runner_up.view(-1, self.modulus)

    def _right_and_rival(self, outputs: Tensor, answers: Tensor) -> tuple[Tensor, Tensor]:
        right, runner_up = outputs.new_empty(2, len(answers))
        step = max(1, LOGITS_AT_ONCE // self.along.shape[1])
        for start in range(0, len(answers), step):
            some = slice(start, start + step)
            logits, right_classes = self._logits(outputs[some]), answers[None, some]
            right[some] = logits.gather(0, right_classes)[0]
            torch.amax(logits.scatter_(0, right_classes, -torch.inf), 0, out=runner_up[some])
        return right, runner_up

    def _logits(self, outputs: Tensor) -> Tensor:
        """[u, n] of outputs [n, r]: classes first, so that the largest of each pair is found for many pairs at once."""
        logits = self.along.T @ outputs.T
        return logits if self.bias is None else logits.add_(self.bias[:, None])


@dataclass(frozen=True, eq=False)
class BoundedRows:
    """A network's rows in one precision, with bounds on their errors."""

    rows: Rows
    bounds: Bounds

    def margins_of_rows(self, rows: Tensor) -> Margins:
        """[n, q] of rows a [n] and every b."""
        return self.margins_from(rows, *self.rows.right_and_runner_up(rows))

    def margins_from(self, rows: Tensor, right: Tensor, runner_up: Tensor) -> Margins:
        """The same from the logits [n, q] of the right class and of the largest other."""
        a, b = rows[:, None], torch.arange(self.rows.modulus)[None]
        tied = self.rows.classes.tied(a, b)
        return Margins(a, b, *with_twins((right - runner_up).double(), self.bounds.of_rows(rows), tied))


def bounded_rows(
    network: Network, unembedding: UnembeddingDirections, classes: Classes, precision: Precision
) -> BoundedRows | None:
    """A network's rows, prepared in float64 and read in a precision; None where its body has no reader."""
    exact = network.cast(torch.float64)
    reader = exact.body.rows_reader(exact.table_a, exact.table_b, unembedding.directions, precision.dtype)
    if reader is None:
        return None
    bias = (
        None
        if exact.unembedding_bias is None
        else (exact.unembedding_bias - exact.unembedding_bias.mean())[classes.first]
    )
    along = unembedding.classes[:, classes.first].to(precision.dtype)
    rows = Rows(reader, along, None if bias is None else bias.to(precision.dtype), classes)
    return BoundedRows(rows, _bounds(exact, unembedding, rows, reader, precision))


def _bounds(
    exact: Network, unembedding: UnembeddingDirections, rows: Rows, reader: BoundedReader, precision: Precision
) -> Bounds:
    """How far margins of these rows may be off; `exact` is the network in float64."""
    floor, body = precision.floor, exact.body
    weights = 2 * magnitude(unembedding.classes.abs().amax(1), floor)  # a margin is the difference of two logits
    bias = floor if rows.bias is None else float(rows.bias.double().abs().max()) + floor
    sizes = reader.sizes(weights, floor)
    # What the tables were made from, and what the directions leave out of the unembedding.
    along = torch.stack([unembedding.directions.abs() @ weights, unembedding.left_out], dim=1)
    made = body.set_up_sizes(exact.table_a, exact.table_b, along, FLOAT64.floor)
    of_tables = FLOAT64.gamma(body.set_up_roundings + LOGIT_ROUNDINGS)
    more_a, more_b = (of_tables * part[:, 0] + 2 * part[:, 1] for part in (made.of_a, made.of_b))
    off_a, off_b = torch.zeros_like(sizes.of_a), torch.zeros_like(sizes.of_b)
    always = precision.gamma(reader.roundings + len(weights) + LOGIT_ROUNDINGS)
    if made.scores_a is not None and made.scores_b is not None:
        of_scores = FLOAT64.gamma(body.set_up_roundings)
        off_a, off_b = of_scores * made.scores_a, of_scores * made.scores_b
        always += FLOAT64.gamma(EXPONENTS)
    largest = max(sizes.largest, float(sizes.of_a.max() + sizes.of_b.max()) + bias)
    relative_a, relative_b = off_a + (always if largest < precision.largest else torch.inf), off_b
    relative_a, relative_b = (part.where(part < MOST_RELATIVE, torch.inf) for part in (relative_a, relative_b))
    return Bounds(relative_a, relative_b, sizes.of_a, sizes.of_b + 2 * bias, more_a, more_b)


def rows_at_once(modulus: int, width: int) -> int:
    """How many rows make a block, for so many entries a pair."""
    return max(1, BLOCK_ENTRIES // (modulus * width))
