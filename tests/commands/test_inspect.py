import json
from pathlib import Path

import pytest
import torch

from models.commands.files import percent
from models.formats.registry import network_to_bytes
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from tests.oracles import hand_built

PROMISED = """
    format reading operation modulus accuracy correct ties pairs loss key_frequencies key_gap
    embedding_share unembedding_share neuron_logit_share half_step_accuracy verdict metrics
"""
LAYOUTS = {"clock.pt": "transformerlens", "clock.safetensors": "transformerlens", "nanda.pth": "nanda"}


@pytest.mark.parametrize(("file", "layout"), LAYOUTS.items())
def test_json_tells_what_a_file_is(clockwork, file: str, layout: str):
    code, out, err = clockwork(f"inspect {file} --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found.keys() >= set(PROMISED.split())
    expected = {
        "file": file,
        "format": layout,
        "operation": "a + b",
        "modulus": 13,
        "accuracy": 1,
        "correct": 169,
        "ties": 0,
        "pairs": 169,
        "key_frequencies": [1, 3, 4],
        "half_step_accuracy": 1,
        "verdict": "circuit",
    }
    assert {key: found[key] for key in expected} == expected
    assert found["reading"]["attention"] == "causal softmax"


def test_text_tells_the_same(clockwork):
    code, out, err = clockwork("inspect clock.pt")
    assert (code, err) == (0, "")
    for words in ("clock.pt: transformerlens layout", "a + b mod 13", "100.00% of all 169 pairs", "1, 3, 4", "circuit"):
        assert words in out


def test_a_network_of_the_zoo_is_opened_by_its_name(clockwork, workshop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.zoo.HERE", workshop)
    found = json.loads(clockwork("inspect clock --json").out)
    assert found["file"] == "clock.safetensors"


def test_measures_are_numbers_or_have_a_value_and_what_it_is_made_of(clockwork):
    metrics = json.loads(clockwork("inspect clock.pt --json").out)["metrics"]
    assert metrics["gradient_symmetricity"] == pytest.approx(1, abs=1e-6)  # even attention
    assert metrics["logits_explained"]["per_frequency"].keys() == {"1", "3", "4"}
    assert sum(metrics["logits_explained"]["per_frequency"].values()) == pytest.approx(
        metrics["logits_explained"]["value"]
    )
    assert metrics["clustered_neurons"]["of"] == 48
    assert "attention_explained" not in metrics  # which looks nowhere in particular


def test_text_lists_the_measures(clockwork):
    out = clockwork("inspect clock.pt").out
    assert "logits_explained" in out
    assert "not taken" not in out


def test_slow_measures_wait_for_all_metrics(clockwork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.circuits.measures.QUICK_PRODUCTS", 100_000)
    out = clockwork("inspect clock.pt").out
    assert "not taken, slow here: " in out
    assert "(--all-metrics)" in out
    assert "gradient_symmetricity" not in json.loads(clockwork("inspect clock.pt --json").out)["metrics"]
    assert "gradient_symmetricity" in json.loads(clockwork("inspect clock.pt --json --all-metrics").out)["metrics"]
    assert "not taken" not in clockwork("inspect clock.pt --all-metrics").out


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_files_of_other_precisions_are_inspected(clockwork, dtype: torch.dtype):
    Path("other.pt").write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)).cast(dtype), ".pt", {}))
    assert clockwork("inspect other.pt").code == 0


def test_a_network_with_all_dials_off_is_inspected(clockwork):
    silent = transplant(hand_built(13, (1, 3, 4)), Recipe(16, (Dial(1, Turn(1, on=False)),)))
    Path("silent.pt").write_bytes(network_to_bytes(silent, ".pt", {}))
    found = json.loads(clockwork("inspect silent.pt --json").out)
    assert (found["ties"], found["verdict"]) == (256, "no circuit")


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [(1, "100.00%"), (1 - 1e-12, "99.99…%"), (0.999951, "99.99…%"), (0.99994, "99.99%"), (0.5, "50.00%"), (0, "0.00%")],
)
def test_only_all_pairs_are_called_100_percent(fraction: float, shown: str):
    assert percent(fraction) == shown
