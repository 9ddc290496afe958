from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from models.errors import CheckpointError
from models.network import Network
from models.training.architectures import Sizes, fresh_transformer
from models.training.trainer import Moment, Run, Schedule, train_with_state

SHAPE = Sizes(modulus=7, width=16, heads=2, neurons=32)
SCHEDULE = Schedule(steps=30, check_every=10, fraction=0.6, learning_rate=1e-2)


def fresh_run(shape: Sizes = SHAPE, **changes) -> Run:
    return Run(fresh_transformer(shape, seed=0), replace(SCHEDULE, **changes))


def finished(run: Run) -> Network:
    list(run.moments())
    return run.finished_network()


def interrupt_after(count: int) -> Callable[[Moment], None]:
    """Ctrl-C at the count-th check."""
    seen = []

    def stop(moment: Moment) -> None:
        seen.append(moment)
        if len(seen) == count:
            raise KeyboardInterrupt

    return stop


def ignore(moment: Moment) -> None:
    pass


def test_training_lowers_the_loss_on_what_it_sees():
    run = fresh_run(steps=60)
    first, *_, last = run.moments()
    assert last.train_loss < first.train_loss / 2


def test_every_check_is_yielded_and_remembered():
    run = fresh_run(steps=25)
    assert [moment.step for moment in run.moments()] == [10, 20, 25]
    assert [moment.step for moment in run.history] == [10, 20, 25]


def test_a_check_measures_the_pairs_not_trained_on():
    run = fresh_run()
    *_, last = run.moments()
    a, b = run.test_pairs
    with torch.no_grad():
        logits = run.network.logits(a, b).double()
    answers = (a + b) % 7
    assert last.test_loss == float(cross_entropy(logits, answers))
    assert last.test_accuracy == int((logits.argmax(1) == answers).sum()) / len(a)


def test_train_and_test_pairs_are_the_seeded_split():
    run = fresh_run()
    for (a, b), numbers in zip((run.train_pairs, run.test_pairs), run.network.task.split(0.6, 0), strict=True):
        assert torch.equal(a * 7 + b, numbers)


def test_training_ends_early_below_the_wanted_test_loss():
    easy = fresh_run(steps=2000, fraction=0.95, stop_below=0.5)
    *_, last = easy.moments()
    assert last.step < 2000
    assert last.test_loss <= 0.5
    assert last.test_accuracy == 1


def test_a_shared_table_stays_shared_and_every_weight_is_trained():
    run = fresh_run()
    before = {name: tensor.detach().clone() for name, tensor in run.network.tensors().items()}
    network = finished(run)
    assert network.tables_shared
    assert not any(tensor.requires_grad for tensor in network.tensors().values())
    assert not any(torch.equal(tensor, before[name]) for name, tensor in network.tensors().items())


def test_the_same_seed_trains_bitwise_the_same_network():
    assert finished(fresh_run()).digest == finished(fresh_run()).digest


def test_a_finished_network_is_a_copy():
    run = fresh_run()
    list(islice(run.moments(), 1))
    network = run.finished_network()
    list(run.moments())
    assert network.digest != run.finished_network().digest


@pytest.mark.parametrize("stopped_after", [1, 2])
def test_stopping_and_resuming_gives_bitwise_what_going_straight_through_gives(tmp_path: Path, stopped_after: int):
    state = tmp_path / "some.training.pt"
    stopped, resumed, straight = fresh_run(), fresh_run(), fresh_run()
    assert not train_with_state(stopped, state, interrupt_after(stopped_after))
    assert stopped.step == 10 * stopped_after
    assert train_with_state(resumed, state, ignore)
    assert not state.exists()
    assert resumed.finished_network().digest == finished(straight).digest
    assert resumed.history == straight.history


def test_a_state_is_not_changed_by_going_on():
    run, straight = fresh_run(), fresh_run()
    list(islice(run.moments(), 1))
    state = run.state()
    list(run.moments())
    resumed = fresh_run()
    resumed.restore(state)
    assert finished(resumed).digest == finished(straight).digest


def test_a_state_may_go_on_for_longer_or_to_another_loss(tmp_path: Path):
    state = tmp_path / "some.training.pt"
    train_with_state(fresh_run(), state, interrupt_after(1))
    longer = fresh_run(steps=40, stop_below=0.0)
    assert train_with_state(longer, state, ignore)
    assert longer.step == 40
    assert longer.finished_network().digest == finished(fresh_run(steps=40)).digest


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
def test_a_state_of_another_schedule_is_refused(changes: dict, named: str):
    with pytest.raises(CheckpointError, match=f"made with another {named}: give the same options as then"):
        fresh_run(**changes).restore(fresh_run().state())


@pytest.mark.parametrize("other", [replace(SHAPE, neurons=16), replace(SHAPE, width=32), replace(SHAPE, modulus=5)])
def test_a_state_of_another_architecture_is_refused(other: Sizes):
    with pytest.raises(CheckpointError, match="give the same options as then, or remove the state"):
        fresh_run(other).restore(fresh_run().state())


def test_a_state_that_is_no_state_is_refused(tmp_path: Path):
    state = tmp_path / "some.training.pt"
    state.write_text("hello, I am a text file", encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"some\.training\.pt"):
        train_with_state(fresh_run(), state, ignore)
