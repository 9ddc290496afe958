"""Right, undecided and wrong over all q² pairs: exact counts, without a forward pass per pair where the body allows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.network import Network

TIE_TOLERANCE = 1e-9  # of the logits' scale, in float64: nearer than that, two classes are not told apart
NEAR_TIE = 2e-5  # of the logits' scale: nearer than that in float32, the pair is settled in float64
CROWDED = 0.2  # of all pairs near a tie: then the whole grid is done again in float64
BLOCK_ENTRIES = 400_000  # pairs × (neurons + classes) of a block, so that it stays in a core's cache
PLAIN_BATCH = 4096


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
    that distance, wrong below it. `scale` is the largest size of a centred logit met among right classes and rivals.
    """

    modulus: int
    margins: Tensor  # float64 [q, q]: right class's logit minus the largest other
    scale: float
    seconds: float

    @cached_property
    def states(self) -> Tensor:
        """uint8 [q, q] of State, row a, column b."""
        tolerance = TIE_TOLERANCE * self.scale
        states = torch.full(self.margins.shape, State.UNDECIDED, dtype=torch.uint8)
        states[self.margins > tolerance] = State.RIGHT
        states[self.margins < -tolerance] = State.WRONG
        return states

    @cached_property
    def counts(self) -> Counts:
        """All pairs."""
        return _count(self.states)

    @cached_property
    def wrapping(self) -> Counts:
        """Pairs with a + b ≥ q: those that need the modulus."""
        return _count(self.states[self._wraps])

    @cached_property
    def not_wrapping(self) -> Counts:
        """Pairs with a + b < q: plain addition."""
        return _count(self.states[~self._wraps])

    @property
    def smallest_margin(self) -> float:
        """The smallest logit margin of any pair; negative where a pair is wrong."""
        return float(self.margins.min())

    @property
    def _wraps(self) -> Tensor:
        numbers = torch.arange(self.modulus)
        return numbers[:, None] + numbers >= self.modulus


def _count(states: Tensor) -> Counts:
    tally = torch.bincount(states.flatten().long(), minlength=3).tolist()
    return Counts(right=tally[State.RIGHT], undecided=tally[State.UNDECIDED], wrong=tally[State.WRONG])


@torch.no_grad()
def evaluate(network: Network) -> Evaluation:
    """Every pair of a network: float32 by rows of the grid, whatever comes near a tie settled in float64."""
    began = time.perf_counter()
    margins, scale = _margins(network.cast(torch.float32))
    margins = margins.double()
    near = margins.abs() <= NEAR_TIE * scale
    if not torch.isfinite(margins).all() or float(near.double().mean()) > CROWDED:
        margins, scale = _margins(network.cast(torch.float64))
    elif near.any():
        a, b = near.nonzero(as_tuple=True)
        margins[a, b] = plain_margins(network, a, b)
    return Evaluation(network.modulus, margins, scale, time.perf_counter() - began)


def plain_logits(network: Network, a: Tensor, b: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches (logits [n, q], a [n], b [n]) of the given pairs by a plain float64 forward pass."""
    exact = network.cast(torch.float64)
    for a_part, b_part in zip(a.split(PLAIN_BATCH), b.split(PLAIN_BATCH), strict=True):
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


def _margins(network: Network) -> tuple[Tensor, float]:
    """Margins [q, q] and scale in the precision of the network."""
    q = network.modulus
    directions, classes = readout_directions(network.readout)
    bias = None if network.readout_bias is None else network.readout_bias - network.readout_bias.mean()
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    numbers = torch.arange(q)
    found = []
    width = classes.shape[1] + (reader.neurons if reader else 0)
    step = max(1, BLOCK_ENTRIES // (q * width))
    for start in range(0, q, step):
        stop = min(q, start + step)
        if reader:
            outputs = reader.rows(start, stop).flatten(0, 1)
        else:
            a = numbers[start:stop].repeat_interleave(q)
            b = numbers.repeat(stop - start)
            outputs = network.body.readout_vectors(network.table_a, network.table_b, a, b) @ directions
        logits = outputs @ classes if bias is None else torch.addmm(bias, outputs, classes)
        answers = (numbers[start:stop, None] + numbers).flatten() % q
        found.append(_right_and_rival(logits, answers))
    both = torch.cat(found)
    return (both[:, 0] - both[:, 1]).reshape(q, q), float(both.abs().max())


def readout_directions(readout: Tensor) -> tuple[Tensor, Tensor]:
    """The readout [d, q], centred over the classes, as directions [d, r] · classes [r, q] with the smallest r.

    A re-cut readout lives in 2·dials·harmonics directions. What is left out is below the rounding of its precision.
    """
    centred = readout.double() - readout.double().mean(1, keepdim=True)
    powers, axes = torch.linalg.eigh(centred @ centred.T)
    negligible = torch.finfo(readout.dtype).eps ** 2 * powers.max()
    directions = axes[:, powers > negligible]
    if directions.shape[1] >= centred.shape[1]:
        return torch.eye(readout.shape[0], dtype=readout.dtype), centred.to(readout.dtype)
    return directions.to(readout.dtype), (directions.T @ centred).to(readout.dtype)
