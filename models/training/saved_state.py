"""A training run that was stopped, as a file: every part of it is looked at before it is believed.

The file is a state dict as torch.save writes it: for each leaf its weights and AdamW's two averages, the history as
one table, and beside them schedule, step and seconds. It is read as any foreign checkpoint is; nothing in it is run.
"""

import io
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.errors import CheckpointError, FileError, TrainingError, shown
from models.files.reading import read_file
from models.files.writing import Destination
from models.formats.decoding import Contents, read_contents
from models.runtime.machine import usable_memory
from models.training.trainer import WEIGHTS, Before, Metrics, Schedule, TrainingRun

HISTORY = "history"
SQUARES = "exp_avg_sq"
RECORDS = ("schedule", "step", "seconds")
FREE = ("steps", "stop_below")  # of a schedule: a run may go on for longer, or to another loss
MOST_STEPS = 10**9
STATE_OVER_WEIGHTS = 6  # weights and two averages of each, and the same again while a new state is written
LOSS_ERROR = 1e-3  # relatively: machines differ by about 1e-5
SMALLEST_LOSS = 1e-9  # nats: below, a loss is rounding
ACCURACY_ERROR = 1e-3  # pairs that are nearly undecided may fall either way


class StateError(Exception):
    """What keeps a file from being a state of this run; goes into the sentence of `take_up`."""


def state_to_bytes(run: TrainingRun) -> bytes:
    """Everything that the run needs to go on."""
    tensors = {f"{part}.{name}": tensor for part, named in run.parts().items() for name, tensor in named.items()}
    if run.history:  # a table without rows would be a tensor without values, which is read nowhere here
        tensors[HISTORY] = torch.tensor([astuple(metrics) for metrics in run.history], dtype=torch.float64)
    records = {"schedule": _plain(run.schedule), "step": run.step, "seconds": run.seconds}
    buffer = io.BytesIO()
    torch.save({**tensors, **records}, buffer)
    return buffer.getvalue()


def take_up(run: TrainingRun, path: Path) -> None:
    """Go on from a saved state, where there is one. Raises TrainingError where it is another run's, or none."""
    if not path.exists():
        return
    data = read_file(path, usable_memory() // 2)
    try:
        restore(run, read_contents(data, path.name))
    except (StateError, CheckpointError) as error:
        reason = error if isinstance(error, StateError) else "it is damaged, or no file that train saved"
        raise TrainingError(
            f"{path} cannot be taken up: {reason}. Give the same options as then, or remove it to start again."
        ) from error


def restore(run: TrainingRun, contents: Contents) -> None:
    """The same from the contents of the file. Raises StateError; the run is not to be used then."""
    said = contents.recorded
    if missing := [name for name in RECORDS if name not in said]:
        raise StateError(f"it has no {missing[0]}")
    _require_schedule(said["schedule"], run.schedule)
    before = Before(_step(said["step"]), _seconds(said["seconds"]))
    parts = _parts(run, contents)
    _require_averages(parts, before.step)
    history = _history(contents.tensors.get(HISTORY), before.step, run.schedule.check_every)
    run.go_on_from(parts, before, history)
    if history and history[-1].step == before.step:
        _require_measured(run.measured(), history[-1])


def _plain(schedule: Schedule) -> dict[str, Any]:
    return asdict(schedule) | {"betas": list(schedule.betas), "operation": list(schedule.operation)}


def _require_schedule(said: Any, schedule: Schedule) -> None:
    ours = {name: value for name, value in _plain(schedule).items() if name not in FREE}
    if not isinstance(said, dict) or not ours.keys() <= said.keys():
        raise StateError("its schedule is incomplete")
    changed = sorted(name for name, value in ours.items() if repr(said[name]) != repr(value))  # 1 is not 1.0, nor True
    if changed:
        raise StateError(f"it was made with another {', '.join(changed)}")


def _step(said: Any) -> int:
    if type(said) is not int or not 0 <= said <= MOST_STEPS:
        raise StateError(f"its step is {shown(said)}, expected a whole number from 0 to {MOST_STEPS}")
    return said


def _seconds(said: Any) -> float:
    if type(said) is not float or not 0 <= said < math.inf:
        raise StateError(f"its seconds are {shown(said)}, expected a number that is not negative")
    return said


def _parts(run: TrainingRun, contents: Contents) -> dict[str, dict[str, Tensor]]:
    """Weights and averages of exactly the leaves that the run has."""
    expected = {f"{part}.{name}": leaf for part in (WEIGHTS, *run.averages) for name, leaf in run.leaves.items()}
    found = {name: tensor for name, tensor in contents.tensors.items() if name != HISTORY}
    if {n: (t.shape, t.dtype) for n, t in found.items()} != {n: (t.shape, t.dtype) for n, t in expected.items()}:
        raise StateError("it is of a network of other sizes")
    return {part: {name: found[f"{part}.{name}"] for name in run.leaves} for part in (WEIGHTS, *run.averages)}


def _require_averages(parts: Mapping[str, Mapping[str, Tensor]], step: int) -> None:
    averages = [average for name, part in parts.items() if name != WEIGHTS for average in part.values()]
    if any(bool((square < 0).any()) for square in parts[SQUARES].values()):
        raise StateError("its average of a square is negative")
    if not step and any(bool(average.any()) for average in averages):
        raise StateError("it is at step 0 and has averages of steps")


def _history(table: Tensor | None, step: int, check_every: int) -> list[Metrics]:
    """What the state saw at its checks: one at each multiple of `check_every`, others where a sitting ended."""
    rows = [] if table is None else _rows(table)
    steps = [row[0] for row in rows]
    in_order = all(earlier < later for earlier, later in zip([0.0, *steps], steps, strict=False))
    regular = sum(each % check_every == 0 for each in steps)
    if not in_order or regular != step // check_every or (steps and steps[-1] > step):
        raise StateError(f"its history does not lead to step {step}")
    return [Metrics(int(at), *seen) for at, *seen in rows]


def _rows(table: Tensor) -> list[list[float]]:
    """Steps, losses and accuracies within their bounds; that all are finite was looked at when the file was read."""
    columns = len(fields(Metrics))
    if table.dtype != torch.float64 or table.ndim != 2 or table.shape[1] != columns:
        raise StateError(f"its history is no table of {columns} columns")
    steps, *losses, on_others, on_trained = table.unbind(1)
    whole = bool((steps == steps.round()).all())
    are_shares = all(bool(((some - 0.5).abs() <= 0.5).all()) for some in (on_others, on_trained))
    if not whole or not are_shares or any(bool((loss < 0).any()) for loss in losses):
        raise StateError("its history holds what no check can see")
    rows: list[list[float]] = table.tolist()
    return rows


def _require_measured(measured: Metrics, said: Metrics) -> None:
    """What it recorded last belongs to the weights that it holds."""
    loss = math.isclose(measured.test_loss, said.test_loss, rel_tol=LOSS_ERROR, abs_tol=SMALLEST_LOSS)
    if not loss or abs(measured.test_accuracy - said.test_accuracy) > ACCURACY_ERROR:
        raise StateError(
            f"it recorded a test loss of {said.test_loss:.4g} and its weights have {measured.test_loss:.4g}"
        )


@dataclass
class StateKeeper:
    """Saves the state of a run now and then, each time whole; what was saved last stays where a save fails.

    Attributes:
        every: seconds between two saves, and so what a power cut may cost.
        on_trouble: hears why a state could not be saved, once for each reason; training goes on.
    """

    run: TrainingRun
    place: Destination
    every: float
    on_trouble: Callable[[str], None]
    saved_step: int = 0
    saved_at: float = 0.0
    trouble: str = ""

    def save(self) -> None:
        """Save now. Raises FileError."""
        self.place.write(state_to_bytes(self.run))
        self.saved_step, self.saved_at, self.trouble = self.run.step, time.monotonic(), ""

    def try_to_save(self) -> None:
        """Save now, or tell why not."""
        try:
            self.save()
        except FileError as error:
            self.saved_at = time.monotonic()  # tried again after as long as usual
            if str(error) != self.trouble:
                self.trouble = str(error)
                self.on_trouble(self.trouble)

    def save_when_due(self) -> None:
        """Save where the last time is long enough ago."""
        if time.monotonic() - self.saved_at >= self.every:
            self.try_to_save()


def train_with_state(
    keeper: StateKeeper, on_metrics: Callable[[Metrics], None], stop: Callable[[], bool] = lambda: False
) -> bool:
    """Train, saving the state before the first step, now and then, and at the end.

    The state stays when the run is finished, until its network is safely written. True when finished, False when
    stopped. Raises FileError where not even the first state can be saved.
    """
    keeper.save()
    for metrics in keeper.run.checks(stop):
        keeper.save_when_due()
        on_metrics(metrics)
    if keeper.saved_step != keeper.run.step:
        keeper.try_to_save()
    return keeper.run.is_finished
