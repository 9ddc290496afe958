"""Whole rows of the grid of pairs, without a forward pass per pair where the body allows."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from models.circuits.basis import cosine_sine
from models.evaluation.plain import plain_margins, right_and_rival
from models.evaluation.results import State, states_of
from models.evaluation.threads import side_by_side
from models.network import Network

NEAR_TIE = 2e-5  # of the logits' scale: nearer than that in float32, the pair is settled in float64
ERROR_ROOM = 50  # times the largest error of float32 that was seen: the same
SCALE_ROWS = 8
ERROR_PAIRS_A_ROW = 8
GOLDEN = 0.6180339887  # spreads the pairs of the error's sample over the columns
CROWDED = 0.2  # of all pairs near a tie: then the rows are done again in float64
BLOCK_ENTRIES = 2_000_000  # pairs × neurons of a block of rows
LOGITS_AT_ONCE = 1_000_000  # pairs × classes decided at once


class Grid:
    """A network made ready for whole rows of its grid: float32, and what comes near a tie settled in float64.

    Memory stays bounded at any modulus: pairs are decided in blocks, and classes in parts of a block.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rough = _Rows(network.cast(torch.float32))
        self.few = torch.arange(network.modulus)[:: -(-network.modulus // SCALE_ROWS)]
        self.scale, self.doubt = self._scale_and_doubt()

    @torch.no_grad()
    def _scale_and_doubt(self) -> tuple[float, float]:
        """Scale of the logits, and the margin below which float32 is not believed: both from a few whole rows.

        Rounding is watched, not assumed: margins count as near a tie within NEAR_TIE · scale, or within
        ERROR_ROOM times the largest difference between float32 and float64 on pairs across those rows.
        """
        q = self.network.modulus
        rows = self.few
        right, rival = self.rough.right_and_rival(rows)
        self.glimpsed = right - rival
        scale = float(torch.stack([right, rival]).abs().max())
        if not math.isfinite(scale):  # more than float32 can hold: nothing of it is believed
            right, rival = self.exact.right_and_rival(rows)
            return float(torch.stack([right, rival]).abs().max()), torch.inf
        b = torch.arange(len(rows) * ERROR_PAIRS_A_ROW).double().mul(GOLDEN * q).remainder(q).long()
        place = torch.arange(len(rows)).repeat_interleave(ERROR_PAIRS_A_ROW)
        exact = plain_margins(self.network, rows[place], b)
        error = float(((right - rival)[place, b].double() - exact).abs().max())
        return scale, torch.inf if math.isnan(error) else max(NEAR_TIE * scale, ERROR_ROOM * error)

    def glimpse(self) -> tuple[int, float]:
        """Pairs right and the smallest margin on those few rows, in float32: what a search may judge by."""
        return int((self.glimpsed > self.doubt).sum()), float(self.glimpsed.min())

    @cached_property
    def exact(self) -> "_Rows":
        """The same in float64."""
        return _Rows(self.network.cast(torch.float64))

    @torch.no_grad()
    def states(self, failures: int) -> tuple[Tensor, float, float] | None:
        """States uint8 [q, q], the smallest margin, and the scale.

        None as soon as more than `failures` pairs are not right: a search need not count the rest of a lost one.
        """
        q = self.network.modulus
        states, smallest, failed = torch.empty(q, q, dtype=torch.uint8), torch.inf, 0
        for rows, rough in self._rough_parts():
            margins = self._settled(rows, rough.double())
            found = states_of(margins, self.scale)
            states[rows] = found
            smallest = min(smallest, float(margins.min()))
            failed += found.numel() - int(torch.count_nonzero(found == State.RIGHT))
            if failed > failures:
                return None
        return states, smallest, self.scale

    def _rough_parts(self) -> Iterator[tuple[Tensor, Tensor]]:
        """All rows in parts with their float32 margins; those that were glimpsed are not computed again."""
        yield self.few, self.glimpsed
        rest = torch.ones(self.network.modulus, dtype=torch.bool)
        rest[self.few] = False
        parts = [part for part in rest.nonzero()[:, 0].split(self.rough.rows_at_once) if len(part)]
        yield from zip(parts, side_by_side(self.rough.margins, parts), strict=True)

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


class _Rows:
    """Margins of whole rows of the grid, in the precision of the network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.directions, self.classes = readout_directions(network.readout)
        bias = network.readout_bias
        self.bias = None if bias is None else bias - bias.mean()
        self.reader = network.body.rows_reader(network.table_a, network.table_b, self.directions)
        self.numbers = torch.arange(network.modulus)
        width = self.classes.shape[0] + (self.reader.neurons if self.reader else 4 * network.body.width)
        self.rows_at_once = max(1, BLOCK_ENTRIES // (network.modulus * width))

    def margins(self, rows: Tensor) -> Tensor:
        """[n, q] for rows a [n]: right class's logit minus the largest other."""
        right, rival = self.right_and_rival(rows)
        return right - rival

    def right_and_rival(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """[n, q] each for rows a [n] and every b: the right class's logit, and the largest other."""
        q = self.network.modulus
        if self.reader:
            outputs = self.reader.rows(rows).flatten(0, 1)
        else:
            a, b = rows.repeat_interleave(q), self.numbers.repeat(len(rows))
            outputs = self.network.body.readout_vectors(self.network.table_a, self.network.table_b, a, b)
            outputs = outputs @ self.directions
        answers = ((rows[:, None] + self.numbers) % q).flatten()
        right, rival = self._right_and_rival(outputs, answers)
        return right.unflatten(0, (len(rows), q)), rival.unflatten(0, (len(rows), q))

    def _right_and_rival(self, outputs: Tensor, answers: Tensor) -> tuple[Tensor, Tensor]:
        """[n] each: the right class's logit and the largest other, for outputs [n, r] along the directions."""
        pairs_at_once = max(1, LOGITS_AT_ONCE // self.network.modulus)
        both = [
            right_and_rival(self._logits(some), right_classes)
            for some, right_classes in zip(outputs.split(pairs_at_once), answers.split(pairs_at_once), strict=True)
        ]
        right, rival = torch.cat(both).unbind(1)
        return right, rival

    def _logits(self, outputs: Tensor) -> Tensor:
        return outputs @ self.classes if self.bias is None else torch.addmm(self.bias, outputs, self.classes)


@dataclass(frozen=True)
class ReadoutWaves:
    """A readout [d, q] of few frequencies f: logits(c) = Σ_f r·cosine[:, f]·cos(2πfc/q) + r·sine[:, f]·sin(2πfc/q)."""

    frequencies: Tensor  # int64 [f]
    directions: Tensor  # [d, 2f]: the cosine parts, then the sine parts


def readout_waves(readout: Tensor) -> ReadoutWaves | None:
    """The Fourier components of a readout over its classes; None where they are as many as its rows or classes.

    A re-cut readout has dials · harmonics of them; what is left out is below the rounding of its precision.
    """
    d, q = readout.shape
    components = torch.fft.rfft(readout.double() - readout.double().mean(1, keepdim=True))
    sizes = components.abs().square().sum(0).sqrt()
    sounding = (sizes > torch.finfo(readout.dtype).eps * sizes.max()).nonzero()[:, 0]
    if 2 * len(sounding) >= min(d, q):
        return None
    weights = torch.where(2 * sounding == q, 1.0, 2.0).double() / q
    directions = torch.cat([components.real[:, sounding] * weights, -components.imag[:, sounding] * weights], dim=1)
    return ReadoutWaves(sounding, directions.to(readout.dtype))


def readout_directions(readout: Tensor) -> tuple[Tensor, Tensor]:
    """The readout [d, q], centred over the classes, as directions [d, r] · classes [r, q] with few directions r."""
    waves = readout_waves(readout)
    if waves is None:
        centred = readout.double() - readout.double().mean(1, keepdim=True)
        return torch.eye(readout.shape[0], dtype=readout.dtype), centred.to(readout.dtype)
    q = readout.shape[1]
    classes = torch.cat(cosine_sine(waves.frequencies[:, None] * torch.arange(q), q))
    return waves.directions, classes.to(readout.dtype)
