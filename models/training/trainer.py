"""Full-batch training that can be stopped at any step and taken up again."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.errors import TrainingError
from models.formats.operands import seen_as_a_sum
from models.network import Network
from models.task import SUM, Operation
from models.training.gradients import with_slow_part, without_scaling
from models.training.losses import LOSSES

WEIGHTS, AVERAGES, SLOW = "weights", ("exp_avg", "exp_avg_sq"), "slow"


@dataclass(frozen=True)
class Schedule:
    """How to train: AdamW on a seeded part of all pairs, full batch, the loss in float64.

    The rate of step s, from 0, is learning_rate·(1 − (1 − rate_left)·min(1, s / rate_falls_over)).
    """

    seed: int = 0
    steps: int = 20_000
    fraction: float = 0.3
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)
    stop_below: float = 5e-6  # mean test loss in nats at which training ends early
    check_every: int = 50
    loss: str = "cross-entropy"  # a name of LOSSES: what is lowered; what checks report is always cross-entropy
    perpendicular: bool = False  # gradients without their part along the weights (⊥Grad)
    slow_gain: float = 0.0  # λ of the gradient's slow part (Grokfast); 0: no such part
    slow_memory: float = 0.98  # α of it
    rate_left: float = 1.0  # share of the learning rate that is left in the end
    rate_falls_over: int = 0  # steps, evenly; 0: the rate stays as it is
    operation: tuple[int, int] = (1, 1)  # x and y of x·a + y·b, neither with a factor in common with the modulus

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, the first being 0."""
        fallen = min(1.0, step / self.rate_falls_over) if self.rate_falls_over else 0.0
        return self.learning_rate * (1 - (1 - self.rate_left) * fallen)


@dataclass(frozen=True)
class Metrics:
    """What was seen at one check.

    Losses are mean cross-entropy in nats, accuracies are fractions of the pairs of that part. All are of the weights
    after the step but the loss on trained pairs, which is what the step saw; of StableMax, it is StableMax's.
    """

    step: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    train_accuracy: float

    @property
    def all_right(self) -> bool:
        """Every pair, trained on or not."""
        return self.test_accuracy == self.train_accuracy == 1.0


@dataclass(frozen=True)
class Before:
    """What a run had behind it when it was taken up; only its saved state says so."""

    step: int = 0
    seconds: float = 0.0


@dataclass
class TrainingRun:
    """A training run in progress: it owns the tensors that the optimiser writes to."""

    network: Network
    schedule: Schedule
    step: int = 0
    seconds: float = 0.0  # of training, over all sittings
    history: list[Metrics] = field(default_factory=list)
    before: Before = Before()

    def __post_init__(self) -> None:
        self.leaves = _leaves(self.network)
        for leaf in self.leaves.values():
            leaf.requires_grad_(True)
        self.optimiser = torch.optim.AdamW(
            list(self.leaves.values()),
            lr=self.schedule.learning_rate,
            weight_decay=self.schedule.weight_decay,
            betas=self.schedule.betas,
        )
        self.slow = {name: torch.zeros_like(leaf) for name, leaf in self.leaves.items()} if self.has_slow_part else {}
        task = self.network.task
        a, b = task.pairs()
        train, test = task.split(self.schedule.fraction, self.schedule.seed)
        self.train_pairs, self.test_pairs = (a[train], b[train]), (a[test], b[test])

    @property
    def has_slow_part(self) -> bool:
        """Gradients have a running mean, which belongs to the state of the run."""
        return self.schedule.slow_gain > 0

    @property
    def averages(self) -> tuple[str, ...]:
        """Names of what is remembered of each leaf's gradients."""
        return (*AVERAGES, SLOW) if self.has_slow_part else AVERAGES

    @property
    def is_finished(self) -> bool:
        """At the last step, or at a check that found the wanted test loss."""
        if self.step >= self.schedule.steps:
            return True
        last = self.history[-1] if self.history else None
        wanted = last and last.test_loss <= self.schedule.stop_below and last.test_accuracy == 1.0
        return bool(last and last.step == self.step and wanted)

    def checks(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Metrics]:
        """Train, yielding what is seen every `check_every` steps, until the run is finished or asked to stop.

        `stop` is asked between two steps, when weights and optimiser belong together. Raises TrainingError where the
        loss is no number any more.
        """
        began = time.perf_counter() - self.seconds
        while not self.is_finished and not stop():
            loss = self._take_step()
            self.seconds = time.perf_counter() - began
            if self.step % self.schedule.check_every == 0 or self.step == self.schedule.steps:
                metrics = self._check(loss)
                self.history.append(metrics)
                yield metrics

    def _take_step(self) -> float:
        """One step; the loss that it saw. Raises TrainingError where that is no number: nothing is changed then."""
        self.optimiser.zero_grad()
        loss = self._loss(self.train_pairs)
        seen = float(loss.detach())
        self._require_finite(seen, "trained pairs")
        loss.backward()
        self._change_gradients()
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.rate_at(self.step)
        self.optimiser.step()
        self.step += 1
        return seen

    def _change_gradients(self) -> None:
        schedule = self.schedule
        for name, leaf in self.leaves.items():
            if leaf.grad is not None and schedule.perpendicular:
                leaf.grad = without_scaling(leaf, leaf.grad)
            if leaf.grad is not None and self.has_slow_part:
                leaf.grad = with_slow_part(leaf.grad, self.slow[name], schedule.slow_gain, schedule.slow_memory)

    def _loss(self, pairs: tuple[Tensor, Tensor]) -> Tensor:
        return LOSSES[self.schedule.loss](*self._logits_answers(pairs))

    def _logits_answers(self, pairs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return self.network.logits(*pairs).double(), self.network.task.answers(*self._terms(*pairs))

    def _terms(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """x·a and y·b, whose sum is the answer."""
        x, y = self.schedule.operation
        return a * x % self.network.modulus, b * y % self.network.modulus

    @torch.no_grad()
    def measured(self) -> Metrics:
        """Losses and accuracy of the network as it stands."""
        return self._check(float(self._loss(self.train_pairs)))

    @torch.no_grad()
    def _check(self, train_loss: float) -> Metrics:
        logits, answers = self._logits_answers(self.test_pairs)
        test_loss = float(cross_entropy(logits, answers))
        self._require_finite(test_loss, "the other pairs")
        seen = _share_right(*self._logits_answers(self.train_pairs))
        return Metrics(self.step, train_loss, test_loss, _share_right(logits, answers), seen)

    def _require_finite(self, loss: float, pairs: str) -> None:
        if math.isfinite(loss):
            return
        sizes = {name: float(leaf.detach().abs().max()) for name, leaf in self.leaves.items()}
        worst = max(sizes, key=lambda name: sizes[name] if math.isfinite(sizes[name]) else math.inf)
        raise TrainingError(
            f"Training diverged: at step {self.step} the loss on {pairs} is {loss:g}, no number to go on with, and the "
            f"largest weight is {sizes[worst]:.3g} (in {worst}). Give a smaller --learning-rate or --weight-decay."
        )

    def finished_network(self) -> Network:
        """A copy of the network as it stands, free of the optimiser; one of x·a + y·b seen as one of a sum."""
        network = self.network.map_tensors(lambda tensor: tensor.detach().clone())
        operation = Operation(*self.schedule.operation)
        if operation == SUM:
            return network
        read = replace(network.layout, hyperparameters=replace(network.layout.hyperparameters, operation=operation))
        return seen_as_a_sum(replace(network, layout=read), operation)

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """Weights, AdamW's running means of their gradients (exp_avg) and of the squares of these (exp_avg_sq).

        And the gradients' slow part, where the schedule has one.
        """
        weights = {name: leaf.detach() for name, leaf in self.leaves.items()}
        if not self.optimiser.state:  # before the first step
            return {WEIGHTS: weights} | {
                key: {n: torch.zeros_like(w) for n, w in weights.items()} for key in self.averages
            }
        state = self.optimiser.state
        found = {key: {n: state[leaf][key] for n, leaf in self.leaves.items()} for key in AVERAGES}
        return {WEIGHTS: weights, **found, **({SLOW: self.slow} if self.has_slow_part else {})}

    @torch.no_grad()
    def go_on_from(self, parts: Mapping[str, Mapping[str, Tensor]], before: Before, history: Sequence[Metrics]) -> None:
        """Stand where another run with the same leaves stood."""
        for name, leaf in self.leaves.items():
            leaf.copy_(parts[WEIGHTS][name])
        state = {
            place: {"step": torch.tensor(float(before.step))} | {key: parts[key][name].clone() for key in AVERAGES}
            for place, name in enumerate(self.leaves)
        }
        self.slow = {name: parts[SLOW][name].clone() for name in self.leaves} if self.has_slow_part else {}
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": state, "param_groups": groups})
        self.step, self.seconds, self.before = before.step, before.seconds, before
        self.history = list(history)


def _leaves(network: Network) -> dict[str, Tensor]:
    """The distinct tensors that training may write; a shared table is one leaf."""
    tensors = network.tensors()
    if network.tables_shared:
        del tensors["table_b"]
    return tensors


def _share_right(logits: Tensor, answers: Tensor) -> float:
    return float((logits.argmax(-1) == answers).double().mean())
