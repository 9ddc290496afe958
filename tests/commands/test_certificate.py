"""transplant --certificate: what was counted, to keep and to check."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.evaluation.certificate import Certificate
from models.formats.registry import network_to_bytes
from models.surgery.recipe import Dial, Recipe, Turn
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built


@pytest.mark.parametrize("readout", ["keep", "calibrate", "refit", "auto"])
@pytest.mark.parametrize("operation", ["--modulus 17", "--modulus 16 --map 1:2,3:4,4:6", "--modulus 14 --map 1:2.5"])
def test_the_certificate_agrees_with_what_is_printed(clockwork, operation: str, readout: str):
    line = f"transplant clock.pt {operation} --readout {readout} --certificate c.json --out new.pt --json"
    code, out, err = clockwork(line)
    printed, kept = json.loads(out), json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert (code, err) == (0, "")
    assert printed["certificate"] == "c.json"
    assert kept.keys() >= Certificate.__dataclass_fields__.keys() - {"operation"}  # of a + b mod q nothing is said
    assert clockwork("certificate c.json --file clock.pt --json").code == 0
    assert clockwork("certificate c.json --file new.pt --json").code == 0
    same = {"right": "correct", "undecided": "ties", "wrong": "wrong", "pairs": "pairs"}
    same |= {"modulus": "modulus", "trained_modulus": "trained_modulus", "readout": "readout"}
    same |= {"smallest_margin": "logit_margin"}
    assert {name: kept[name] for name in same} == {name: printed[other] for name, other in same.items()}
    recipe = Recipe.from_json(kept["recipe"])
    assert {str(k): target for k, target in recipe.targets.items()} == printed["frequencies"]
    assert len(kept["first_wrong"]) == min(100, kept["wrong"])


def test_the_digests_are_those_of_the_files(clockwork):
    clockwork("transplant clock.pt --modulus 17 --certificate c.json --out new.pt")
    kept = json.loads(Path("c.json").read_text(encoding="utf-8"))
    source, operated = (json.loads(clockwork(f"inspect {name}.pt --json").out)["digest"] for name in ("clock", "new"))
    assert (kept["source_digest"], kept["operated_digest"]) == (source, operated)


def test_without_a_place_to_write_nothing_is_written(clockwork, workshop: Path):
    before = sorted(path.name for path in workshop.iterdir())
    code, out, err = clockwork("transplant clock.pt --modulus 17 --out new.pt --certificate nowhere/c.json")
    assert (code, out) == (2, "")
    assert "nowhere" in err
    assert sorted(path.name for path in workshop.iterdir()) == before


@pytest.mark.parametrize("layout", ["transformerlens", "nanda"])
@pytest.mark.parametrize("source", ["he", "chughtai_mlp", "clockwork"])
def test_an_mlp_is_not_written_as_a_transformer(clockwork, workshop: Path, source: str, layout: str):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4), source), ".pt", {}))
    code, out, err = clockwork(f"transplant mlp.pt --modulus 17 --out new.pt --layout {layout}")
    assert (code, out) == (2, "")
    assert "cannot express an MLP" in err
    assert not (workshop / "new.pt").exists()


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
@pytest.mark.parametrize("source", ["he", "chughtai_mlp", "clockwork"])
def test_an_operated_mlp_is_read_back_with_the_same_figures(clockwork, source: str, suffix: str):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4), source), ".pt", {}))
    line = f"transplant mlp.pt --modulus 14 --map 1:2 --readout calibrate --out new.{suffix} --json"
    written, read = json.loads(clockwork(line).out), json.loads(clockwork(f"inspect new.{suffix} --json").out)
    assert read["format"] == source
    same = ("modulus", "correct", "ties", "pairs", "accuracy")
    assert {key: read[key] for key in same} == {key: written[key] for key in same}


@pytest.mark.parametrize("readout", ["keep", "calibrate", "refit", "auto"])
def test_with_every_dial_off_nothing_is_decided(clockwork, readout: str):
    recipe = Recipe(17, tuple(Dial(k, Turn(k, on=False)) for k in (1, 3, 4)))
    Path("recipe.json").write_text(json.dumps(recipe.to_json()), encoding="utf-8")
    code, out, _ = clockwork(f"transplant clock.pt --recipe recipe.json --readout {readout} --json")
    assert code == 0
    assert json.loads(out)["ties"] == 289


@pytest.mark.parametrize(
    "line",
    [
        "inspect still.pt",
        "transplant still.pt --modulus 17",
        "transplant still.pt --modulus 17 --readout refit",
        "controls still.pt --modulus 17 --seeds 1",
        "reach still.pt --moduli 17 --readout keep --jobs 1",
    ],
)
def test_a_network_without_key_frequencies_is_counted_or_refused_in_one_line(clockwork, line: str):
    network = hand_built(13, (1, 3, 4))
    still = replace(network, unembedding=torch.ones_like(network.unembedding))
    Path("still.pt").write_bytes(network_to_bytes(still, ".pt", {}))
    code, out, err = clockwork(line)
    assert (code == 0 and out) or (code == 2 and len(err.splitlines()) == 1)


# certificate C.json --file FILE


def test_a_certificate_is_checked(clockwork):
    clockwork("transplant clock.pt --modulus 17 --certificate c.json")
    code, out, err = clockwork("certificate c.json --file clock.pt --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found == {
        "holds": True,
        "differs": [],
        "method": "plain",
        "looked_at": 289,
        "pairs": 289,
        "sampled": False,
        "remarks": [],
    }


def test_a_forged_certificate_says_what_differs_and_exits_1(clockwork):
    clockwork("transplant clock.pt --modulus 14 --map 1:2.5 --readout keep --certificate c.json")
    kept = json.loads(Path("c.json").read_text(encoding="utf-8"))
    Path("c.json").write_text(
        json.dumps(kept | {"right": 196, "wrong": 0, "undecided": 0, "first_wrong": []}), encoding="utf-8"
    )
    code, out, _ = clockwork("certificate c.json --file clock.pt")
    assert code == 1
    assert "it does not hold" in out
    assert f"right: it says 196, found {kept['right']}" in out


def test_a_sample_is_called_one(clockwork):
    clockwork("transplant clock.pt --modulus 17 --certificate c.json")
    code, out, _ = clockwork("certificate c.json --file clock.pt --sample 40")
    assert code == 0
    assert "40 of 289 pairs at random" in out
    assert "no recount" in out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 2]", "c.json is no certificate: A certificate is a JSON object"),
        ("{", "c.json is not JSON"),
        ("[" * 200_000, "c.json is not JSON"),
        ("{}", 'is no certificate: "trained_modulus" is None'),
    ],
)
def test_what_is_no_certificate_is_refused_in_one_line(clockwork, text: str, sentence: str):
    Path("c.json").write_text(text, encoding="utf-8")
    code, out, err = clockwork("certificate c.json --file clock.pt --json")
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_certificate_that_is_not_there_is_refused(clockwork):
    assert "cannot be opened" in clockwork("certificate nowhere.json --file clock.pt").err
    clockwork("transplant clock.pt --modulus 17 --certificate c.json")
    assert "--sample 0 is out of range" in clockwork("certificate c.json --file clock.pt --sample 0").err
