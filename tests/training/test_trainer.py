from dataclasses import replace
from itertools import islice

import pytest
import torch
from torch.nn.functional import cross_entropy

from models.errors import TrainingError
from models.network import Network
from models.training.architectures import Sizes, fresh_transformer
from models.training.trainer import Schedule, TrainingRun

SHAPE = Sizes(modulus=7, width=16, heads=2, neurons=32)
SCHEDULE = Schedule(steps=30, check_every=10, fraction=0.6, learning_rate=1e-2)


def fresh_run(shape: Sizes = SHAPE, **changes) -> TrainingRun:
    return TrainingRun(fresh_transformer(shape, seed=0), replace(SCHEDULE, **changes))


def finished(run: TrainingRun) -> Network:
    list(run.checks())
    return run.finished_network()


def test_training_lowers_the_loss_on_what_it_sees():
    run = fresh_run(steps=60)
    first, *_, last = run.checks()
    assert last.train_loss < first.train_loss / 2


def test_every_check_is_yielded_and_remembered():
    run = fresh_run(steps=25)
    assert [metrics.step for metrics in run.checks()] == [10, 20, 25]
    assert [metrics.step for metrics in run.history] == [10, 20, 25]


def test_a_check_measures_the_pairs_not_trained_on():
    run = fresh_run()
    *_, last = run.checks()
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
    *_, last = easy.checks()
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
    list(islice(run.checks(), 1))
    network = run.finished_network()
    list(run.checks())
    assert network.digest != run.finished_network().digest


def test_a_stop_is_heard_between_two_steps():
    run, steps = fresh_run(), []

    def stop() -> bool:
        steps.append(run.step)
        return run.step == 13

    assert [metrics.step for metrics in run.checks(stop)] == [10]
    assert steps == list(range(14))
    assert (run.step, run.is_finished) == (13, False)
    assert [metrics.step for metrics in run.checks()] == [20, 30]
    assert run.finished_network().digest == finished(fresh_run()).digest


def test_a_finished_run_trains_no_further():
    run = fresh_run(steps=2000, fraction=0.95, stop_below=0.5)
    network = finished(run)
    assert run.is_finished
    assert list(run.checks()) == []
    assert run.finished_network().digest == network.digest


def test_what_is_measured_is_of_the_network_as_it_stands():
    run = fresh_run()
    network = finished(run)
    a, b = run.train_pairs
    with torch.no_grad():
        loss = float(cross_entropy(network.logits(a, b).double(), (a + b) % 7))
    assert run.measured().train_loss == loss != run.history[-1].train_loss
    assert run.measured().test_loss == run.history[-1].test_loss


def test_a_run_whose_loss_is_no_number_is_ended():
    run = fresh_run(learning_rate=900.0, weight_decay=900.0)
    with pytest.raises(
        TrainingError, match=r"Training diverged: at step \d the loss on trained pairs is (nan|inf), .* Give a smaller"
    ):
        list(run.checks())
