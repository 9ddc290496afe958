import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

from models.__main__ import build_parser
from models.commands import train
from models.errors import FileError, TrainingError
from models.files.writing import Destination, reserved
from models.formats.registry import network_from_bytes
from models.task import Addition
from models.training import request
from models.training.architectures import Sizes, fresh_transformer
from models.training.trainer import Metrics, Schedule, TrainingRun
from tests.commands.conftest import Outcome

TRAIN = "train --modulus 5 --width 8 --heads 2 --neurons 8 --threads 1"


def test_a_network_and_its_card_are_written(clockwork, workshop: Path):
    before = {path.name for path in workshop.iterdir()}
    code, out, _ = clockwork(f"{TRAIN} --steps 60 --seed 3 --about 'A small one.' --out small.safetensors --json")
    assert code == 0
    assert {path.name for path in workshop.iterdir()} - before == {"small.safetensors", "small.json"}
    card = json.loads(Path("small.json").read_text(encoding="utf-8"))
    assert card == json.loads(out)
    assert (card["about"], card["seed"], card["steps"], card["fraction"]) == ("A small one.", 3, 60, 0.3)
    read = json.loads(clockwork("inspect small.safetensors --json").out)
    assert {key: read[key] for key in ("digest", "accuracy", "key_frequencies")} == {
        key: card[key] for key in ("digest", "accuracy", "key_frequencies")
    }
    assert read["modulus"] == 5


def test_the_card_says_how_the_network_was_made(clockwork):
    clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert (
        json.loads(Path("small.json").read_text(encoding="utf-8"))["command"]
        == f"python -m models {TRAIN} --steps 5 --out small.pt"
    )


@pytest.mark.parametrize("sizes", ["--modulus 60000", "--modulus 3000 --neurons 60000"])
def test_sizes_of_which_logits_or_neurons_have_no_room_are_refused(sizes: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(request, "usable_memory", lambda: 2**34)
    options = build_parser().parse_args([*TRAIN.split(), "--out", "a.pt", *sizes.split()])
    with pytest.raises(TrainingError, match=r"takes more than [1-9][\d,]* GB of memory, and 16 GB may be used"):
        train._request(options)


def test_sizes_that_have_room_are_trained(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(request, "usable_memory", lambda: 2**34)
    assert train._request(build_parser().parse_args([*TRAIN.split(), "--out", "a.pt"])).sizes == Sizes(5, 8, 2, 8)


def test_the_network_is_the_one_that_the_trainer_makes(clockwork):
    clockwork(f"{TRAIN} --steps 20 --seed 3 --learning-rate 0.01 --weight-decay 0.5 --fraction 0.5 --out small.pt")
    schedule = Schedule(seed=3, steps=20, learning_rate=0.01, weight_decay=0.5, fraction=0.5)
    run = TrainingRun(fresh_transformer(Sizes(5, 8, 2, 8), seed=3), schedule)
    list(run.checks())
    assert network_from_bytes(Path("small.pt").read_bytes(), "small.pt").digest == run.finished_network().digest


@pytest.mark.parametrize(("fraction", "pairs"), [(0.05, 1), (0.04, 1), (0.99, 24)])
def test_a_network_may_be_trained_on_a_single_pair_and_on_all_but_one(clockwork, fraction: float, pairs: int):
    assert len(Addition(5).split(fraction, 0)[0]) == pairs
    assert clockwork(f"{TRAIN} --steps 1 --fraction {fraction} --out small.pt").code == 0


def test_progress_goes_to_standard_error_alone(clockwork):
    _, out, err = clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert "training" in err
    assert out.startswith("small.pt: ")
    assert out.count("\n") == 1


@pytest.fixture
def stopped_at_its_first_check(clockwork, usual_signals, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """A run that is sent a signal during its first check, at step 50."""

    def run(line: str, number: signal.Signals = signal.SIGINT) -> Outcome:
        check = TrainingRun._check

        def send(self: TrainingRun, train_loss: float) -> Metrics:
            os.kill(os.getpid(), number)
            return check(self, train_loss)

        with monkeypatch.context() as patch:
            patch.setattr(TrainingRun, "_check", send)
            return clockwork(line)

    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_was_stopped_is_taken_up(clockwork, stopped_at_its_first_check, number: signal.Signals):
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    code, out, err = stopped_at_its_first_check(f"{TRAIN} --steps 100 --out small.pt", number)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
    assert (code, out) == (130, "")
    assert err.splitlines()[-1] == "Stopped at step 50. The same command goes on from small.training.pt."
    assert not Path("small.pt").exists()
    assert clockwork(f"{TRAIN} --steps 100 --out small.pt").code == 0
    assert not Path("small.training.pt").exists()
    assert clockwork(f"{TRAIN} --steps 100 --out straight.pt").code == 0
    resumed, straight = (network_from_bytes(Path(name).read_bytes(), name) for name in ("small.pt", "straight.pt"))
    assert resumed.digest == straight.digest


def test_a_second_stop_does_not_wait(clockwork, usual_signals, monkeypatch: pytest.MonkeyPatch):
    def send_twice(self: TrainingRun, train_loss: float) -> Metrics:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("it should have stopped")

    monkeypatch.setattr(TrainingRun, "_check", send_twice)
    code, out, err = clockwork(f"{TRAIN} --steps 100 --out small.pt")
    assert (code, out, err.splitlines()[-1]) == (130, "", "Stopped.")
    assert Path("small.training.pt").exists()


def test_a_state_already_beyond_the_wanted_steps_makes_its_network(clockwork, stopped_at_its_first_check):
    stopped_at_its_first_check(f"{TRAIN} --steps 100 --out small.pt")
    assert clockwork(f"{TRAIN} --steps 40 --out small.pt").code == 0
    assert card_of("small")["steps"] == 50


def card_of(name: str) -> dict[str, Any]:
    return json.loads(Path(f"{name}.json").read_text(encoding="utf-8"))


def test_a_card_s_figures_are_measured_and_what_a_state_said_is_marked(clockwork, stopped_at_its_first_check):
    straight = json.loads(clockwork(f"{TRAIN} --steps 100 --out straight.pt --json").out)
    stopped_at_its_first_check(f"{TRAIN} --steps 100 --out small.pt")
    tree = torch.load("small.training.pt", weights_only=True)
    torch.save(tree | {"seconds": 86_400.0}, "small.training.pt")
    assert clockwork(f"{TRAIN} --steps 100 --out small.pt").code == 0
    card = card_of("small")
    assert card["said_by_its_saved_state"] == {"steps": 50, "seconds": 86_400.0}
    assert "said_by_its_saved_state" not in straight
    measured = ("digest", "train_loss", "test_loss", "test_accuracy", "accuracy", "key_frequencies", "steps")
    assert {name: card[name] for name in measured} == {name: straight[name] for name in measured}


def test_recorded_figures_never_reach_a_card(clockwork, stopped_at_its_first_check):
    stopped_at_its_first_check(f"{TRAIN} --steps 50 --out small.pt")
    tree = torch.load("small.training.pt", weights_only=True)
    tree["history"][-1, 1] = 1e-7  # the loss on trained pairs, which a check sees before its last step
    torch.save(tree, "small.training.pt")
    assert clockwork(f"{TRAIN} --steps 50 --out small.pt").code == 0
    network = network_from_bytes(Path("small.pt").read_bytes(), "small.pt")
    train, _ = network.task.split(0.3, 0)
    a, b = (operand[train] for operand in network.task.pairs())
    loss = float(cross_entropy(network.logits(a, b).double(), network.task.answers(a, b)))
    assert card_of("small")["train_loss"] == loss > 1e-3


# Where nothing may be lost


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", "my settings", '{"file": "other.pt"}', '{"digest": "0", "command": "python -m models train"}'],
)
def test_a_neighbours_json_is_not_overwritten(clockwork, text: str):
    Path("small.json").write_text(text, encoding="utf-8")
    code, out, err = clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert (code, out) == (2, "")
    assert err == (
        "small.json is there and is not the card of small.pt, which would go there. Move it, or give another --out.\n"
    )
    assert Path("small.json").read_text(encoding="utf-8") == text
    assert not Path("small.pt").exists()


def test_a_network_s_own_card_is_replaced(clockwork):
    clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert clockwork(f"{TRAIN} --steps 7 --out small.pt").code == 0
    assert card_of("small")["steps"] == 7


def test_a_name_as_long_as_names_can_be_is_trained_for(clockwork):
    name = "n" * 243
    assert clockwork(f"{TRAIN} --steps 5 --out {name}.safetensors").code == 0
    assert card_of(name)["file"] == f"{name}.safetensors"


def test_a_card_that_could_not_have_its_name_is_told_before_training(clockwork, workshop: Path):
    before = {path.name for path in workshop.iterdir()}
    code, out, err = clockwork(f"{TRAIN} --steps 5 --out {'n' * 252}.pt")
    assert (code, out) == (2, "")
    assert err == f"Cannot write {'n' * 252}.json: File name too long.\n"
    assert {path.name for path in workshop.iterdir()} == before


@pytest.mark.parametrize("lost", ["small.pt", "small.json"])
def test_a_result_that_cannot_be_written_leaves_the_state_of_its_last_step(
    clockwork, monkeypatch: pytest.MonkeyPatch, lost: str
):
    written = Destination.write

    def full(self: Destination, data: bytes) -> None:
        if self.path.name == lost:
            raise FileError(f"Cannot write {self.path}: No space left on device.")
        written(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(Destination, "write", full)
        code, _, err = clockwork(f"{TRAIN} --steps 60 --out small.pt")
    assert (code, err.splitlines()[-1]) == (2, f"Cannot write {lost}: No space left on device.")
    assert torch.load("small.training.pt", weights_only=True)["step"] == 60
    assert clockwork(f"{TRAIN} --steps 60 --out small.pt").code == 0
    clockwork(f"{TRAIN} --steps 60 --out straight.pt")
    assert card_of("small")["digest"] == card_of("straight")["digest"]
    assert not Path("small.training.pt").exists()


def test_two_runs_do_not_write_one_file(clockwork):
    with reserved(Path("small.training.pt")):
        code, out, err = clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert (code, out) == (2, "")
    assert "Cannot write small.training.pt: another run is writing it" in err
    assert clockwork(f"{TRAIN} --steps 5 --out small.pt").code == 0


def test_training_that_diverges_is_ended_with_a_sentence(clockwork):
    code, out, err = clockwork(f"{TRAIN} --steps 100 --learning-rate 999 --weight-decay 999 --out small.pt")
    assert (code, out) == (2, "")
    assert re.search(
        r"Training diverged: at step \d+ the loss on trained pairs is (nan|inf), .* \(in [\w.]+\)", err.splitlines()[-1]
    )
    assert not Path("small.pt").exists()


def test_another_operation_is_trained_and_found_again_in_the_file(clockwork):
    code, out, _ = clockwork(f"{TRAIN} --steps 5 --operation 2*a-b --out small.safetensors --json")
    assert code == 0
    card = json.loads(out)
    assert card["operation"] == "2a − b"
    assert card["about"] == "A transformer trained on 2a − b mod 5."
    read = json.loads(clockwork("inspect small.safetensors --json").out)
    assert (read["digest"], read["accuracy"]) == (card["digest"], card["accuracy"])


@pytest.mark.parametrize("operation", ["5*a+b", "a+b+1", "a"])
def test_an_operation_that_is_no_sum_of_renamed_numbers_is_refused(clockwork, operation: str):
    code, out, err = clockwork(f"{TRAIN} --steps 5 --operation {operation} --out small.pt")
    assert (code, out) == (2, "")
    assert err.startswith(f"--operation {operation} cannot be trained mod 5; expected x*a+y*b")
    assert not Path("small.pt").exists()


def test_an_operation_that_a_symmetric_network_cannot_learn_is_refused(clockwork):
    code, _, err = clockwork("train --recipe record --modulus 5 --operation a-b --out small.pt")
    assert code == 2
    assert err == (
        "--architecture square answers a, b as b, a, so it cannot learn a − b; expected x = y, or one of layernorm, "
        "transformer.\n"
    )
