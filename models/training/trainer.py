"""Full-batch training that can be stopped at any step and taken up again."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.errors import TrainingError
from models.network import Network

WEIGHTS, AVERAGES = "weights", ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Schedule:
    """How to train: AdamW on a seeded part of all pairs, full batch, cross-entropy in float64."""

    seed: int = 0
    steps: int = 20_000
    fraction: float = 0.3
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)
    stop_below: float = 5e-6  # mean test loss in nats at which training ends early
    check_every: int = 50


@dataclass(frozen=True)
class Metrics:
    """What was seen at one check; losses are mean nats, accuracies are fractions of the pairs of that part."""

    step: int
    train_loss: float
    test_loss: float
    test_accuracy: float


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
        task = self.network.task
        a, b = task.pairs()
        train, test = task.split(self.schedule.fraction, self.schedule.seed)
        self.train_pairs, self.test_pairs = (a[train], b[train]), (a[test], b[test])

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
            self.optimiser.zero_grad()
            loss = self._loss(self.train_pairs)
            loss.backward()
            self.optimiser.step()
            self.step += 1
            self.seconds = time.perf_counter() - began
            if self.step % self.schedule.check_every == 0 or self.step == self.schedule.steps:
                metrics = self._check(float(loss.detach()))
                self.history.append(metrics)
                yield metrics

    def _loss(self, pairs: tuple[Tensor, Tensor]) -> Tensor:
        return cross_entropy(*self._logits_answers(pairs))

    def _logits_answers(self, pairs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return self.network.logits(*pairs).double(), self.network.task.answers(*pairs)

    @torch.no_grad()
    def measured(self) -> Metrics:
        """Losses and accuracy of the network as it stands."""
        return self._check(float(self._loss(self.train_pairs)))

    @torch.no_grad()
    def _check(self, train_loss: float) -> Metrics:
        logits, answers = self._logits_answers(self.test_pairs)
        accuracy = float((logits.argmax(-1) == answers).double().mean())
        test_loss = float(cross_entropy(logits, answers))
        if not math.isfinite(train_loss + test_loss):
            raise TrainingError(
                f"Training diverged: at step {self.step} the loss is {train_loss:g} on trained pairs and "
                f"{test_loss:g} on the others. Give a smaller --learning-rate or --weight-decay."
            )
        return Metrics(self.step, train_loss, test_loss, accuracy)

    def finished_network(self) -> Network:
        """A copy of the network as it stands, free of the optimiser."""
        return self.network.map_tensors(lambda tensor: tensor.detach().clone())

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """Weights, and AdamW's running means of their gradients (exp_avg) and of the squares of these (exp_avg_sq)."""
        weights = {name: leaf.detach() for name, leaf in self.leaves.items()}
        if not self.optimiser.state:  # before the first step
            return {WEIGHTS: weights} | {key: {n: torch.zeros_like(w) for n, w in weights.items()} for key in AVERAGES}
        state = self.optimiser.state
        return {WEIGHTS: weights} | {key: {n: state[leaf][key] for n, leaf in self.leaves.items()} for key in AVERAGES}

    @torch.no_grad()
    def go_on_from(self, parts: Mapping[str, Mapping[str, Tensor]], before: Before, history: Sequence[Metrics]) -> None:
        """Stand where another run with the same leaves stood."""
        for name, leaf in self.leaves.items():
            leaf.copy_(parts[WEIGHTS][name])
        state = {
            place: {"step": torch.tensor(float(before.step))} | {key: parts[key][name].clone() for key in AVERAGES}
            for place, name in enumerate(self.leaves)
        }
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
