"""transplant --search none and --sample: what is said where answers, or most pairs, were not looked at."""

import json
from pathlib import Path

import pytest

from models.circuits.logits import logit_waves
from models.evaluation.sample import wilson_interval
from models.formats.registry import network_to_bytes
from models.planner import SearchOptions, best_by_margin, dial_choice
from models.runtime.steps import finished
from models.surgery.recipe import linked_recipe
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

DIALS = (1, 3, 4)
NETWORK = hand_built(13, DIALS)
WAVES = logit_waves(NETWORK, DIALS)
NEVER_OF_A_SAMPLE = {
    "correct",
    "ties",
    "wrong",
    "pairs",
    "accuracy",
    "certificate",
    "logit_margin",
    "wrapping_accuracy",
}


def shown(targets: dict[int, float]) -> dict[str, int]:
    return {str(k): int(target) for k, target in targets.items()}


@pytest.mark.parametrize("readout", ["keep", "auto"])
def test_without_a_search_no_answers_are_looked_at_and_all_pairs_are_counted(clockwork, readout: str):
    found = json.loads(clockwork(f"transplant clock.pt --modulus 17 --search none --readout {readout} --json").out)
    assert (found["search"], found["tried"]) == ("none", 0)
    assert found["frequencies"] == shown(best_by_margin(WAVES, 17).targets)
    assert (found["correct"], found["pairs"]) == (289, 289)
    out = clockwork("transplant clock.pt --modulus 17 --search none").out
    assert "settings tried     0: dials chosen by margin alone, no answers looked at" in out


def test_a_search_says_that_it_was_one(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --json").out)
    assert (found["search"], found["tried"]) == ("full", 1)


def test_what_is_mapped_is_respected_without_a_search_too(clockwork):
    line = "transplant clock.pt --modulus 17 --search none --map 3:5 --harmonics 1 --json"
    found = json.loads(clockwork(line).out)
    assert found["frequencies"] == shown(best_by_margin(WAVES, 17, fixed={3: 5}).targets)
    assert found["frequencies"]["3"] == 5


def test_a_sample_is_an_interval_and_nothing_in_it_is_named_as_a_count(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --sample 200 --json").out)
    assert not found.keys() & NEVER_OF_A_SAMPLE
    expected = wilson_interval(200, 200)
    told = {"pairs": 200, "right": 200, "share": 1, "low": expected.low, "high": expected.high}
    assert found["sample"] == told
    assert (found["readout"], found["search"]) == ("keep", "full")
    assert found["frequencies"] == shown(finished(dial_choice(NETWORK, WAVES, 17, SearchOptions())).recipe.targets)


def test_text_of_a_sample_says_what_it_is_not(clockwork):
    out = clockwork("transplant clock.pt --modulus 17 --search none --sample 200").out
    assert "200 of 200 random pairs right, 95% interval 98.12% to 100%; not a count of all 289" in out
    assert "no answers looked at" in out
    assert "of all 289 pairs" not in out
    assert "certif" not in out
    assert "exact" not in out


@pytest.mark.parametrize("operation", ["--modulus 16 --map 1:2,3:4,4:6", "--recipe recipe.json"])
def test_ties_are_not_right_in_a_sample(clockwork, operation: str):
    Path("recipe.json").write_text(json.dumps(linked_recipe(16, {1: 2, 3: 4, 4: 6}).to_json()), encoding="utf-8")
    found = json.loads(clockwork(f"transplant clock.pt {operation} --sample 100 --json").out)
    assert (found["sample"]["right"], found["sample"]["low"]) == (0, 0)


def test_a_sample_is_decided_by_its_seed(clockwork):
    lines = [
        f"transplant clock.pt --modulus 14 --map 1:2,3:3,4:5.5 --sample 99 --seed {seed} --json" for seed in (0, 0, 1)
    ]
    first, again, other = (json.loads(clockwork(line).out)["sample"] for line in lines)
    assert first == again != other


def test_a_sampled_network_is_written_whole(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --search none --sample 9 --out new.pt --json").out)
    assert found["out"] == "new.pt"
    read = json.loads(clockwork("inspect new.pt --json").out)
    assert (read["modulus"], read["correct"]) == (17, 289)


def test_a_modulus_too_large_to_count_while_one_waits_is_sampled(clockwork):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, DIALS), ".pt", {}))
    found = json.loads(clockwork("transplant mlp.pt --modulus 10007 --search none --sample 50 --json").out)
    assert found["sample"]["pairs"] == 50
    assert 0 <= found["sample"]["low"] <= found["sample"]["share"] <= found["sample"]["high"] <= 1
