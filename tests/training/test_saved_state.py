"""A saved state goes on to bitwise the same network; one that is forged, damaged or another's is refused in a line."""

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from models.errors import FileError, TrainingError
from models.files.writing import Destination, reserved
from models.training.architectures import ARCHITECTURES, Sizes, fresh_transformer
from models.training.saved_state import StateKeeper, state_to_bytes, take_up, train_with_state
from models.training.trainer import Before, Metrics, Schedule, TrainingRun

SHAPE = Sizes(modulus=7, width=16, heads=2, neurons=32)
SCHEDULE = Schedule(steps=30, check_every=10, fraction=0.6, learning_rate=1e-2)


def fresh_run(shape: Sizes = SHAPE, architecture: str = "transformer", **changes: Any) -> TrainingRun:
    return TrainingRun(ARCHITECTURES[architecture](shape, 0), replace(SCHEDULE, **changes))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Destination]:
    with reserved(tmp_path / "some.training.pt") as found:
        yield found


def ignore(_: object) -> None:
    pass


def keeper(run: TrainingRun, place: Destination, every: float = 0.0, on_trouble: Callable[[str], None] = pytest.fail):
    return StateKeeper(run, place, every, on_trouble)


def stopped_at(step: int, place: Destination, **changes: Any) -> TrainingRun:
    run = fresh_run(**changes)
    assert not train_with_state(keeper(run, place), ignore, lambda: run.step == step)
    return run


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("stopped", [0, 10, 13])
def test_going_on_gives_bitwise_what_going_straight_through_gives(place: Destination, stopped: int, architecture: str):
    stopped_at(stopped, place, architecture=architecture)
    resumed, straight = fresh_run(architecture=architecture), fresh_run(architecture=architecture)
    take_up(resumed, place.path)
    assert resumed.step == stopped
    assert train_with_state(keeper(resumed, place), ignore)
    list(straight.checks())
    assert resumed.finished_network().digest == straight.finished_network().digest
    assert resumed.history == straight.history


def test_a_run_without_a_state_begins_at_the_start(tmp_path: Path):
    run = fresh_run()
    take_up(run, tmp_path / "none.training.pt")
    assert (run.step, run.before) == (0, Before())


def test_a_run_knows_what_only_its_state_says(place: Destination):
    stopped = stopped_at(13, place)
    resumed = fresh_run()
    take_up(resumed, place.path)
    assert resumed.before == Before(13, stopped.seconds)
    list(resumed.checks())
    assert resumed.seconds > stopped.seconds
    assert resumed.before == Before(13, stopped.seconds)


def test_a_finished_state_is_not_trained_further(place: Destination):
    run = fresh_run(steps=2000, fraction=0.95, stop_below=0.5)
    assert train_with_state(keeper(run, place), ignore)
    again = fresh_run(steps=2000, fraction=0.95, stop_below=0.5)
    take_up(again, place.path)
    assert again.is_finished
    assert again.step == run.step < 2000


def test_a_state_may_go_on_for_longer_or_to_another_loss(place: Destination):
    stopped_at(10, place)
    longer, straight = fresh_run(steps=40, stop_below=0.0), fresh_run(steps=40)
    take_up(longer, place.path)
    list(longer.checks()), list(straight.checks())
    assert longer.step == 40
    assert longer.finished_network().digest == straight.finished_network().digest


def test_a_run_that_ended_between_two_checks_can_go_on(place: Destination):
    short = fresh_run(steps=25)
    assert train_with_state(keeper(short, place), ignore)
    longer = fresh_run(steps=40)
    take_up(longer, place.path)
    assert [metrics.step for metrics in (*longer.history, *longer.checks())] == [10, 20, 25, 30, 40]


def refused(place: Destination, message: str, run: TrainingRun | None = None) -> None:
    before = place.path.read_bytes()
    with pytest.raises(TrainingError, match=message) as refusal:
        take_up(run or fresh_run(), place.path)
    assert str(refusal.value).startswith(f"{place.path} cannot be taken up: ")
    assert str(refusal.value).endswith(". Give the same options as then, or remove it to start again.")
    assert len(str(refusal.value)) < 400
    assert place.path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"seed": 1}, "seed"),
        ({"fraction": 0.5}, "fraction"),
        ({"learning_rate": 1e-3}, "learning_rate"),
        ({"weight_decay": 0.5, "betas": (0.9, 0.99)}, "betas, weight_decay"),
        ({"check_every": 5}, "check_every"),
    ],
)
def test_a_state_of_another_schedule_is_refused(place: Destination, changes: dict[str, Any], named: str):
    stopped_at(10, place)
    refused(place, f"it was made with another {named}", fresh_run(**changes))


@pytest.mark.parametrize("other", [replace(SHAPE, neurons=16), replace(SHAPE, width=32), replace(SHAPE, modulus=5)])
def test_a_state_of_another_architecture_is_refused(place: Destination, other: Sizes):
    stopped_at(10, place)
    refused(place, "it is of a network of other sizes", fresh_run(other))


def saved(tree: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(tree, buffer)
    return buffer.getvalue()


def forged(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda tree: tree | changes


def with_tensor(name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[dict[str, Any]], object]:
    return lambda tree: tree | {name: change(tree[name].clone())}


def with_cell(row: int, column: int, value: float) -> Callable[[dict[str, Any]], object]:
    def change(table: torch.Tensor) -> torch.Tensor:
        table[row, column] = value
        return table

    return with_tensor("history", change)


DAMAGED = "it is damaged, or no file that train saved"
# What a state of step 20 with checks at 10 and 20 is turned into, and what is said of it.
FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a list": (list, DAMAGED),
    "nothing": (lambda tree: {}, DAMAGED),
    "numbers only": (lambda tree: {"step": 20, "seconds": 1.0, "schedule": {}}, DAMAGED),
    "a state dict": (lambda tree: {"weights.table_a": tree["weights.table_a"]}, "it has no schedule"),
    "no step": (lambda tree: {k: v for k, v in tree.items() if k != "step"}, "it has no step"),
    "a step in words": (forged(step="20"), "its step is '20', expected a whole number|its step is 20, expected"),
    "a step of a half": (forged(step=20.0), "its step is 20.0, expected a whole number"),
    "a negative step": (forged(step=-1), "its step is -1"),
    "a true step": (forged(step=True), "its step is True"),
    "a step beyond its history": (forged(step=40), "its history does not lead to step 40"),
    "a step before its history": (forged(step=15), "its history does not lead to step 15"),
    "a step beyond all": (forged(step=10**12), "its step is 1000000000000"),
    "a step of many digits": (forged(step=10**400), "it has no step"),
    "a step list": (forged(step=[20]), r"its step is \[20\]"),
    "seconds that are no number": (forged(seconds=math.nan), "its seconds are nan"),
    "seconds without end": (forged(seconds=math.inf), "its seconds are inf"),
    "negative seconds": (forged(seconds=-3.0), "its seconds are -3.0"),
    "seconds in words": (forged(seconds="an hour"), "its seconds are an hour"),
    "no schedule": (forged(schedule=None), "its schedule is incomplete"),
    "a schedule in words": (forged(schedule="as usual"), "its schedule is incomplete"),
    "an empty schedule": (forged(schedule={}), "its schedule is incomplete"),
    "a schedule of other types": (
        lambda tree: tree | {"schedule": tree["schedule"] | {"seed": False, "check_every": 10.0}},
        "it was made with another check_every, seed",
    ),
    "a missing weight": (lambda tree: {k: v for k, v in tree.items() if k != "weights.readout"}, "other sizes"),
    "a weight too many": (forged(**{"weights.table_b": torch.ones(7, 16)}), "other sizes"),
    "a weight in words": (forged(**{"weights.readout": "large"}), "other sizes"),
    "a weight of another shape": (with_tensor("weights.readout", lambda t: t.T.contiguous()), "other sizes"),
    "a weight of another type": (with_tensor("weights.readout", lambda t: t.double()), "other sizes"),
    "a sparse weight": (with_tensor("weights.readout", lambda t: t.to_sparse()), DAMAGED),
    "a weight that is no number": (with_tensor("weights.readout", lambda t: t * math.nan), DAMAGED),
    "an average without end": (with_tensor("exp_avg.readout", lambda t: t + math.inf), DAMAGED),
    "a negative square": (
        with_tensor("exp_avg_sq.readout", lambda t: -t - 1e-9),
        "its average of a square is negative",
    ),
    "averages at step 0": (
        lambda tree: {k: v for k, v in tree.items() if k != "history"} | {"step": 0},
        "it is at step 0 and has averages of steps",
    ),
    "no history": (lambda tree: {k: v for k, v in tree.items() if k != "history"}, "does not lead to step 20"),
    "a history in words": (forged(history="went well"), "does not lead to step 20"),
    "a history of one row": (with_tensor("history", lambda t: t[1:].clone()), "does not lead to step 20"),
    "a history backwards": (with_tensor("history", lambda t: t.flip(0)), "does not lead to step 20"),
    "a history twice": (with_tensor("history", lambda t: torch.cat([t, t])), "does not lead to step 20"),
    "a history of another width": (with_tensor("history", lambda t: t[:, :3].clone()), "no table of 5 columns"),
    "a history of another type": (with_tensor("history", lambda t: t.float()), "no table of 5 columns"),
    "a history without columns": (with_tensor("history", lambda t: t.flatten()), "no table of 5 columns"),
    "a check between two steps": (with_cell(0, 0, 9.5), "its history holds what no check can see"),
    "a check elsewhere": (with_cell(0, 0, 9.0), "does not lead to step 20"),
    "a negative loss": (with_cell(0, 2, -1.0), "its history holds what no check can see"),
    "an accuracy above one": (with_cell(1, 3, 1.5), "its history holds what no check can see"),
    "a loss that is no number": (with_cell(0, 1, math.nan), DAMAGED),
    "a better loss": (with_cell(1, 2, 1e-6), r"it recorded a test loss of 1e-06 and its weights have \d"),
    "a better accuracy": (with_cell(1, 3, 0.99), "it recorded a test loss of"),
    "other weights": (with_tensor("weights.readout", lambda t: t.flip(0)), "it recorded a test loss of"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_state_is_refused_in_one_line(place: Destination, name: str):
    stopped_at(20, place)
    take_up(fresh_run(), place.path)  # as it was saved it is taken up
    change, message = FORGED[name]
    place.write(saved(change(torch.load(io.BytesIO(place.path.read_bytes()), weights_only=True))))
    refused(place, message)


@pytest.mark.parametrize("kept", [0, 1, 100, 5000, -1])
def test_a_state_that_is_cut_off_is_refused(place: Destination, kept: int):
    stopped_at(20, place)
    place.write(place.path.read_bytes()[:kept])
    refused(place, DAMAGED)


def test_a_text_is_no_state(place: Destination):
    place.write(b"hello, I am a text file")
    refused(place, DAMAGED)


def test_code_in_a_state_is_not_run(place: Destination, tmp_path: Path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "canary",))

    stopped_at(20, place)
    tree = torch.load(io.BytesIO(place.path.read_bytes()), weights_only=True)
    place.write(saved(tree | {"step": Evil()}))
    refused(place, DAMAGED)
    assert not (tmp_path / "canary").exists()
    torch.load(place.path, weights_only=False)  # where code is run, it is run
    assert (tmp_path / "canary").exists()


def test_a_state_that_cannot_be_read_says_so(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="folder cannot be opened: Is a directory"):
        take_up(fresh_run(), tmp_path / "folder")


# Saving


def steps_of_saves(place: Destination, every: float, monkeypatch: pytest.MonkeyPatch, clock: Iterator[float]) -> list:
    seen: list[int] = []
    written = Destination.write
    monkeypatch.setattr("models.training.saved_state.time.monotonic", lambda: next(clock))
    run = fresh_run(steps=60)
    monkeypatch.setattr(Destination, "write", lambda self, data: (written(self, data), seen.append(run.step)))
    assert train_with_state(keeper(run, place, every), ignore)
    return seen


def test_a_state_is_saved_before_the_first_step_and_at_every_check(place: Destination, monkeypatch: pytest.MonkeyPatch):
    assert steps_of_saves(place, 0, monkeypatch, iter(range(1000))) == [0, 10, 20, 30, 40, 50, 60]


def test_a_state_is_saved_as_often_as_asked(place: Destination, monkeypatch: pytest.MonkeyPatch):
    clock = iter([0, *(t for each in (10, 20, 30, 40, 50, 60) for t in ([each, each] if each % 20 == 0 else [each]))])
    assert steps_of_saves(place, 20, monkeypatch, clock) == [0, 20, 40, 60]


def test_the_first_save_tells_that_there_is_no_room(place: Destination, monkeypatch: pytest.MonkeyPatch):
    def full(self: Destination, data: bytes) -> None:
        raise FileError("Cannot write it: No space left on device.")

    monkeypatch.setattr(Destination, "write", full)
    run = fresh_run()
    with pytest.raises(FileError, match="No space left on device"):
        train_with_state(keeper(run, place), ignore)
    assert run.step == 0


def test_a_save_that_fails_later_costs_neither_the_run_nor_the_state(
    place: Destination, monkeypatch: pytest.MonkeyPatch
):
    written, told = Destination.write, []
    run = fresh_run(steps=60)

    def full_for_a_while(self: Destination, data: bytes) -> None:
        if 20 <= run.step <= 40:
            raise FileError("Cannot write it: No space left on device.")
        written(self, data)

    monkeypatch.setattr(Destination, "write", full_for_a_while)
    kept_at_each_check = {}

    def look(metrics: Metrics) -> None:
        resumed = fresh_run(steps=60)
        take_up(resumed, place.path)
        kept_at_each_check[metrics.step] = resumed.step

    assert train_with_state(keeper(run, place, on_trouble=told.append), look)
    assert told == ["Cannot write it: No space left on device."]
    assert kept_at_each_check == {10: 10, 20: 10, 30: 10, 40: 10, 50: 50, 60: 60}


def test_a_state_holds_the_run_and_nothing_else(place: Destination):
    run = stopped_at(20, place)
    tree = torch.load(place.path, weights_only=True)
    assert {name.split(".")[0] for name in tree} == {
        "weights", "exp_avg", "exp_avg_sq", "history", "schedule", "step", "seconds"
    }  # fmt: skip
    assert state_to_bytes(run) == place.path.read_bytes()
    assert fresh_transformer(SHAPE, 0).digest != run.finished_network().digest
