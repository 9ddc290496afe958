import json
from pathlib import Path

import pytest
import torch

from models.commands.inspect import MOST_CLAIMS
from models.evaluation.percent import percent
from models.formats import transformerlens
from models.formats.registry import network_to_bytes
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from tests.analysis.test_rules import DIALS, multiplies
from tests.fuzz.containers import torch_zip
from tests.oracles import hand_built
from tests.readings.test_decide import memorising

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
    for words in ("clock.pt: transformerlens layout", "a + b mod 13", "100% of all 169 pairs", "1, 3, 4", "circuit"):
        assert words in out


def test_a_network_of_the_zoo_is_opened_by_its_name(clockwork, workshop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.zoo.HERE", workshop)
    found = json.loads(clockwork("inspect clock --json").out)
    assert found["file"] == "clock.safetensors"


def test_what_a_file_claims_stands_apart_from_what_was_measured(clockwork):
    assert clockwork("transplant clock.pt --modulus 17 --out there.safetensors").code == 0
    found = json.loads(clockwork("inspect there.safetensors --json").out)
    assert found["digest_claimed"] is True
    assert found["claimed"]["clockwork_digest"] == found["digest"]
    out = clockwork("inspect there.safetensors").out
    heading = "claimed by the file's metadata, which anybody can write; its digest is that of these weights\n"
    measured, claimed = out.split(heading)
    assert "100% of all 289 pairs" in measured
    assert "  clockwork_readout: keep\n" in claimed
    assert all(len(line) < 130 for line in claimed.splitlines())


def test_claims_that_are_forged_change_nothing_that_was_measured(clockwork):
    network = hand_built(13, (1, 3, 4))
    honest = json.loads(clockwork("inspect clock.safetensors --json").out)
    forged = {"accuracy": "0.5", "verdict": "no circuit", "clockwork_digest": "0" * 64, "a\nb": "x\ny" * 500}
    Path("forged.safetensors").write_bytes(network_to_bytes(network, ".safetensors", forged))
    found = json.loads(clockwork("inspect forged.safetensors --json").out)
    same = ("accuracy", "verdict", "digest", "correct", "key_frequencies")
    assert {name: found[name] for name in same} == {name: honest[name] for name in same}
    assert found["digest_claimed"] is False
    assert found["read_by"].startswith("tried: ")
    out = clockwork("inspect forged.safetensors").out
    assert "which anybody can write; its digest is another's\n" in out
    assert "\nverdict            circuit\n" in out
    assert r"  'a\nb': 'x\nyx" in out


def test_claims_without_end_are_not_listed_to_the_end(clockwork):
    many = {f"name {number}": "text" for number in range(MOST_CLAIMS + 1000)}
    Path("many.safetensors").write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)), ".safetensors", many))
    assert "  and 1,001 more\n" in clockwork("inspect many.safetensors").out


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
    [(1, "100%"), (1 - 1e-12, "99.99%"), (0.999951, "99.99%"), (0.99994, "99.99%"), (0.5, "50.00%"), (0, "0%")],
)
def test_only_all_pairs_are_called_100_percent(fraction: float, shown: str):
    assert percent(fraction) == shown


def test_pairs_known_by_heart_are_said_to_be(clockwork):
    Path("heart.pt").write_bytes(network_to_bytes(memorising(0.3), ".pt", {}))
    found = json.loads(clockwork("inspect heart.pt --json").out)
    assert (found["operation"], found["verdict"]) == ("a + b (memorised)", "no circuit")
    assert "of all pairs, by chance 7.69%, are right" in found["memorised"]
    text = clockwork("inspect heart.pt").out
    assert "a + b (memorised) mod 13" in text
    assert f"no circuit; memorised: {found['memorised']}" in text


def test_a_product_is_named_with_what_stands_beside_it(clockwork, workshop: Path):
    (workshop / "products.pt").write_bytes(torch_zip(transformerlens.write(multiplies())))
    code, out, err = clockwork("inspect products.pt --json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    best, second = found["operations"][:2]
    assert (found["operation"], found["accuracy_of"], best["operation"]) == ("a*b", "a + b", "a*b")
    assert best["accuracy"] == best["correct"] / best["pairs"] > 0.75 > second["accuracy"]
    assert best["shuffled"] < 0.15
    assert (found["logarithms"]["order"], found["logarithms"]["key_frequencies"]) == (12, list(DIALS))
    text = clockwork("inspect products.pt").out
    assert "a*b mod 13" in text
    assert "answers follow     a·b: " in text
    assert "so that it adds mod 12: key frequencies 1, 3, 4 (gap" in text
    assert "as a + b: " in text


def test_a_sum_is_held_against_no_other_rules(clockwork):
    found = json.loads(clockwork("inspect clock.pt --json").out)
    assert "operations" not in found
    assert found["accuracy_of"] == found["operation"] == "a + b"
