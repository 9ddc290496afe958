"""From snapshots to a film by the command line."""

import json
from pathlib import Path

import pytest

from models.formats.registry import network_from_bytes, network_to_bytes
from models.training.film import film_from_file
from models.training.snapshots import NAME
from tests.films import SCHEDULE, STEPS, small_film, small_snapshots

SPLIT = f"--seed {SCHEDULE.seed} --fraction {SCHEDULE.fraction}"


@pytest.fixture
def folder(workshop: Path) -> Path:
    found = workshop / "snapshots"
    found.mkdir()
    for step, network in small_snapshots().items():
        (found / NAME.format(step)).write_bytes(network_to_bytes(network, ".safetensors", {}))
    return found


def test_a_film_is_made_and_told(clockwork, folder: Path):
    code, out, err = clockwork(f"film snapshots {SPLIT} --modulus 25 --out it.safetensors --json")
    assert code == 0
    assert "filming" in err
    told, film = json.loads(out), film_from_file(Path("it.safetensors"))
    assert (told["moments"], told["steps"], told["modulus"]) == (len(STEPS), STEPS[-1], 25)
    assert told["key_frequencies"] == list(small_film().frequencies) == list(film.frequencies)
    last = network_from_bytes((folder / NAME.format(STEPS[-1])).read_bytes(), "last.safetensors")
    assert told["digest"] == film.about["digest"] == last.digest
    assert film.curve("test_loss") == pytest.approx(small_film().curve("test_loss"))
    assert film.about["command"].startswith("python -m models film snapshots --seed 1 --fraction 0.8")


def test_snapshots_and_card_of_a_recipe_become_a_film(clockwork, workshop: Path):
    line = "train --recipe record --modulus 23 --fraction 0.8 --neurons 96 --threads 1 --seed 1"
    code, out, _ = clockwork(f"{line} --snapshots shots --out small.safetensors --json")
    card = json.loads(out)
    assert code == 0
    assert card["recipe"] == "record"
    assert card["changed_of_recipe"] == ["modulus", "neurons", "fraction"]
    assert card["first_step"] <= card["stable_step"] <= card["steps"] == 100
    assert card["checked_every"] == 1
    code, out, _ = clockwork("film shots --seed 1 --fraction 0.8 --modulus 12 --out it.safetensors --json")
    assert code == 0
    told = json.loads(out)
    assert told["digest"] == card["digest"]
    assert told["key_frequencies"] == card["key_frequencies"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("film none --out it.safetensors", "Expected at least 2 snapshots in none, found 0."),
        ("film snapshots --out it.pt", "Cannot write it.pt; expected a name that ends in .safetensors."),
        ("film snapshots --fraction 1 --out it.safetensors", "--fraction 1.0 is out of range"),
    ],
)
def test_what_cannot_be_filmed_is_told_in_a_line(clockwork, folder: Path, line: str, said: str):
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert said in err
    assert not Path("it.safetensors").exists()
