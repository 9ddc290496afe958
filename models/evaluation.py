"""Right, undecided and wrong over all q² pairs: exact counts, without a forward pass per pair where the body allows."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.circuits.basis import cosine_sine
from models.network import Network

TIE_TOLERANCE = 1e-9  # of the logits' scale, in float64: nearer than that, two classes are not told apart
NEAR_TIE = 2e-5  # of the logits' scale: nearer than that in float32, the pair is settled in float64
ERROR_ROOM = 50  # times the largest error of float32 that was seen: the same
SCALE_ROWS = 8
ERROR_PAIRS_A_ROW = 8
GOLDEN = 0.6180339887  # spreads the pairs of the error's sample over the columns
CROWDED = 0.2  # of all pairs near a tie: then the whole grid is done again in float64
BLOCK_ENTRIES = 1_000_000  # pairs × neurons of a block, so that it stays in a core's cache
LOGITS_AT_ONCE = 1_000_000  # pairs × classes decided at once
PLAIN_BATCH = 4096  # pairs of a plain forward pass, fewer where there are many classes:
PLAIN_LOGITS = 4_000_000


class State(IntEnum):
    """What became of a pair."""

    WRONG = 0
    UNDECIDED = 1
    RIGHT = 2


@dataclass(frozen=True)
class Counts:
    """Pairs by state."""

    right: int
    undecided: int
    wrong: int

    @property
    def pairs(self) -> int:
        """All three together."""
        return self.right + self.undecided + self.wrong

    @property
    def accuracy(self) -> float:
        """Right pairs over all; 0 where there are none."""
        return self.right / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All q² pairs of a network.

    A pair is right only if its class's logit exceeds every other by more than TIE_TOLERANCE · scale, undecided within
    that distance, wrong below it. `scale` is the largest centred logit of right classes and rivals on up to eight
    evenly spaced rows.
    """

    modulus: int
    states: Tensor  # uint8 [q, q] of State, row a, column b
    smallest_margin: float  # of any pair: right class's logit minus the largest other; negative where a pair is wrong
    scale: float
    seconds: float

    @cached_property
    def counts(self) -> Counts:
        """All pairs."""
        return counts_of(self.states)

    @cached_property
    def wrapping(self) -> Counts:
        """Pairs with a + b ≥ q: those that need the modulus."""
        return counts_of(self.states[self._wraps])

    @cached_property
    def not_wrapping(self) -> Counts:
        """Pairs with a + b < q: plain addition."""
        return counts_of(self.states[~self._wraps])

    @property
    def _wraps(self) -> Tensor:
        numbers = torch.arange(self.modulus)
        return numbers[:, None] + numbers >= self.modulus


def counts_of(states: Tensor) -> Counts:
    """How many of each state."""
    tally = torch.bincount(states.flatten().long(), minlength=3).tolist()
    return Counts(right=tally[State.RIGHT], undecided=tally[State.UNDECIDED], wrong=tally[State.WRONG])


def states_of(margins: Tensor, scale: float) -> Tensor:
    """uint8 of State, from float64 margins."""
    tolerance = TIE_TOLERANCE * scale
    return 1 + (margins > tolerance).to(torch.uint8) - (margins < -tolerance).to(torch.uint8)


def evaluate(network: Network) -> Evaluation:
    """Every pair of a network."""
    found = evaluate_within(network, network.task.pair_count)
    assert found is not None  # no more than all pairs can fail
    return found


def evaluate_within(network: Network, failures: int) -> Evaluation | None:
    """Every pair of a network; None as soon as more than `failures` of them are not right."""
    began = time.perf_counter()
    states = Grid(network).states(torch.arange(network.modulus), failures)
    return None if states is None else Evaluation(network.modulus, *states, time.perf_counter() - began)


def sample_rows(network: Network, rows: Tensor) -> Counts:
    """Counts of the pairs of some rows a [n], every b: a sample, never a certificate."""
    found = Grid(network).states(rows, len(rows) * network.modulus)
    assert found is not None  # no more than all pairs can fail
    return counts_of(found[0])


def plain_logits(network: Network, a: Tensor, b: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches (logits [n, q], a [n], b [n]) of the given pairs by a plain float64 forward pass."""
    exact = network.cast(torch.float64)
    batch = max(1, min(PLAIN_BATCH, PLAIN_LOGITS // network.modulus))
    for a_part, b_part in zip(a.split(batch), b.split(batch), strict=True):
        yield exact.logits(a_part, b_part), a_part, b_part


@torch.no_grad()
def plain_margins(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """float64 [n]: margins of the given pairs by a plain float64 forward pass."""
    answers = network.task.answers
    both = [_right_and_rival(logits, answers(*pair)) for logits, *pair in plain_logits(network, a, b)]
    right, rival = torch.cat(both).unbind(1)
    return right - rival


@torch.no_grad()
def cross_entropy_loss(network: Network) -> float:
    """Mean cross-entropy over all pairs in nats, float64, by plain forward passes."""
    batches = plain_logits(network, *network.task.pairs())
    total = sum(float(cross_entropy(logits, network.task.answers(*pair), reduction="sum")) for logits, *pair in batches)
    return total / network.task.pair_count


@torch.no_grad()
def predictions(network: Network) -> Tensor:
    """int64 [q, q]: the class with the largest logit, float64; the first of equals."""
    best = [logits.argmax(-1) for logits, _, _ in plain_logits(network, *network.task.pairs())]
    return torch.cat(best).reshape(network.modulus, network.modulus)


def _right_and_rival(logits: Tensor, answers: Tensor) -> Tensor:
    """[n, 2]: the right class's logit and the largest other, from logits [n, q] that are overwritten."""
    right = logits.gather(1, answers[:, None])
    rival = logits.scatter_(1, answers[:, None], -torch.inf).amax(1, keepdim=True)
    return torch.cat([right, rival], dim=1)


class Grid:
    """A network made ready for whole rows of its grid: float32, and what comes near a tie settled in float64.

    Memory stays bounded at any modulus: pairs are decided in blocks, and classes in parts of a block.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rough = _Rows(network.cast(torch.float32))
        self.scale, self.doubt = self._scale_and_doubt()

    @torch.no_grad()
    def _scale_and_doubt(self) -> tuple[float, float]:
        """Scale of the logits, and the margin below which float32 is not believed: both from a few whole rows.

        Rounding is watched, not assumed: margins count as near a tie within NEAR_TIE · scale, or within
        ERROR_ROOM times the largest difference between float32 and float64 on pairs across those rows.
        """
        q = self.network.modulus
        rows = torch.arange(q)[:: -(-q // SCALE_ROWS)]
        right, rival = self.rough.right_and_rival(rows)
        scale = float(torch.stack([right, rival]).abs().max())
        self.glimpsed = right - rival
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
    def states(self, rows: Tensor, failures: int) -> tuple[Tensor, float, float] | None:
        """States uint8 [n, q] of the given rows, the smallest margin among them, and the scale.

        None as soon as more than `failures` pairs are not right: a search need not count the rest of a lost one.
        """
        found, smallest, failed = [], torch.inf, 0
        for part in rows.split(self.rough.rows_at_once):
            margins = self.rough.margins(part).double()
            near = ~(margins.abs() > self.doubt)  # also where float32 overflowed
            if float(near.double().mean()) > CROWDED:
                margins = torch.cat([self.exact.margins(few) for few in part.split(self.exact.rows_at_once)])
            elif near.any():
                row, b = near.nonzero(as_tuple=True)
                margins[row, b] = plain_margins(self.network, part[row], b)
            found.append(states_of(margins, self.scale))
            smallest = min(smallest, float(margins.min()))
            failed += int((found[-1] != State.RIGHT).sum())
            if failed > failures:
                return None
        return torch.cat(found), smallest, self.scale


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
            _right_and_rival(self._logits(some), right_classes)
            for some, right_classes in zip(outputs.split(pairs_at_once), answers.split(pairs_at_once), strict=True)
        ]
        right, rival = torch.cat(both).unbind(1)
        return right, rival

    def _logits(self, outputs: Tensor) -> Tensor:
        return outputs @ self.classes if self.bias is None else torch.addmm(self.bias, outputs, self.classes)


def readout_directions(readout: Tensor) -> tuple[Tensor, Tensor]:
    """The readout [d, q], centred over the classes, as directions [d, r] · classes [r, q] with few directions.

    The directions are the readout's Fourier components: a re-cut readout has 2 · dials · harmonics of them, the rest is
    rounding. Where that saves nothing, the directions are those of the residual itself.
    """
    d, q = readout.shape
    centred = readout.double() - readout.double().mean(1, keepdim=True)
    components = torch.fft.rfft(centred)
    sizes = components.abs().square().sum(0).sqrt()
    sounding = (sizes > torch.finfo(readout.dtype).eps * sizes.max()).nonzero()[:, 0]
    if 2 * len(sounding) >= min(d, q):
        return torch.eye(d, dtype=readout.dtype), centred.to(readout.dtype)
    weights = torch.where(2 * sounding == q, 1.0, 2.0).double() / q
    directions = torch.cat([components.real[:, sounding] * weights, -components.imag[:, sounding] * weights], dim=1)
    cosines, sines = cosine_sine(sounding[:, None] * torch.arange(q), q)
    classes = torch.cat([cosines, sines])
    return directions.to(readout.dtype), classes.to(readout.dtype)
