"""Checkpoints of one training are one run; files of different trainings are not."""

import io
from pathlib import Path

import pytest
import torch

from models.formats.decoding import Contents, read_contents
from models.formats.registry import LAYOUTS, network_from_contents, open_file
from models.formats.series import runs_of
from tests.mlps import MlpShape, random_mlp


def state(seed: int, modulus: int = 7) -> dict[str, torch.Tensor]:
    return LAYOUTS["he"].write(random_mlp(MlpShape(modulus=modulus, layers=0, layout="he"), seed))


def saved(data: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(data, buffer)
    return buffer.getvalue()


def test_files_named_by_their_step_are_one_run_in_order():
    files = [Contents(f"{step}.pth", state(step), {"train_loss": 1 / (1 + step)}) for step in (10, 0, 200, 3)]
    (run,) = runs_of(files)
    assert run.steps == (0, 3, 10, 200)
    assert [contents.name for contents in run.checkpoints] == ["0.pth", "3.pth", "10.pth", "200.pth"]
    assert run.curves["train loss"].steps == run.steps
    assert run.curves["train loss"].values == pytest.approx([1, 1 / 4, 1 / 11, 1 / 201])
    assert run.name == "0.pth … 200.pth"


STEPS_NAMED = {
    "model_epoch_1.pt": 1,
    "ckpt20.pt": 20,
    "epoch=200.pt": 200,
    "model_200.pt": 200,
    "epoch=3-step=1000.ckpt": 1000,  # Lightning's
    "epoch=3-val_loss=0.12.ckpt": 3,
    "epoch=3-step=1000-v1.ckpt": 1000,
    "p97_seed3_step_400.pt": 400,
    "checkpoint-1500.safetensors": 1500,
    "weights.0040.npz": 40,
    "iter 7.pth": 7,
    "modelepoch5.pt": 5,
    "ep07.pt": 7,
    "global_step12.pt": 12,
    "epoch_5.pth.tar": 5,
    "00300.pth.tar": 300,
}


@pytest.mark.parametrize("name", STEPS_NAMED)
def test_a_name_that_counts_steps_is_understood(name: str):
    step = STEPS_NAMED[name]
    other = name.replace(str(step), str(step + 1))
    (run,) = runs_of([Contents(each, state(1)) for each in (other, name)])
    assert run.steps == (step, step + 1)


@pytest.mark.parametrize(
    "name",
    ["C113_T_seed1.pt", "mod_113.pt", "p97.pt", "mlp256.pt", "run 3.pt", "fold_2.pt", "width=64.pt", "sleep_5.pt"],
)
def test_a_number_that_counts_something_else_is_no_step(name: str):
    digits = "".join(letter for letter in name if letter.isdigit())
    names = [name, name.replace(digits, f"{digits}1")]
    assert [len(run.checkpoints) for run in runs_of([Contents(each, state(1)) for each in names])] == [1, 1]


def test_a_recorded_epoch_places_a_file():
    files = [Contents(f"run {epoch}.pt", state(1), {"epoch": epoch}) for epoch in (5, 2)]
    assert runs_of(files)[0].steps == (2, 5)


def test_seeds_are_no_steps_and_other_trainings_are_other_runs():
    seeds = [Contents(f"C113_T_seed{seed}.pt", state(seed)) for seed in (1, 3)]
    others = [Contents(name, state(1), {"epoch": len(name)}) for name in ("no_wd.pth", "wd_10.pth")]
    assert [len(run.checkpoints) for run in runs_of([*seeds, *others])] == [1, 1, 1, 1]


def test_other_shapes_are_another_run_and_a_step_twice_stands_alone():
    files = [Contents("1.pt", state(1)), Contents("2.pt", state(2)), Contents("3.pt", state(3, modulus=9))]
    assert sorted(len(run.checkpoints) for run in runs_of(files)) == [1, 2]
    twice = [Contents("1.pt", state(1)), Contents("1.pt", state(2)), Contents("2.pt", state(3))]
    assert sorted(len(run.checkpoints) for run in runs_of(twice)) == [1, 2]


@pytest.mark.parametrize(
    "steps",
    [
        {"epochs": [0, 50, 75]},
        {"epochs": torch.tensor([0, 50, 75])},
        {"epochs": [3, 2]},
        {"epochs": [0, 0, 75]},
        {"epochs": [0, 75, 50]},
        {},
    ],
)
def test_a_list_of_state_dicts_is_a_run_whose_last_moment_is_the_network(steps: dict[str, object]):
    checkpoints = [{f"module.{name}": tensor for name, tensor in state(seed).items()} for seed in range(3)]
    data = saved({"state_dicts": checkpoints, "train_losses": [3.0, 2.0, 1.0], "config": {"p": 7}} | steps)
    contents = read_contents(data, "run.pth")
    (run,) = runs_of([contents])
    told = list(steps.get("epochs", ()))
    assert run.steps == ((0, 50, 75) if told == [0, 50, 75] else (0, 1, 2))  # what does not rise tells no steps
    for seed, checkpoint in enumerate(run.checkpoints):
        assert torch.equal(network_from_contents(checkpoint).unembedding, state(seed)["mlp.W_out"].T)
    assert torch.equal(network_from_contents(contents).unembedding, state(2)["mlp.W_out"].T)
    assert run.curves["train loss"].values == (3.0, 2.0, 1.0)


def test_a_shorter_curve_has_wider_steps():
    recorded = {"train_losses": [1.0] * 100, "test_losses": [2.0] * 10, "test_accuracy": "high"}
    (run,) = runs_of([Contents("some.pt", state(0), recorded)])
    assert run.curves["test loss"].steps == tuple(range(0, 100, 10))
    assert set(run.curves) == {"train loss", "test loss"}


def test_the_published_run_of_he_opens_as_one(shared: Path):
    (run,) = runs_of([open_file(path) for path in (shared / "he/grokking_p23").glob("*.pth")])
    assert len(run.checkpoints) == 25
    assert (run.steps[0], run.steps[-1]) == (0, 49800)
    assert run.curves["test accuracy"].values[-1] == pytest.approx(0.9774, abs=1e-4)


def test_the_published_losses_of_nanda_are_curves(shared: Path):
    (run,) = runs_of([open_file(shared / "nanda/wd_10-1_mod_addition_loss_curve.pth")])
    assert len(run.curves["train loss"].values) == 107_791
    assert run.curves["test loss"].steps[-1] == 107_790
