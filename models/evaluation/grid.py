"""All pairs by whole rows of the grid: float32 where its error bound allows, float64 elsewhere."""

from collections.abc import Iterator
from functools import cached_property

import torch
from torch import Tensor

from models.enclosures import FLOAT32, FLOAT64
from models.evaluation.classes import Classes, distinct_classes
from models.evaluation.directions import UnembeddingDirections, unembedding_directions, whole_unembedding
from models.evaluation.margins import Margins, largest_logit
from models.evaluation.passes import Passes
from models.evaluation.results import proven_states, spread_rows
from models.evaluation.rows import BoundedRows, bounded_rows
from models.evaluation.settling import Settling
from models.evaluation.threads import equal_parts, one_thread, side_by_side
from models.network import Network

ERROR_OF_SCALE = 0.1  # of it: where float32 may be off by more, it is taken in float64
FEW_TOKENS = 1024  # up to here the tables of the tokens are made in a few milliseconds
CROWDED = 0.2  # of the pairs of a part left open: then the whole rows are done again in float64


class Grid:
    """A network with a reader of rows, made ready to be counted.

    Memory stays bounded at any modulus: pairs are decided in blocks, and classes in parts of a block.
    """

    method = "rows"

    def __init__(self, network: Network, unembedding: UnembeddingDirections, rough: BoundedRows) -> None:
        self.network, self.unembedding, self.rough = network, unembedding, rough
        self.classes, self.few = rough.rows.classes, spread_rows(network.modulus)

    @cached_property
    def precise(self) -> BoundedRows:
        """Float64, with the unembedding as it is."""
        unembedding = self.unembedding if self.unembedding.is_whole else whole_unembedding(self.network.unembedding)
        found = bounded_rows(self.network, unembedding, self.classes, FLOAT64)
        assert found  # as in float32
        return found

    def settling(self, scale: float, *, mirrored: bool = False) -> Settling:
        """Nothing settled yet: what float32 leaves open, forward passes in float64 decide."""
        finer = Passes(self.network, self.classes).of_pairs
        return Settling(self.network, self.classes, scale, finer=finer, mirrored=mirrored)

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None as soon as more than `failures` are not right: a search need not count the rest."""
        settling = None
        for rows, logits in self._parts():
            settling = settling or self.settling(self.scale(*logits))  # the first part are the few rows
            self._take(settling, rows, self.rough.margins_from(rows, *logits))
            if settling.failed > failures:
                return None
        assert settling  # there is at least one row
        return settling if settling.finish(failures) else None

    def scale(self, right: Tensor, runner_up: Tensor) -> float:
        """The largest logit of the few rows, from those of float32 where these are good enough for it."""
        tied = self.classes.tied(self.few[:, None], torch.arange(self.network.modulus))
        scale = largest_logit(right, runner_up, tied)
        if float(self.rough.bounds.of_rows(self.few).max()) <= ERROR_OF_SCALE * scale:
            return scale
        return largest_logit(*self.precise.rows.right_and_runner_up(self.few), tied)

    def _parts(self) -> Iterator[tuple[Tensor, tuple[Tensor, Tensor]]]:
        """All rows in parts, the few first, with their logits in float32: the right class's, and the largest other."""
        rest = torch.ones(self.network.modulus, dtype=torch.bool)
        rest[self.few] = False
        parts = [self.few, *equal_parts(rest.nonzero()[:, 0], self.rough.rows.at_once)]
        return side_by_side(self.rough.rows.right_and_runner_up, parts)

    def _take(self, settling: Settling, rows: Tensor, found: Margins) -> None:
        _, certain = proven_states(found.values, found.errors, settling.tolerance)
        if int(torch.count_nonzero(certain)) >= (1 - CROWDED) * certain.numel():
            settling.take(found)
            return
        for some in rows.split(self.precise.rows.at_once):
            settling.take(self.precise.margins_of_rows(some), "float64")


def grid_of(network: Network, classes: Classes | None = None) -> Grid | None:
    """The network made ready; None where its body has no reader of rows."""
    with one_thread(network.modulus <= FEW_TOKENS):
        unembedding = unembedding_directions(network.unembedding, network.task.group) or whole_unembedding(
            network.unembedding
        )
        rough = bounded_rows(network, unembedding, classes or distinct_classes(network), FLOAT32)
        return Grid(network, unembedding, rough) if rough else None
