"""Snapshots of a run: when they are due, that they change nothing, and that they open as one training."""

from itertools import pairwise, takewhile
from pathlib import Path

import pytest

from models.errors import FileError
from models.formats.decoding import read_contents
from models.formats.registry import network_from_bytes
from models.formats.series import runs_of
from models.training.architectures import Sizes, fresh_square_mlp
from models.training.snapshots import Snapshots, next_snapshot, snapshot_steps, snapshots_in
from models.training.trainer import Schedule, TrainingRun

SCHEDULE = Schedule(steps=25, check_every=10, fraction=0.6, learning_rate=1e-2)


def small_run() -> TrainingRun:
    return TrainingRun(fresh_square_mlp(Sizes(modulus=7, neurons=6), 0), SCHEDULE)


def test_they_grow_further_apart_by_a_tenth_up_to_a_hundred_steps():
    steps = list(takewhile(lambda step: step <= 8000, snapshot_steps()))
    assert steps[:21] == list(range(21))
    for before, after in pairwise(steps):
        assert after - before == max(1, min(100, before // 10))
        assert next_snapshot(before) == next_snapshot(after - 1) == after
    assert 60 <= len(steps) <= 140


def trained(folder: Path, stopped: int | None = None) -> TrainingRun:
    run = small_run()
    snapshots = Snapshots(folder, run)

    def look() -> bool:
        snapshots.take_if_due()
        return run.step == stopped

    list(run.checks(look))
    snapshots.take()
    return run


def test_they_are_the_run_s_own_weights_and_change_nothing(tmp_path: Path):
    run, alone = trained(tmp_path / "new" / "folder"), small_run()
    list(alone.checks())
    assert run.finished_network().digest == alone.finished_network().digest
    found = snapshots_in(tmp_path / "new" / "folder")
    assert list(found) == [*range(21), 22, 24, 25]
    at_7 = small_run()
    list(at_7.checks(lambda: at_7.step == 7))
    read = network_from_bytes(found[7].read_bytes(), found[7].name)
    assert read.table_a.equal(at_7.finished_network().table_a)


def test_they_open_as_one_training(tmp_path: Path):
    trained(tmp_path)
    [series] = runs_of([read_contents(path.read_bytes(), path.name) for path in snapshots_in(tmp_path).values()])
    assert series.steps == (*range(21), 22, 24, 25)


def test_a_run_that_goes_on_writes_what_is_due_from_there(tmp_path: Path):
    run = small_run()
    run.step = 21
    assert Snapshots(tmp_path, run).due == 22
    run.step = 22
    assert Snapshots(tmp_path, run).due == 22


def test_a_folder_that_cannot_be_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("text", encoding="utf-8")
    with pytest.raises(FileError, match=r"Cannot make the folder .*file"):
        Snapshots(tmp_path / "file", small_run())
