import json
from pathlib import Path

import numpy as np
import pytest

from models.formats.registry import network_to_bytes
from tests.numbers.tables import helix
from tests.oracles import hand_built


@pytest.fixture(autouse=True)
def files(clockwork) -> None:
    np.save("rows.npy", helix(120, (10.0, 5.0, 10 / 3, 2.5, 2.0), 0.05).numpy())
    Path("clock.pt").write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)), ".pt", {}))


def test_json_has_what_is_promised(clockwork):
    code, out, err = clockwork("numbers rows.npy --attach clock.pt --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert (found["count"], found["width"], found["modulus"], found["pairs"]) == (120, 32, 10, 120**2)
    assert {"2", "3", "5", "7", "10"} == found["kappa"].keys()
    assert {"period", "power_over_median", "surrogate"} == found["periods"][0].keys()
    assert found["accuracy"] == found["correct"] / found["pairs"] > 0.9
    assert found["controls"].keys() == {"shuffled", "random", "shuffled_body", "one_dial"}
    assert (found["fitted"], found["fitted_on"]) == (2 * 3 * 33, 96)


def test_text_tells_the_same(clockwork):
    found = json.loads(clockwork("numbers rows.npy --attach clock.pt --modulus 5 --json").out)
    out = clockwork("numbers rows.npy --attach clock.pt --modulus 5").out
    assert "rows.npy: 120 numbers, 32 columns" in out
    assert f"T = 10: {found['kappa']['10']:.3f}" in out
    assert f"attached, mod 5: {100 * found['accuracy']:.2f}% of 14,400 pairs".replace("100.00%", "100%") in out
    assert "a map of 198 numbers, fitted on 96 others" in out
    assert len(out.splitlines()) == 2 + len(found["periods"]) + 2 + 6


def test_without_a_network_nothing_is_attached(clockwork):
    found = json.loads(clockwork("numbers rows.npy --json").out)
    assert "accuracy" not in found
    assert "attached" not in clockwork("numbers rows.npy").out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("numbers absent.npy", "absent.npy"),
        ("numbers rows.npy --modulus 10", "--modulus says what a network adds in; give it with --attach FILE."),
        ("numbers rows.npy --attach absent.pt", "absent.pt"),
        ("numbers clock.pt", "clock.pt is no number table; expected a file ending in .npy, .npz, .safetensors."),
        ("numbers rows.npy --attach clock.pt --modulus 1", "expected 2 to 256"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(clockwork, line: str, said: str):
    code, out, err = clockwork(line)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
