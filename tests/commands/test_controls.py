import json
from pathlib import Path

import pytest

from models.ablation.shuffles import NO_BODY, WHOLE_BODY
from models.experiment.blend import BLENDS, counts_at_blend
from models.experiment.shipping import blends_as_shipped, controls_as_shipped, searched_as_shipped
from models.formats.registry import network_to_bytes
from models.zoo.shipped_controls import ShippedControls
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

LINE = "controls clock.pt --modulus 17 --seeds 2"


def test_json_tells_every_control_and_they_are_written_as_they_are_shipped(clockwork):
    code, out, err = clockwork(f"{LINE} --json --ship shipped.json")
    assert (code, err) == (0, "")
    assert_tells_every_control(json.loads(out))
    assert_shipped(json.loads(out))


def assert_tells_every_control(found):
    assert found.keys() == {
        *("modulus", "frequencies", "trained", "half_step_accuracy", "margin_over_analytic"),
        *("body_parameters", "controls"),
    }
    assert (found["modulus"], found["trained"], found["half_step_accuracy"]) == (17, 1, 1)
    assert found["frequencies"].keys() == {"1", "3", "4"}
    assert found["margin_over_analytic"] > 0
    assert found["body_parameters"] > 0
    shuffled = [row for row in found["controls"] if row["control"] == "whole body shuffled"]
    assert [row["readout"] for row in shuffled] == ["keep", "balance", "calibrate", "refit"]
    alone = [row for row in found["controls"] if row["control"] == "MLP alone shuffled"]
    assert [row["readout"] for row in alone] == ["keep", "balance", "calibrate", "refit"]
    anew = found["controls"][-1]
    assert (anew["control"], anew["readout"]) == ("whole body shuffled, dials searched anew", "keep")
    assert (len(anew["accuracies"]), anew["trained"], anew["mean"] < 0.5) == (2, 1, True)
    for row in found["controls"]:
        assert row.keys() == {"control", "readout", "trained", "accuracies", "mean", "remark"}
        assert row["mean"] == pytest.approx(sum(row["accuracies"]) / len(row["accuracies"]))
    assert all(len(row["accuracies"]) == 2 for row in shuffled)
    assert shuffled[0]["mean"] < 0.5


def assert_shipped(found):
    shipped = ShippedControls.from_json(json.loads(Path("shipped.json").read_text(encoding="utf-8")))
    assert shipped.command == f"python -m models {LINE}"
    assert {str(k): s for k, s in shipped.recipe.targets.items()} == found["frequencies"]
    rows = [*controls_as_shipped(shipped), searched_as_shipped(shipped)]
    assert [(each.name, each.readout, list(each.accuracies), each.trained, each.remark) for each in rows] == [
        (row["control"], row["readout"], row["accuracies"], row["trained"], row["remark"]) for row in found["controls"]
    ]
    blends = blends_as_shipped(shipped)
    assert list(blends) == [0, 1, 2]
    for seed, curve in blends.items():
        assert list(curve) == list(BLENDS)
        assert curve[0] == found["trained"]
        network = hand_built(13, (1, 3, 4))
        assert curve[0.5] == counts_at_blend(network, shipped.recipe, 0.5, seed).accuracy
    whole = next(row for row in found["controls"] if (row["control"], row["readout"]) == (WHOLE_BODY, "keep"))
    assert [curve[1] for curve in blends.values()][:2] == whole["accuracies"]


def test_of_a_network_without_a_body_there_is_no_blend_to_ship(clockwork):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4)), ".pt", {}))
    assert clockwork("controls mlp.pt --modulus 17 --seeds 1 --ship shipped.json").code == 0
    shipped = ShippedControls.from_json(json.loads(Path("shipped.json").read_text(encoding="utf-8")))
    assert (shipped.searched, dict(shipped.blends)) == (None, {})
    assert controls_as_shipped(shipped)[0].remark == NO_BODY


def test_controls_of_a_group_and_of_an_operation_that_asks_for_some_of_its_sums(clockwork):
    found = json.loads(clockwork("controls clock.pt --group 3x5 --seeds 1 --json").out)
    assert (found["group"], found["order"], found["trained"]) == ("3x5", 15, 1)
    assert all(len(character) == 2 for character in found["frequencies"].values())
    shuffled = found["controls"][0]
    assert (shuffled["control"], shuffled["readout"], shuffled["trained"]) == (WHOLE_BODY, "keep", 1)
    assert round(shuffled["mean"] * 225) == pytest.approx(shuffled["mean"] * 225)
    assert shuffled["mean"] < 0.5
    found = json.loads(clockwork("controls clock.pt --operation degree --seeds 1 --json").out)
    assert (found["operation"], found["group"], found["pairs"], found["trained"]) == ("degree", "12", 84, 81 / 84)
    for row in found["controls"]:  # of the operation's own pairs
        assert [round(share * 84) for share in row["accuracies"]] == pytest.approx([s * 84 for s in row["accuracies"]])
    assert "degree, as sums in 12: 96.43% with keep" in clockwork("controls clock.pt --operation degree --seeds 1").out


def test_what_is_fitted_follows_the_seed(clockwork):
    found = [json.loads(clockwork(f"controls biased.pt --modulus 17 --seeds 1 --seed {s} --json").out) for s in (0, 3)]
    fitted = [[row["accuracies"] for row in each["controls"] if row["readout"] == "calibrate"] for each in found]
    assert fitted[0] != fitted[1]


def test_text_tells_the_same(clockwork):
    code, out, err = clockwork(LINE.replace("--seeds 2", "--seeds 1"))
    assert (code, err) == (0, "")
    for words in ("mod 17: 100% with keep; half-step test 100%", "whole body shuffled, refit: mean"):
        assert words in out
    assert "MLP alone shuffled, refit: mean" in out
    assert "whole body shuffled, dials searched anew, keep: mean" in out


def test_an_mlp_without_a_body_says_so(clockwork):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4)), ".pt", {}))
    found = json.loads(clockwork("controls mlp.pt --modulus 17 --seeds 1 --json").out)
    assert found["body_parameters"] == 0
    assert found["controls"][0]["accuracies"] == []
    assert found["controls"][0]["remark"] == NO_BODY
    assert not any("shuffled, dials" in row["control"] or "alone" in row["control"] for row in found["controls"])
    assert NO_BODY in clockwork("controls mlp.pt --modulus 17 --seeds 1").out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("controls clock.pt", "Which modulus? Give --modulus Q, --group MxN or --operation FORMULA."),
        ("controls clock.pt --group 3x5 --modulus 15", "both say which numbers"),
        ("controls clock.pt --operation interval --ship s.json", "--ship is for sums mod one number"),
        ("controls clock.pt --modulus 1", "Modulus 1 is out of range"),
        ("controls text.pt --modulus 17", "text.pt is not a checkpoint"),
        (f"controls clock.pt --modulus 17 --seed {10**23}", "seed"),
    ],
)
def test_a_bad_argument_is_refused(clockwork, line: str, message: str):
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
