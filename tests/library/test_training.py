"""Training from Python: the command's networks, kept at steps, stopped, taken up, and opened again as one run."""

from dataclasses import astuple
from pathlib import Path

import pytest
import torch

import models
from models.errors import FileError, RecipeError, TrainingError
from models.training.architectures import Sizes, fresh_square_mlp
from models.training.recipes import RECIPES, schedule_of
from models.training.trainer import TrainingRun

SMALL = {"modulus": 7, "neurons": 12, "progress": False}


def by_hand(steps: int) -> TrainingRun:
    run = TrainingRun(fresh_square_mlp(Sizes(modulus=7, neurons=12), 3), schedule_of(RECIPES["record"], 3))
    list(run.checks(lambda: run.step == steps))
    return run


def test_it_is_the_trainer_s_own_run_at_each_step_that_was_asked_for():
    found = models.train("record", seed=3, steps=9, snapshots=[0, 4, 500], **SMALL)
    assert (found.steps, found.is_finished) == ((0, 4, 9), True)
    for step in found.steps:
        assert found.network(step).digest == by_hand(step).finished_network().digest
    assert found.network() is found.network(9)
    assert found.history[:8] == tuple(by_hand(8).history)
    assert found.curves["test loss"].values == tuple(each.test_loss for each in found.history)
    assert repr(found).startswith("TrainedRun(record: square mod 7, finished at step 9, ")
    with pytest.raises(TrainingError, match="no snapshot of step 5; the nearest is 4"):
        found.network(5)


def test_a_folder_opens_as_one_run_with_its_curves(tmp_path: Path):
    found = models.train("record", operation="2*a+2*b", steps=23, snapshots=tmp_path / "run", **SMALL)
    again = models.open_run(tmp_path / "run", operation=(2, 2))
    assert again.steps == found.steps == (*range(21), 22, 23)
    assert [again.network(step).digest for step in (0, 20, 23)] == [found.network(s).digest for s in (0, 20, 23)]
    assert again.curves.keys() == found.curves.keys()
    theirs = dict(zip(again.curves["test loss"].steps, again.curves["test loss"].values, strict=True))
    assert {each.step: each.test_loss for each in found.history if each.step in theirs}.items() <= theirs.items()
    assert theirs.keys() == set(again.steps)
    with pytest.raises(TrainingError, match="run holds 23 snapshots of another training, up to step 23"):
        models.train("record", snapshots=tmp_path / "run", **SMALL)


def test_what_is_in_memory_is_written_as_the_same_run(tmp_path: Path):
    found = models.train("record", steps=5, snapshots=(1, 3), **SMALL)
    found.save(tmp_path / "new" / "folder")
    again = models.open_run(tmp_path / "new" / "folder", operation=(1, 1))
    assert again.steps == (1, 3, 5)
    assert [again.network(step).digest for step in again.steps] == [found.network(step).digest for step in found.steps]


def test_a_stopped_run_goes_on_to_bitwise_the_same_weights(tmp_path: Path):
    seen: list[int] = []
    asked = {"seed": 3, "steps": 30, "snapshots": tmp_path / "run", "resume": tmp_path / "state.pt", **SMALL}
    stopped = models.train("record", on_check=lambda m: seen.append(m.step), stop=lambda: len(seen) == 22, **asked)
    assert (stopped.is_finished, stopped.steps[-1], seen[-1]) == (False, 22, 22)
    whole = models.train("record", on_check=lambda m: seen.append(m.step), **asked)
    assert seen == list(range(1, 31))
    assert whole.network().digest == by_hand(30).finished_network().digest
    assert whole.steps == (*range(21), 22, 24, 26, 28, 30)
    finished = models.train("record", **asked)  # nothing is left to do
    assert (finished.steps, finished.history) == (whole.steps, whole.history)


def test_what_is_recorded_is_what_was_measured(tmp_path: Path):
    found = models.train("record", seed=3, steps=2, snapshots=tmp_path, **SMALL)
    run = by_hand(0)
    a, b = run.test_pairs
    network = models.open_run(tmp_path, operation=(1, 1)).network(2)
    share = float((network(a, b).argmax(-1) == (a + b) % 7).double().mean())
    assert found.history[-1].test_accuracy == share
    assert found.history[-1].step == found.steps[-1] == 2
    assert torch.isfinite(torch.tensor(astuple(found.history[-1]))).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"recipe": "nobody's"}, r"Recipe .*nobody's.* is none; expected one of nanda, layernorm, record"),
        ({"architecture": "lstm"}, "architecture 'lstm' is none; expected one of transformer, "),
        ({"modulus": 7.0}, "modulus 7.0 is none; expected a whole number"),
        ({"modulus": 1}, "modulus 1 is out of range; expected 2 to 65,536"),
        ({"steps": True}, "steps True is none; expected a whole number"),
        ({"learning_rate": "fast"}, "learning_rate 'fast' is none; expected a number"),
        ({"stop_below": float("nan")}, "stop_below nan is none"),
        ({"fraction": 0.001, "modulus": 7}, "fraction 0.001 leaves no pairs"),
        ({"seed": 1.5}, "seed 1.5 is none"),
        ({"recipe": "nanda", "heads": 3}, "width 128 does not divide by heads 3"),
        ({"operation": "a-b"}, "architecture square answers a, b as b, a, so it cannot learn a − b"),
        ({"operation": 5}, "operation 5 is none; expected x"),
        ({"snapshots": 5}, "snapshots is 5; expected a folder"),
        ({"snapshots": [-1]}, "Snapshot -1 is no step"),
    ],
)
def test_what_cannot_be_is_refused_before_any_step(options: dict, said: str):
    with pytest.raises(TrainingError, match=said):
        models.train(**{"recipe": "record", "progress": False, "on_check": pytest.fail, **options})


def test_so_are_an_operation_and_a_folder_that_are_none(tmp_path: Path):
    with pytest.raises(RecipeError, match="no operation that is known here"):
        models.train("record", operation="a*b", **SMALL)
    (tmp_path / "file").write_text("text", encoding="utf-8")
    with pytest.raises(FileError, match="Cannot make the folder"):
        models.train("record", snapshots=tmp_path / "file", **SMALL)
