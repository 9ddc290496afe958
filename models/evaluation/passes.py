"""Plain forward passes with running error bounds: for bodies without a reader, single pairs, and a second count."""

import torch
from torch import Tensor

from models.enclosures import RoundedRows
from models.evaluation.balls import BITS, margins_by_balls
from models.evaluation.classes import Classes, distinct_classes
from models.evaluation.margins import Margins, largest_logit, with_twins
from models.evaluation.results import few_rows
from models.evaluation.rows import rows_at_once
from models.evaluation.settling import Settling
from models.evaluation.threads import equal_parts, side_by_side
from models.network import Network

NUMBERS_A_WIDTH = 8  # of float64 that a pass holds at a time for each pair and each number of a residual
PAIRS_AT_ONCE = 2048
Pair = tuple[Tensor, Tensor]


class Passes:
    """A network counted by float64 forward passes; what those leave open is settled by balls."""

    method = "plain"

    def __init__(self, network: Network, classes: Classes | None = None, scale: float | None = None) -> None:
        self.network, self.classes, self.scale = network, classes or distinct_classes(network), scale
        self.exact = network.cast(torch.float64)
        distinct = self.classes.first
        self.readout, self.mean = self.exact.readout[:, distinct], self.exact.readout.mean(1)
        self.bias = None if self.exact.readout_bias is None else self.exact.readout_bias[distinct]

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None as soon as more than `failures` are not right."""
        settling, few = None, few_rows(self.network.modulus)
        rest = torch.ones(self.network.modulus, dtype=torch.bool)
        rest[few] = False
        width = NUMBERS_A_WIDTH * max(self.network.body.width, self.network.modulus)
        parts = [few, *equal_parts(rest.nonzero()[:, 0], rows_at_once(self.network.modulus, width))]
        for _, (found, largest) in side_by_side(self._of_rows, parts):
            settling = settling or Settling(self.network, self.classes, largest if self.scale is None else self.scale)
            settling.take(found, "float64")
            if settling.failed > failures:
                return None
        assert settling  # there is at least one row
        return settling if settling.finish(failures) else None

    @torch.no_grad()
    def of_pairs(self, a: Tensor, b: Tensor) -> Margins:
        """Margins of pairs a, b [n]; only the rows of the tables that they need are looked at."""
        parts = [self._of_some(*some) for some in zip(a.split(PAIRS_AT_ONCE), b.split(PAIRS_AT_ONCE), strict=True)]
        return Margins(a, b, *(torch.cat([getattr(part, name) for part in parts]) for name in ("values", "errors")))

    def _of_some(self, a: Tensor, b: Tensor) -> Margins:
        (needed_a, rows_a), (needed_b, rows_b) = (numbers.unique(return_inverse=True) for numbers in (a, b))
        tables = self.exact.table_a[needed_a], self.exact.table_b[needed_b]
        return self._margins(a, b, tables, (rows_a, rows_b))[0]

    def _of_rows(self, rows: Tensor) -> tuple[Margins, float]:
        """Of rows a [n] and every b, [n·q], and the largest logit of a right class or another, less the mean."""
        q = self.network.modulus
        a, b = rows.repeat_interleave(q), torch.arange(q).repeat(len(rows))
        return self._margins(a, b, (self.exact.table_a, self.exact.table_b), (a, b))

    def _margins(self, a: Tensor, b: Tensor, tables: Pair, rows: Pair) -> tuple[Margins, float]:
        """Of pairs a, b [n] with those rows of those tables, and the largest logit as above."""
        enclosed = [RoundedRows.exact(table) for table in tables]
        vectors = self.exact.body.enclosed_vectors(enclosed[0], enclosed[1], *rows)
        right, rival, errors = vectors.right_and_rival(self.readout, self.bias, self.classes.of_answers(a, b))
        tied = self.classes.tied(a, b)
        mean = vectors.values @ self.mean
        mean = mean if self.exact.readout_bias is None else mean + self.exact.readout_bias.mean()
        largest = largest_logit(right - mean, rival - mean, tied)
        return Margins(a, b, *with_twins(right - rival, errors, tied)), largest


class Balls(Passes):
    """A network counted by balls alone: every pair by an arithmetic that bounds its errors itself."""

    method = "exact"

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None where more than `failures` are not right."""
        _, scale = self._of_rows(few_rows(self.network.modulus))
        settling = Settling(self.network, self.classes, scale)
        for found in margins_by_balls(self.network, self.classes, *self.network.task.pairs(), BITS[0]):
            settling.take(found, "balls")
            if settling.failed > failures:
                return None
        return settling if settling.finish(failures) else None
