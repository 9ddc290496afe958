import json
from pathlib import Path

from models.formats.registry import network_from_bytes
from models.training.architectures import Sizes, fresh_transformer
from models.training.trainer import Run, Schedule

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


def test_the_network_is_the_one_that_the_trainer_makes(clockwork):
    clockwork(f"{TRAIN} --steps 20 --seed 3 --learning-rate 0.01 --weight-decay 0.5 --fraction 0.5 --out small.pt")
    schedule = Schedule(seed=3, steps=20, learning_rate=0.01, weight_decay=0.5, fraction=0.5)
    run = Run(fresh_transformer(Sizes(5, 8, 2, 8), seed=3), schedule)
    list(run.moments())
    assert network_from_bytes(Path("small.pt").read_bytes(), "small.pt").digest == run.finished_network().digest


def test_progress_goes_to_standard_error_alone(clockwork):
    _, out, err = clockwork(f"{TRAIN} --steps 5 --out small.pt")
    assert "training" in err
    assert out.startswith("small.pt: ")
    assert out.count("\n") == 1


def test_a_run_that_was_stopped_is_taken_up(clockwork, monkeypatch):
    def interrupt(self, train_loss):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Run, "_check", interrupt)
        code, out, err = clockwork(f"{TRAIN} --steps 100 --out small.pt")
    assert (code, out) == (130, "")
    assert err.splitlines()[-1] == "Stopped at step 50. The same command goes on from small.training.pt."
    assert not Path("small.pt").exists()
    assert clockwork(f"{TRAIN} --steps 100 --out small.pt").code == 0
    assert not Path("small.training.pt").exists()
    assert clockwork(f"{TRAIN} --steps 100 --out straight.pt").code == 0
    resumed, straight = (network_from_bytes(Path(name).read_bytes(), name) for name in ("small.pt", "straight.pt"))
    assert resumed.digest == straight.digest


def test_a_state_already_beyond_the_wanted_steps_makes_its_network(clockwork, monkeypatch):
    def interrupt(self, train_loss):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Run, "_check", interrupt)
        clockwork(f"{TRAIN} --steps 100 --out small.pt")
    assert clockwork(f"{TRAIN} --steps 40 --out small.pt").code == 0
    assert json.loads(Path("small.json").read_text(encoding="utf-8"))["steps"] == 50
