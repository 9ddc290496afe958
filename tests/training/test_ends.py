"""When training ends: at the last step, or at a check that found both the wanted loss and every pair right."""

from dataclasses import replace

import pytest
import torch

from models.task import Addition
from models.training.architectures import Sizes, fresh_mlp
from models.training.trainer import Metrics, Schedule, TrainingRun

SHAPE = Sizes(modulus=7, width=8, heads=2, neurons=6)
SCHEDULE = Schedule(steps=100, check_every=10, stop_below=0.5)


def at(step: int, *history: Metrics, **changed) -> TrainingRun:
    run = TrainingRun(fresh_mlp(SHAPE, 0), replace(SCHEDULE, **changed))
    run.step, run.history = step, list(history)
    return run


@pytest.mark.parametrize(
    ("loss", "accuracy", "finished"),
    [(0.4, 1.0, True), (0.5, 1.0, True), (0.6, 1.0, False), (0.4, 0.99, False), (0.6, 0.5, False), (0.0, 0.0, False)],
)
def test_a_low_loss_and_every_pair_right_end_it_and_neither_alone(loss: float, accuracy: float, finished: bool):
    assert at(20, Metrics(20, 0.1, loss, accuracy, 1.0)).is_finished == finished


def test_only_the_last_check_ends_it_and_only_at_its_step():
    good, bad = Metrics(20, 0.1, 0.1, 1.0, 1.0), Metrics(30, 0.1, 0.9, 0.5, 1.0)
    assert not at(30, good, bad).is_finished
    assert not at(25, good).is_finished
    assert not at(0).is_finished


@pytest.mark.parametrize(("step", "finished"), [(99, False), (100, True), (101, True)])
def test_the_last_step_ends_it(step: int, finished: bool):
    assert at(step).is_finished == finished


def test_training_goes_on_at_a_low_loss_while_a_pair_is_wrong(monkeypatch: pytest.MonkeyPatch):
    run = at(0, steps=50, stop_below=100.0)  # the loss is low enough from the first check on
    accuracies = iter([0.5, 0.9, 1.0])
    check = TrainingRun._check
    monkeypatch.setattr(
        TrainingRun, "_check", lambda self, loss: replace(check(self, loss), test_accuracy=next(accuracies))
    )
    assert [metrics.step for metrics in run.checks()] == [10, 20, 30]


@pytest.mark.parametrize("fraction", [0.1, 0.35, 0.9])
def test_a_split_has_the_fraction_of_its_schedule_by_its_seed(fraction: float):
    parts = {}
    for seed in (0, 1, 2):
        run = TrainingRun(fresh_mlp(SHAPE, 0), Schedule(seed=seed, fraction=fraction))
        assert len(run.train_pairs[0]) == int(fraction * 49)
        assert len(run.test_pairs[0]) == 49 - int(fraction * 49)
        numbers = torch.cat([7 * a + b for a, b in (run.train_pairs, run.test_pairs)])
        assert sorted(numbers.tolist()) == list(range(49))
        assert torch.equal(numbers[: int(fraction * 49)], Addition(7).split(fraction, seed)[0])
        parts[seed] = tuple(sorted(numbers[: int(fraction * 49)].tolist()))
    assert len(set(parts.values())) == 3


def test_the_schedule_reaches_the_optimiser():
    run = TrainingRun(fresh_mlp(SHAPE, 0), Schedule(learning_rate=0.02, weight_decay=0.3, betas=(0.8, 0.95)))
    [group] = run.optimiser.param_groups
    assert (group["lr"], group["weight_decay"], group["betas"]) == (0.02, 0.3, (0.8, 0.95))
    assert len(group["params"]) == len(run.leaves) == len(run.network.tensors()) - 1  # one table for both operands


def test_time_goes_on_from_what_was_behind_it():
    run = at(0, steps=10)
    run.seconds = 1000.0
    list(run.checks())
    assert 1000.0 < run.seconds < 1900.0
