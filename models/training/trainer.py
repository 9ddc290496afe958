"""Full-batch training that can be stopped at any step and taken up again."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.errors import CheckpointError
from models.network import Network


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
class Moment:
    """What was seen at one check; losses are mean nats, accuracies are fractions of the pairs of that part."""

    step: int
    train_loss: float
    test_loss: float
    test_accuracy: float


@dataclass
class Run:
    """A training run in progress: it owns the tensors that the optimiser writes to."""

    network: Network
    schedule: Schedule
    step: int = 0
    seconds: float = 0.0  # of training, over all sittings
    history: list[Moment] = field(default_factory=list)

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

    def moments(self) -> Iterator[Moment]:
        """Train, yielding what is seen every `check_every` steps, until the last step or the wanted test loss."""
        while self.step < self.schedule.steps:
            self.optimiser.zero_grad()
            loss = cross_entropy(*self._logits_answers(self.train_pairs))
            loss.backward()
            self.optimiser.step()
            self.step += 1
            if self.step % self.schedule.check_every == 0 or self.step == self.schedule.steps:
                moment = self._check(float(loss.detach()))
                self.history.append(moment)
                yield moment
                if moment.test_loss <= self.schedule.stop_below and moment.test_accuracy == 1.0:
                    return

    def _logits_answers(self, pairs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return self.network.logits(*pairs).double(), self.network.task.answers(*pairs)

    def last_moment(self) -> Moment:
        """What was seen last; looked up afresh where nothing has been seen yet."""
        if self.history:
            return self.history[-1]
        with torch.no_grad():
            return self._check(float(cross_entropy(*self._logits_answers(self.train_pairs))))

    @torch.no_grad()
    def _check(self, train_loss: float) -> Moment:
        logits, answers = self._logits_answers(self.test_pairs)
        accuracy = float((logits.argmax(-1) == answers).double().mean())
        return Moment(self.step, train_loss, float(cross_entropy(logits, answers)), accuracy)

    def finished_network(self) -> Network:
        """A copy of the network as it stands, free of the optimiser."""
        return self.network.map_tensors(lambda tensor: tensor.detach().clone())

    def state(self) -> dict[str, Any]:
        """Everything needed to go on, in types that torch.load(weights_only=True) reads."""
        return {
            "weights": {name: leaf.detach().clone() for name, leaf in self.leaves.items()},
            "optimiser": deepcopy(self.optimiser.state_dict()),
            "step": self.step,
            "seconds": self.seconds,
            "history": [asdict(moment) for moment in self.history],
            "schedule": asdict(self.schedule) | {"betas": list(self.schedule.betas)},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state of the same schedule; only the number of steps and the stopping loss may differ."""
        free = {"steps": 0, "stop_below": 0.0}
        if set(state) != set(self.state()):
            raise CheckpointError("This is no saved training state; remove it to start again.")
        theirs = state["schedule"] | free
        ours = asdict(self.schedule) | {"betas": list(self.schedule.betas)} | free
        if theirs != ours:
            changed = sorted(name for name in ours if ours[name] != theirs.get(name))
            raise CheckpointError(
                f"The saved training state was made with another {', '.join(changed)}: "
                f"give the same options as then, or remove the state to start again."
            )
        if {n: t.shape for n, t in state["weights"].items()} != {n: t.shape for n, t in self.leaves.items()}:
            raise CheckpointError(
                "The saved training state is of a network of other sizes: give the same options as then, "
                "or remove the state to start again."
            )
        with torch.no_grad():
            for name, leaf in self.leaves.items():
                leaf.copy_(state["weights"][name])
        self.optimiser.load_state_dict(deepcopy(state["optimiser"]))
        self.step, self.seconds = state["step"], state["seconds"]
        self.history = [Moment(**moment) for moment in state["history"]]


def _leaves(network: Network) -> dict[str, Tensor]:
    """The distinct tensors that training may write; a shared table is one leaf."""
    tensors = network.tensors()
    if network.tables_shared:
        del tensors["table_b"]
    return tensors


def take_up(run: Run, state_path: Path) -> None:
    """Go on from a saved state, where there is one. Raises CheckpointError where it is another's or none."""
    if not state_path.exists():
        return
    try:
        state = torch.load(state_path, weights_only=True, map_location="cpu")
    except Exception as error:  # on foreign bytes torch.load raises nearly every built-in error
        raise CheckpointError(f"{state_path} is no saved training state; remove it to start again.") from error
    if not isinstance(state, dict):
        raise CheckpointError(f"{state_path} is no saved training state; remove it to start again.")
    run.restore(state)


def train_with_state(run: Run, state_path: Path, on_moment: Callable[[Moment], None]) -> bool:
    """Train, resuming from `state_path` where it exists. True when done, False when stopped by Ctrl-C (state saved)."""
    take_up(run, state_path)
    began = time.perf_counter() - run.seconds
    try:
        for moment in run.moments():
            on_moment(moment)
    except KeyboardInterrupt:
        run.seconds = time.perf_counter() - began
        torch.save(run.state(), state_path)
        return False
    run.seconds = time.perf_counter() - began
    state_path.unlink(missing_ok=True)
    return True
