import json
from pathlib import Path

import pytest

from models import zoo
from models.formats.registry import network_to_bytes
from models.wavelets.planting import Planted, planted

DIALS = (5, 6, 43, 45, 52)


@pytest.fixture(autouse=True)
def broken(clockwork) -> None:
    network = planted(zoo.load("transformer-113"), Planted("replaced", "a", 40, None, 0.0), DIALS, seed=4)
    Path("broken.pt").write_bytes(network_to_bytes(network, ".pt", {}))


def test_json_says_where_it_is_broken_and_what_repair_brings(clockwork):
    code, out, err = clockwork("wavelets broken.pt --repair --out mended.safetensors --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [(each["kind"], each["table"], each["number"]) for each in found["defects"]] == [("row", "a", 40)]
    assert found["defects"][0]["score"] > 10
    assert "frequency" not in found["defects"][0]
    assert found["frequencies"] == list(DIALS)
    assert {each["frequency"] for each in found["seam"]["a"]} == set(DIALS)
    assert found["before"]["correct"] < found["after"]["correct"] == found["after"]["pairs"] == 113**2
    assert json.loads(clockwork("wavelets mended.safetensors --json").out)["defects"] == []


def test_text_tells_the_same(clockwork):
    out = clockwork("wavelets broken.pt --table a").out
    assert "operand table: row 40 is not what the others foretell" in out
    assert "nothing stands out" in clockwork("wavelets broken.pt --table u").out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wavelets absent.pt", "absent.pt"),
        ("wavelets broken.pt --out mended.pt", "--out is for the repaired network; give --repair too."),
        ("wavelets broken.pt --repair --out broken.pt", "--out broken.pt is the file of FILE"),
        ("wavelets broken.pt --table b", "Both operands read one table of this network; it is called a."),
        ("wavelets broken.pt --repair --out mended.onnx", "Cannot write .onnx"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(clockwork, line: str, said: str):
    code, out, err = clockwork(line)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
