"""Losses and accuracies under every name that they have in the field, and the steps at which they were taken."""

import math
import time
from typing import Any

import pytest
import torch

from models.formats.figures import MOST_ENTRIES, Figure, ends, figures_of
from models.formats.series import runs_of
from tests.formats.test_series import state
from tests.formats.test_unwrapping import opened

CURVE = [3.0, 2.0, 1.0]
STEPS = (0, 100, 200)
TRAIN_LOSS = (
    *("train_loss", "train_losses", "trainLoss", "Train Loss", "train/loss", "loss_train", "training_loss", "tr_loss"),
    *("train_loss_history", "final_train_loss", "train_loss_curve"),
)
TEST_ACCURACY = (
    "test_acc",
    "val_acc",
    "test_accuracy",
    "val_accs",
    "valid_accuracy",
    "eval_acc",
    "acc_val",
    "testAccs",
)

ACCURACIES = [0.1, 0.2, 0.9]
ROWS = list(zip(STEPS, CURVE, ACCURACIES, strict=True))


@pytest.mark.parametrize("name", TRAIN_LOSS)
def test_a_training_loss_is_known_by_its_words(name: str):
    assert figures_of({name: CURVE}) == {("train", "loss"): Figure(tuple(CURVE))}


@pytest.mark.parametrize("name", TEST_ACCURACY)
def test_an_accuracy_on_others_is_known_by_its_words(name: str):
    assert ends({name: [0.1, 0.9]}) == {("test", "accuracy"): 0.9}


@pytest.mark.parametrize(
    "name", ["loss", "best_val_loss", "train_loss_std", "lossy", "weight_loss_ratio", "train", "test_train_loss", "acc"]
)
def test_other_names_are_no_figures(name: str):
    assert figures_of({name: CURVE}) == {}


@pytest.mark.parametrize(
    "value", ["low", None, [1.0, "a"], [], [True], {"mean": 1.0}, float("nan"), float("inf")], ids=str
)
def test_other_values_are_no_ends(value: Any):
    assert ends({"train_loss": value}) == {}


@pytest.mark.parametrize(
    "recorded",
    [
        {"history": {"train_loss": CURVE, "val_acc": ACCURACIES, "epochs": list(STEPS)}},
        {"history": [dict(zip(("epoch", "train_loss", "val_acc"), row, strict=True)) for row in ROWS]},
        {"losses": {"train": CURVE}, "accuracies": {"test": ACCURACIES}, "steps": list(STEPS)},
        {"train": {"loss": CURVE}, "val": {"acc": [10, 20, 90]}, "epochs": torch.tensor(STEPS)},
        {
            "metrics": {"train": {"losses": torch.tensor(CURVE)}, "test": {"accs": ACCURACIES}},
            "log_steps": list(STEPS),
        },
        {"train_loss": CURVE, "train_epochs": list(STEPS), "test_acc": ACCURACIES, "test_epochs": list(STEPS)},
    ],
    ids=["a record of lists", "a list of records", "by measure", "by pairs, in percent", "deeper", "an axis for each"],
)
def test_figures_stand_at_the_steps_that_the_file_lists(recorded: dict[str, Any]):
    found = figures_of(recorded)
    assert found[("train", "loss")] == Figure(tuple(CURVE), STEPS)
    assert found[("test", "accuracy")].values == pytest.approx((0.1, 0.2, 0.9))
    assert found[("test", "accuracy")].steps == STEPS


def test_an_axis_of_other_pairs_or_of_another_length_is_not_taken():
    assert figures_of({"train_loss": CURVE, "test_epochs": list(STEPS)})["train", "loss"].steps is None
    assert figures_of({"train_loss": CURVE, "epochs": [0, 1]})["train", "loss"].steps is None
    assert figures_of({"train_loss": CURVE, "epochs": [0, 200, 100]})["train", "loss"].steps is None
    assert figures_of({"a": {"epochs": list(STEPS)}, "train_loss": CURVE})["train", "loss"].steps is None


def test_the_longest_record_of_one_thing_is_taken():
    recorded = {"train_loss": 0.5, "train_losses": CURVE, "optimizer": {"train_loss": CURVE * 2}}
    assert figures_of(recorded)["train", "loss"].values == tuple(CURVE)


def test_figures_that_are_not_numbers_are_no_curve_ends():
    assert ends({"test_loss": [1.0, math.nan]}) == {}


@pytest.mark.parametrize(("depth", "found"), [(0, True), (3, True), (4, False)])
def test_a_record_is_found_within_three_others(depth: int, found: bool):
    recorded: dict[str, Any] = {"train_loss": CURVE}
    for _ in range(depth):
        recorded = {"history": recorded}
    assert figures_of(recorded) == ({("train", "loss"): Figure(tuple(CURVE))} if found else {})


def test_records_are_looked_through_within_bounds():
    deep: dict[str, Any] = {"train_loss": CURVE}
    for _ in range(5):
        deep = {"history": deep}
    assert figures_of(deep) == {}
    many: dict[str, Any] = {f"x{number}": number for number in range(2 * MOST_ENTRIES)}
    start = time.process_time()
    assert figures_of(many | {"train_loss": 1.0}) == {}
    assert figures_of({"a": [{f"x{n}": 1 for n in range(1000)}] * 1000}) == {}
    assert time.process_time() - start < 2


# As curves of a run


def test_losses_stand_beside_the_checkpoints_of_their_run():
    """69 losses at every hundredth epoch stood at 0 to 68."""
    epochs = list(range(0, 6900, 100))
    losses = [1 / (1 + epoch) for epoch in epochs]
    (run,) = runs_of([opened({"state_dicts": [state(n) for n in range(69)], "epochs": epochs, "train_loss": losses})])
    assert run.steps == run.curves["train loss"].steps == tuple(epochs)
    assert run.curves["train loss"].values == tuple(losses)


def test_figures_of_each_file_make_a_curve_whatever_they_are_called():
    files = [
        opened({"net": state(1), "epoch": epoch, "val_acc": epoch / 10, "history": {"tr_loss": 1.0}})
        for epoch in (0, 5)
    ]
    (run,) = runs_of(files)
    assert run.curves["test accuracy"].values == (0.0, 0.5)
    assert run.curves["train loss"].values == (1.0, 1.0)


# Checkpoints that are one


def series(seeds: list[int], **recorded: Any):
    (run,) = runs_of([opened({"state_dicts": [state(seed) for seed in seeds], **recorded})])
    return run


def test_a_state_dict_kept_by_reference_is_said_to_be_one():
    kept = state(1)
    (run,) = runs_of([opened({"state_dicts": [kept, kept, kept], "epochs": list(STEPS)})])
    (remark,) = run.remarks
    assert remark.startswith(
        "all of its 3 checkpoints hold the same weights, bit for bit: a training that keeps its state"
    )


def test_equal_checkpoints_among_others_are_named():
    assert series([1, 2, 1, 3, 3], epochs=[0, 5, 6, 7, 9]).remarks == (
        "some of its checkpoints hold the same weights, bit for bit: 0 and 6; 7 and 9",
    )
    assert series([1] * 9 + [2]).remarks == (
        "some of its checkpoints hold the same weights, bit for bit: 0, 1, 2, 3, 4 and 4 more",
    )


def test_checkpoints_that_differ_in_one_bit_are_two():
    first, second = state(1), state(1)
    second["mlp.W_in"][0, 0] = torch.nextafter(second["mlp.W_in"][0, 0], torch.tensor(9.0))
    (run,) = runs_of([opened({"state_dicts": [first, second]})])
    assert run.remarks == ()
    assert series([1, 2, 3]).remarks == ()
    (alone,) = runs_of([opened(state(1))])
    assert alone.remarks == ()


def test_files_of_one_run_that_hold_the_same_are_said_to_be_one_too():
    (run,) = runs_of([opened({"net": state(1), "epoch": epoch}) for epoch in (0, 5)])
    assert run.remarks[0].startswith("all of its 2 checkpoints hold the same weights, bit for bit: ")
