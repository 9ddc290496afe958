"""Recipes by name: each can be trained, is resumable, and its special part does what its paper says."""

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from models.formats.decoding import read_contents
from models.formats.registry import network_from_bytes, network_to_bytes
from models.training.architectures import ARCHITECTURES, SYMMETRIC, Sizes
from models.training.gradients import with_slow_part, without_scaling
from models.training.losses import LOSSES, stablemax_cross_entropy
from models.training.milestones import first_step, stable_step
from models.training.recipes import RECIPES, schedule_of
from models.training.saved_state import restore, state_to_bytes
from models.training.trainer import Metrics, Schedule, TrainingRun

SMALL = Sizes(modulus=7, width=8, heads=2, neurons=12)
SPECIAL = [
    {"loss": "stablemax"},
    {"perpendicular": True},
    {"slow_gain": 2.0},
    {"operation": (1, -1)},
    {"rate_left": 0.1, "rate_falls_over": 6},
]


def small_run(**changes) -> TrainingRun:
    schedule = replace(Schedule(steps=12, check_every=4, fraction=0.6, learning_rate=1e-2), **changes)
    return TrainingRun(ARCHITECTURES["transformer"](SMALL, 0), schedule)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_what_there_is(name: str):
    recipe = RECIPES[name]
    assert recipe.name == name
    assert recipe.architecture in ARCHITECTURES
    assert recipe.schedule.loss in LOSSES
    assert recipe.source
    assert schedule_of(recipe, 5) == replace(recipe.schedule, seed=5)


@pytest.mark.parametrize("changes", SPECIAL)
def test_every_special_part_changes_the_weights_and_goes_on_bitwise(changes: dict):
    straight, stopped, resumed = (small_run(**changes) for _ in range(3))
    plain = small_run()
    list(straight.checks()), list(plain.checks())
    list(stopped.checks(lambda: stopped.step == 5))
    restore(resumed, read_contents(state_to_bytes(stopped), "some.training.pt"))
    list(resumed.checks())
    assert resumed.finished_network().digest == straight.finished_network().digest
    assert straight.finished_network().digest != plain.finished_network().digest


def test_a_usual_run_is_a_plain_loop_of_adamw():
    run = small_run()
    other = ARCHITECTURES["transformer"](SMALL, 0)
    leaves = [leaf.requires_grad_() for name, leaf in other.tensors().items() if name != "table_b"]
    optimiser = torch.optim.AdamW(leaves, lr=1e-2, weight_decay=1.0, betas=(0.9, 0.98))
    a, b = other.task.pairs()
    train, _ = other.task.split(0.6, 0)
    for _ in range(12):
        optimiser.zero_grad()
        cross_entropy(other.logits(a[train], b[train]).double(), (a + b)[train] % 7).backward()
        optimiser.step()
    list(run.checks())
    detached = other.map_tensors(lambda tensor: tensor.detach())
    assert run.finished_network().digest == detached.digest


def test_the_rate_falls_evenly_and_stays():
    schedule = Schedule(learning_rate=0.5, rate_left=0.2, rate_falls_over=4)
    assert [schedule.rate_at(step) for step in (0, 1, 2, 4, 99)] == pytest.approx([0.5, 0.4, 0.3, 0.1, 0.1])
    assert Schedule(learning_rate=0.3).rate_at(1000) == 0.3


def test_stablemax_is_its_formula_and_its_gradient_does_not_vanish():
    logits = torch.tensor([[2.0, -3.0, 0.5], [-0.5, 4.0, 0.0]], dtype=torch.float64, requires_grad=True)
    sizes = [[3.0, 1 / 4, 1.5], [1 / 1.5, 5.0, 1.0]]
    shares = torch.tensor([sizes[0][1] / sum(sizes[0]), sizes[1][0] / sum(sizes[1])], dtype=torch.float64)
    loss = stablemax_cross_entropy(logits, torch.tensor([1, 0]))
    assert float(loss.detach()) == pytest.approx(float(-shares.log().mean()))
    assert torch.autograd.gradcheck(lambda x: stablemax_cross_entropy(x, torch.tensor([1, 0])), logits)
    far = torch.tensor([[200.0, 0.0]], requires_grad=True)
    answer = torch.tensor([0])
    [slow] = torch.autograd.grad(stablemax_cross_entropy(far, answer), far)
    [gone] = torch.autograd.grad(cross_entropy(far, answer), far)
    assert float(slow.abs().max()) > 1e-6 > float(gone.abs().max()) == 0


def test_a_gradient_without_scaling_is_perpendicular_and_as_long():
    generator = torch.Generator().manual_seed(3)
    weight, gradient = torch.randn(2, 5, 4, generator=generator)
    changed = without_scaling(weight, gradient)
    assert float((weight * changed).sum()) == pytest.approx(0, abs=1e-5)
    assert float(changed.norm()) == pytest.approx(float(gradient.norm()))
    assert torch.equal(without_scaling(torch.zeros(3), torch.ones(3)), torch.ones(3))


def test_the_slow_part_is_a_running_mean():
    slow = torch.zeros(2)
    first, second = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 4.0])
    with_slow_part(first, slow, 3.0, 0.5)
    assert with_slow_part(second, slow, 3.0, 0.5).tolist() == [0.75, 10.0]
    assert slow.tolist() == [0.25, 2.0]


def metrics(step: int, test: float, train: float = 1.0) -> Metrics:
    return Metrics(step, 0.1, 0.1, test, train)


def test_first_and_stable_are_two_things_and_trained_pairs_count_too():
    history = [metrics(1, 0.9), metrics(2, 1.0), metrics(3, 0.99), metrics(4, 1.0), metrics(5, 1.0)]
    assert (first_step(history), stable_step(history)) == (2, 4)
    assert (first_step(history[:3]), stable_step(history[:3])) == (2, None)
    assert first_step([metrics(1, 1.0, 0.9)]) is None
    assert first_step([]) is stable_step([]) is None


def test_the_record_is_right_for_good_within_its_hundred_steps():
    recipe = RECIPES["record"]
    run = TrainingRun(
        ARCHITECTURES["square"](Sizes(modulus=59, neurons=256), 41), replace(schedule_of(recipe, 41), fraction=0.4)
    )
    list(run.checks())
    assert run.step == 100
    assert stable_step(run.history) < 60
    assert first_step(run.history) > 3


def test_another_operation_is_learned_and_seen_as_a_sum():
    schedule = replace(schedule_of(RECIPES["record"], 2), fraction=0.8, steps=60, operation=(3, 3))
    run = TrainingRun(ARCHITECTURES["square"](Sizes(modulus=23, neurons=160), 2), schedule)
    *_, last = run.checks()
    assert last.test_accuracy > 0.9
    network = run.finished_network()
    assert network.tables_shared
    a, b = network.task.pairs()
    as_sums = network.logits(a, b).argmax(1) == (a + b) % 23
    as_it_was = run.network.logits(a, b).argmax(1) == (3 * a + 3 * b) % 23
    assert int(as_sums.sum()) == int(as_it_was.sum()) > 0.9 * 23**2


def test_operands_of_another_operation_are_renamed_apart_and_are_so_again_in_the_file():
    run = small_run(operation=(2, -3))
    list(run.checks())
    network = run.finished_network()
    n = torch.arange(7)
    assert network.table_a[2 * n % 7].equal(run.network.table_a)
    assert network.table_b[-3 * n % 7].equal(run.network.table_a)
    read = network_from_bytes(network_to_bytes(network, ".safetensors", {}), "some.safetensors")
    assert (read.layout.hyperparameters.operation.x, read.layout.hyperparameters.operation.y) == (2, -3)
    assert read.table_a.equal(network.table_a)
    assert read.table_b.equal(network.table_b)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_which_networks_answer_a_pair_as_its_mirror_image(name: str):
    network = ARCHITECTURES[name](Sizes(modulus=7, width=8, heads=2, neurons=6), 0)
    a, b = network.task.pairs()
    assert network.logits(a, b).allclose(network.logits(b, a)) == (name in SYMMETRIC)
