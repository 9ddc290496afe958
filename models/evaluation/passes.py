"""Plain forward passes with running error bounds: for bodies without a reader, single pairs, and a second count."""

from itertools import chain

import torch
from torch import Tensor

from models.enclosures import RoundedRows
from models.evaluation.balls import BITS, margins_by_balls
from models.evaluation.classes import Classes, distinct_classes
from models.evaluation.margins import Margins, largest_logit, with_twins
from models.evaluation.results import spread_rows
from models.evaluation.settling import Settling
from models.evaluation.threads import equal_parts, side_by_side
from models.network import Network
from models.runtime.batches import in_batches, pairs_at_once

NUMBERS_AT_ONCE = 2_000_000  # of float64 in one batch of forward passes, beside as many bounds
Pair = tuple[Tensor, Tensor]


class Passes:
    """A network counted by float64 forward passes; what those leave open is settled by balls."""

    method = "plain"

    def __init__(self, network: Network, classes: Classes | None = None, scale: float | None = None) -> None:
        self.network, self.classes, self.scale = network, classes or distinct_classes(network), scale
        self.exact = network.cast(torch.float64)
        distinct = self.classes.first
        self.unembedding, self.mean = self.exact.unembedding[:, distinct], self.exact.unembedding.mean(1)
        self.bias = None if self.exact.unembedding_bias is None else self.exact.unembedding_bias[distinct]

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None as soon as more than `failures` are not right."""
        q, few = self.network.modulus, spread_rows(self.network.modulus)
        others = torch.ones(q, dtype=torch.bool)
        others[few] = False
        first, scale = self._of_rows(few)
        settling = Settling(self.network, self.classes, scale if self.scale is None else self.scale)
        rows = others.nonzero()[:, 0]
        parts = equal_parts(torch.arange(len(rows) * q), pairs_at_once(self.network, NUMBERS_AT_ONCE))
        rest = side_by_side(lambda part: self._of_all(rows[part // q], part % q)[0], parts)
        for found in chain(first, (found for _, found in rest)):
            settling.take(found, "float64")
            if settling.failed > failures:
                return None
        return settling if settling.finish(failures) else None

    @torch.no_grad()
    def of_pairs(self, a: Tensor, b: Tensor) -> Margins:
        """Margins of pairs a, b [n]; only the rows of the tables that they need are looked at."""
        parts = [self._of_some(*some) for some in in_batches(self.network, a, b, NUMBERS_AT_ONCE)]
        return Margins(a, b, *(torch.cat([getattr(part, name) for part in parts]) for name in ("values", "errors")))

    def _of_some(self, a: Tensor, b: Tensor) -> Margins:
        (needed_a, rows_a), (needed_b, rows_b) = (numbers.unique(return_inverse=True) for numbers in (a, b))
        tables = self.exact.table_a[needed_a], self.exact.table_b[needed_b]
        return self._margins(a, b, tables, (rows_a, rows_b))[0]

    def _of_rows(self, rows: Tensor) -> tuple[list[Margins], float]:
        """Of rows a [n] and every b, and the largest logit of a right class or another, less the mean."""
        q = self.network.modulus
        a, b = rows.repeat_interleave(q), torch.arange(q).repeat(len(rows))
        batches = in_batches(self.network, a, b, NUMBERS_AT_ONCE)
        found, largest = zip(*[self._of_all(*some) for some in batches], strict=True)
        return list(found), max(largest)

    def _of_all(self, a: Tensor, b: Tensor) -> tuple[Margins, float]:
        """Of pairs a, b [n], from tables of every number, and the largest logit as above."""
        return self._margins(a, b, (self.exact.table_a, self.exact.table_b), (a, b))

    def _margins(self, a: Tensor, b: Tensor, tables: Pair, rows: Pair) -> tuple[Margins, float]:
        """Of pairs a, b [n] with those rows of those tables, and the largest logit as above."""
        enclosed = [RoundedRows.exact(table) for table in tables]
        vectors = self.exact.body.enclosed_vectors(enclosed[0], enclosed[1], *rows)
        right, runner_up, errors = vectors.right_and_runner_up(
            self.unembedding, self.bias, self.classes.of_answers(a, b)
        )
        tied = self.classes.tied(a, b)
        mean = vectors.values @ self.mean
        mean = mean if self.exact.unembedding_bias is None else mean + self.exact.unembedding_bias.mean()
        largest = largest_logit(right - mean, runner_up - mean, tied)
        return Margins(a, b, *with_twins(right - runner_up, errors, tied)), largest


class Balls(Passes):
    """A network counted by balls alone: every pair by an arithmetic that bounds its errors itself."""

    method = "exact"

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None where more than `failures` are not right."""
        _, scale = self._of_rows(spread_rows(self.network.modulus))
        settling = Settling(self.network, self.classes, scale)
        for found in margins_by_balls(self.network, self.classes, *self.network.task.pairs(), BITS[0]):
            settling.take(found, "balls")
            if settling.failed > failures:
                return None
        return settling if settling.finish(failures) else None
