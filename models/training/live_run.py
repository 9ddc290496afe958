"""A network that learns a + b mod p from noise in about 25 steps: the run that the browser makes before one's eyes.

logits(a, b) = (W[a] + W[b])²·U with one table W [p, 256] for both operands and U [256, p], no biases. Full batch, mean
cross-entropy over the pairs that are shown, AdamW. Built in are two things: a and b are treated alike, so that b + a is
known with a + b, and squaring makes products of what the two numbers send. Frequencies are not.

This is the reference, in plain float32 steps; assets/kernel/learn.c takes the same steps from the same numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from models.bodies.mlp import MlpBody
from models.errors import TrainingError
from models.formats import he
from models.hyperparameters import PLAIN
from models.network import Layout, Network
from models.task import Addition
from models.training.live_random import TABLE, UNEMBEDDING, normals, shown_pairs, shuffled_answers

NEURONS = 256
TABLE_SCALE, UNEMBEDDING_SCALE = 0.1, 0.3 / NEURONS**0.5  # deviations of the first weights
RATE, LAST_RATE, FALLING_STEPS = 0.1, 0.01, 40  # the rate falls in a straight line to LAST_RATE of RATE
MEAN_KEPT, SQUARE_KEPT, TINY = 0.8, 0.98, 1e-8  # AdamW's betas and epsilon
STEPS = 60  # of a run on the page
MODULI, SHARES, DECAYS = (5, 127), (5, 95), (0.0, 5.0)  # lowest and highest
MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class LiveSettings:
    """What a visitor can choose.

    Attributes:
        modulus: p.
        seed: of the first weights, of the choice of pairs, and of the shuffle.
        share: percent of the p² pairs that are shown in training.
        decay: AdamW's weight decay; a step forgets the rate times this of every weight.
        shuffled: the control: answers dealt out at random, the same for (a, b) and (b, a).

    Raises:
        TrainingError: where one is out of bounds.

    Examples:
        >>> LiveSettings(modulus=59).shown_count
        1044
    """

    modulus: int = 113
    seed: int = 0
    share: int = 30
    decay: float = 2.0
    shuffled: bool = False

    def __post_init__(self) -> None:
        bounds = {"modulus": MODULI, "seed": (0, MOST_SEED), "share": SHARES, "decay": DECAYS}
        for name, (lowest, highest) in bounds.items():
            if not lowest <= (value := getattr(self, name)) <= highest:
                raise TrainingError(f"The {name} of a live run is from {lowest:g} to {highest:g}; found {value:g}.")

    @property
    def shown_count(self) -> int:
        """Pairs that are shown."""
        return max(1, self.share * self.modulus**2 // 100)


class Weights(NamedTuple):
    """A number for each weight: the weights themselves, their gradients, or an average of these."""

    table: Tensor  # W [p, NEURONS]
    unembedding: Tensor  # U [NEURONS, p]


@dataclass(frozen=True, eq=False)
class LiveState:
    """Where a run stands after so many steps; `means` and `squares` are AdamW's averages of gradients."""

    step: int
    weights: Weights
    means: Weights
    squares: Weights


@dataclass(frozen=True)
class PartMeasures:
    """A part of the pairs: how many, how many right, mean loss in nats (0 where there are none)."""

    pairs: int
    right: int
    loss: float


@dataclass(frozen=True)
class LiveMeasures:
    """What a network knows at one step.

    Attributes:
        step: steps of training behind it.
        shown: pairs that training shows.
        unseen: pairs that it shows in neither order. What it shows as (b, a) alone is known as (a, b) too, and is in
            neither part.
        right: of all p² pairs.
    """

    step: int
    shown: PartMeasures
    unseen: PartMeasures
    right: int


@dataclass(frozen=True)
class LiveRun:
    """One run: a function of its settings.

    Examples:
        >>> run = LiveRun(LiveSettings(modulus=7, share=80))
        >>> [run.measured(state).step for state in run.states(2)]
        [0, 1, 2]
    """

    settings: LiveSettings

    @cached_property
    def is_shown(self) -> Tensor:
        """[p, p] bool: pairs that training shows."""
        p, count = self.settings.modulus, self.settings.shown_count
        return torch.from_numpy(shown_pairs(self.settings.seed, p, count).reshape(p, p))

    @property
    def is_unseen(self) -> Tensor:
        """[p, p] bool: pairs that it shows in neither order."""
        return ~(self.is_shown | self.is_shown.T)

    @cached_property
    def answers(self) -> Tensor:
        """[p, p] int64: what is to be learned."""
        numbers = torch.arange(self.settings.modulus)
        if self.settings.shuffled:
            return torch.from_numpy(shuffled_answers(self.settings.seed, self.settings.modulus))
        return (numbers[:, None] + numbers) % self.settings.modulus

    def first_state(self) -> LiveState:
        """Noise, and averages of nothing."""
        p, seed = self.settings.modulus, self.settings.seed
        table = normals(seed, TABLE, p * NEURONS) * np.float32(TABLE_SCALE)
        unembedding = normals(seed, UNEMBEDDING, NEURONS * p) * np.float32(UNEMBEDDING_SCALE)
        weights = Weights(torch.from_numpy(table).view(p, NEURONS), torch.from_numpy(unembedding).view(NEURONS, p))
        nothing = Weights(*map(torch.zeros_like, weights))
        return LiveState(0, weights, nothing, nothing)

    def states(self, steps: int = STEPS) -> Iterator[LiveState]:
        """The noise, then what each step makes of it."""
        state = self.first_state()
        yield state
        for _ in range(steps):
            state = self.next_state(state)
            yield state

    def next_state(self, state: LiveState) -> LiveState:
        """One step of AdamW; `state` stays as it is."""
        step, rate = state.step + 1, rate_at(state.step)
        stepped = [
            _adamw(*each, step, rate, rate * self.settings.decay)
            for each in zip(state.weights, self.gradients(state.weights), state.means, state.squares, strict=True)
        ]
        weights, means, squares = (Weights(*each) for each in zip(*stepped, strict=True))
        return LiveState(step, weights, means, squares)

    def gradients(self, weights: Weights) -> Weights:
        """Of the mean cross-entropy over the pairs that are shown."""
        a, b = self.is_shown.nonzero(as_tuple=True)
        received = weights.table[a] + weights.table[b]
        active = received.square()
        slopes = torch.softmax(active @ weights.unembedding, dim=1)
        slopes[torch.arange(len(a)), self.answers[a, b]] -= 1
        slopes /= len(a)
        onto_received = 2 * received * (slopes @ weights.unembedding.T)
        table = torch.zeros_like(weights.table).index_add_(0, a, onto_received).index_add_(0, b, onto_received)
        return Weights(table, active.T @ slopes)

    def measured(self, state: LiveState) -> LiveMeasures:
        """Every pair of the network as it stands; right is what has the highest logit alone."""
        right, losses = self.right_and_losses(state.weights)
        shown, unseen = (
            PartMeasures(int(part.sum()), int(right[part].sum()), float(losses[part].mean()) if part.any() else 0.0)
            for part in (self.is_shown, self.is_unseen)
        )
        return LiveMeasures(state.step, shown, unseen, int(right.sum()))

    def right_and_losses(self, weights: Weights) -> tuple[Tensor, Tensor]:
        """[p, p] each: whether a pair is right, and its loss in nats."""
        p = self.settings.modulus
        logits = (weights.table[:, None] + weights.table).square().flatten(0, 1) @ weights.unembedding
        answers = self.answers.flatten()[:, None]
        own = logits.gather(1, answers)
        rivals = logits.scatter(1, answers, -torch.inf).amax(1, keepdim=True)
        losses = logits.logsumexp(1, keepdim=True) - own
        return (own > rivals).view(p, p), losses.view(p, p)


def rate_at(step: int) -> float:
    """AdamW's rate for the step that follows so many: it falls in a straight line, then stays.

    Examples:
        >>> [round(rate_at(step), 4) for step in (0, 20, 40, 99)]
        [0.1, 0.0505, 0.001, 0.001]
    """
    return RATE * max(LAST_RATE, 1 - (1 - LAST_RATE) * step / FALLING_STEPS)


def live_network(weights: Weights) -> Network:
    """The network of such weights, with nothing else: an MLP of squares on one-hot operands.

    Args:
        weights: a table [p, m] and an unembedding [m, p].

    Raises:
        TrainingError: where their sizes do not fit each other.

    Examples:
        >>> live_network(LiveRun(LiveSettings(modulus=5)).first_state().weights).modulus
        5
    """
    table, unembedding = weights
    if table.ndim != 2 or unembedding.shape != table.T.shape:
        raise TrainingError(
            f"Expected a table [p, m] and an unembedding [m, p]; found {list(table.shape)}, {list(unembedding.shape)}."
        )
    hyperparameters = replace(PLAIN, activation="square")
    body = MlpBody("sum", (), "square", table.shape[1])
    return Network(Addition(len(table)), table, table, body, unembedding, None, Layout(he.NAME, {}, hyperparameters))


def _adamw(
    weight: Tensor, gradient: Tensor, mean: Tensor, square: Tensor, step: int, rate: float, forgotten: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Weight, mean and square after a step, the first being step 1 (Loshchilov and Hutter 2019, decoupled decay)."""
    mean = MEAN_KEPT * mean + (1 - MEAN_KEPT) * gradient
    square = SQUARE_KEPT * square + (1 - SQUARE_KEPT) * gradient.square()
    root = (square / (1 - SQUARE_KEPT**step)).sqrt() + TINY
    return (1 - forgotten) * weight - rate / (1 - MEAN_KEPT**step) * mean / root, mean, square
