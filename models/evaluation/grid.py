"""Whole rows of the grid of pairs, without a forward pass per pair where the body allows."""

import math
from collections.abc import Iterator
from functools import cached_property

import torch
from torch import Tensor

from models.evaluation.plain import plain_margins
from models.evaluation.results import State, states_of
from models.evaluation.rows import Rows, rows_of
from models.evaluation.threads import equal_parts, one_thread, side_by_side
from models.network import Network

NEAR_TIE = 2e-5  # of the logits' scale: nearer than that in float32, the pair is settled in float64
ERROR_ROOM = 50  # times the largest error of float32 that was seen: the same
SCALE_ROWS = 8
FEW_TOKENS = 1024  # up to here the tables of the tokens are made in a few milliseconds
ERROR_PAIRS_A_ROW = 8
GOLDEN = 0.6180339887  # spreads the pairs of the error's sample over the columns
CROWDED = 0.2  # of all pairs near a tie: then the rows are done again in float64


class Grid:
    """A network made ready for whole rows of its grid: float32, and what comes near a tie settled in float64.

    Memory stays bounded at any modulus: pairs are decided in blocks, and classes in parts of a block.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.few = few_rows(network.modulus)
        with one_thread(network.modulus <= FEW_TOKENS):
            self.rough = rows_of(network.cast(torch.float32))

    @property
    def scale(self) -> float:
        """The largest logit of a few whole rows."""
        return self.belief[0]

    @property
    def doubt(self) -> float:
        """The margin below which float32 is not believed."""
        return self.belief[1]

    @cached_property
    def belief(self) -> tuple[float, float]:
        """Scale and doubt, both from a few whole rows."""
        return self._belief_from(*self.rough.right_and_rival(self.few))

    @torch.no_grad()
    def _belief_from(self, right: Tensor, rival: Tensor) -> tuple[float, float]:
        """Scale and doubt from the few rows' logits [n, q]: the right class's, and the largest other.

        Rounding is watched, not assumed: margins count as near a tie within NEAR_TIE · scale, or within
        ERROR_ROOM times the largest difference between float32 and float64 on pairs across those rows.
        """
        q, rows = self.network.modulus, self.few
        scale = float(torch.stack([right, rival]).abs().max())
        if not math.isfinite(scale):  # more than float32 can hold: nothing of it is believed
            right, rival = self.exact.right_and_rival(rows)
            return float(torch.stack([right, rival]).abs().max()), torch.inf
        b = torch.arange(len(rows) * ERROR_PAIRS_A_ROW).double().mul(GOLDEN * q).remainder(q).long()
        place = torch.arange(len(rows)).repeat_interleave(ERROR_PAIRS_A_ROW)
        exact = plain_margins(self.network, rows[place], b)
        error = float(((right - rival)[place, b].double() - exact).abs().max())
        return scale, torch.inf if math.isnan(error) else max(NEAR_TIE * scale, ERROR_ROOM * error)

    @cached_property
    def exact(self) -> Rows:
        """The same in float64."""
        return rows_of(self.network.cast(torch.float64))

    @torch.no_grad()
    def states(self, failures: int) -> tuple[Tensor, float, float] | None:
        """States uint8 [q, q], the smallest margin, and the scale.

        None as soon as more than `failures` pairs are not right: a search need not count the rest of a lost one.
        """
        q = self.network.modulus
        states, smallest, failed = torch.empty(q, q, dtype=torch.uint8), torch.inf, 0
        for rows, (right, rival) in self._rough_parts():
            if "belief" not in self.__dict__:  # the first part are the few rows; the others are computed meanwhile
                self.belief = self._belief_from(right, rival)
            margins = self._settled(rows, (right - rival).double())
            found = states_of(margins, self.scale)
            states[rows] = found
            smallest = min(smallest, float(margins.min()))
            failed += found.numel() - int(torch.count_nonzero(found == State.RIGHT))
            if failed > failures:
                return None
        return states, smallest, self.scale

    def _rough_parts(self) -> Iterator[tuple[Tensor, tuple[Tensor, Tensor]]]:
        """All rows in parts, the few first, with their logits in float32: the right class's, and the largest other."""
        rest = torch.ones(self.network.modulus, dtype=torch.bool)
        rest[self.few] = False
        parts = [self.few, *equal_parts(rest.nonzero()[:, 0], self.rough.rows_at_once)]
        return side_by_side(self.rough.right_and_rival, parts)

    def _settled(self, rows: Tensor, margins: Tensor) -> Tensor:
        """Margins [n, q] of rows [n], what float32 is not believed in done again in float64."""
        near = ~(margins.abs() > self.doubt)  # also where float32 overflowed
        count = int(torch.count_nonzero(near))
        if count > CROWDED * margins.numel():
            return torch.cat([self.exact.margins(few) for few in rows.split(self.exact.rows_at_once)])
        if count:
            row, b = near.nonzero(as_tuple=True)
            margins[row, b] = plain_margins(self.network, rows[row], b)
        return margins


def few_rows(modulus: int, count: int = SCALE_ROWS) -> Tensor:
    """int64 [at most count]: rows spread evenly over the grid."""
    return torch.arange(modulus)[:: -(-modulus // count)]
