"""--config and --read: how a file is said to be read, and what is said of it."""

import json
import re
from pathlib import Path

import pytest
import torch

from models.evaluation import evaluate
from models.formats.registry import LAYOUTS, open_file
from models.readings import read_network
from tests.formats.test_operands import DIFFERENCE, of
from tests.fuzz.containers import torch_zip
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built_pizza

DIALS = (1, 3, 4)
CONFIG = {"C": 13, "funcs": "lambda x: (x[0]+x[1])%13", "attn_coeff": 0.25, "act_fn": "ReLU", "diff_vocab": 1}


@pytest.fixture(autouse=True)
def files(workshop: Path):
    """Files that say nothing of how they are to be read, and configurations."""
    networks = {
        "pizza.pt": hand_built_pizza(13, DIALS, 0.25),
        "he.pt": hand_built_mlp(13, DIALS),
        "difference.pt": of(DIFFERENCE, hand_built_mlp(13, DIALS, "chughtai_mlp")),
        "mlp.pt": hand_built_mlp(13, DIALS, "chughtai_mlp"),
    }
    for name, network in networks.items():
        (workshop / name).write_bytes(torch_zip(LAYOUTS[network.layout.name].write(network)))
    configs = {"norm": CONFIG | {"normalization_type": "LNPre"}, "deep": CONFIG | {"model": {"n_layers": 2}}}
    configs |= {"shared": CONFIG | {"diff_vocab": 0}}
    configs |= {"right": CONFIG, "other": CONFIG | {"C": 59}, "odd": CONFIG | {"act_fn": "Softplus"}, "list": [1]}
    for name, config in configs.items():
        (workshop / f"{name}.json").write_text(json.dumps(config), encoding="utf-8")


def inspected(clockwork, line: str) -> dict:
    code, out, err = clockwork(f"inspect {line} --json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_configuration_says_how_a_file_is_read(clockwork):
    found = inspected(clockwork, "pizza.pt --config right.json")
    assert found["format"] == "zhong"
    assert found["read_by"] == "said by its configuration"
    assert found["reading"]["attention"] == "0.25·softmax + 0.75 over all positions"
    assert (found["operation"], found["modulus"], found["accuracy"]) == ("a + b", 13, 1)
    assert found["also_fits"] == []


def test_without_one_readings_are_tried(clockwork):
    found = inspected(clockwork, "pizza.pt")
    assert found["read_by"].startswith("tried: the best of 3 readings")
    assert found["accuracy"] == 1


def test_facts_are_chosen_one_by_one(clockwork):
    found = inspected(clockwork, "pizza.pt --read coefficient=0.25 --read activation=relu --read tables=separate")
    assert found["read_by"] == "chosen by you"
    assert found["accuracy"] == 1
    chosen = inspected(clockwork, "pizza.pt --config right.json --read coefficient=1")
    assert chosen["reading"]["attention"] == "softmax over all positions"


def test_other_readings_that_fit_are_listed_in_json_and_in_text(clockwork):
    found = inspected(clockwork, "he.pt")
    fitting = {found["reading"]["activation"], *(each["activation"] for each in found["also_fits"])}
    assert fitting >= {"relu", "square"}
    assert "(also fits: activation" in clockwork("inspect he.pt").out
    assert "choose with --read)" in clockwork("inspect he.pt").out
    assert inspected(clockwork, "he.pt --read activation=square")["reading"]["activation"] == "square"


def test_the_operation_is_told(clockwork):
    found = inspected(clockwork, "difference.pt")
    assert (found["operation"], found["accuracy"]) == ("a − b", 1)
    assert found["read_by"] == "its layout leaves nothing open; its answers follow a − b"
    as_a_sum = inspected(clockwork, "difference.pt --read operation=1,1")
    assert (as_a_sum["operation"], as_a_sum["correct"]) == ("a + b", 13)
    assert "a − b mod 13" in clockwork("inspect difference.pt").out
    assert inspected(clockwork, "difference.pt --read operation=1,-1")["accuracy"] == 1


def test_a_difference_is_transplanted_and_written(clockwork, workshop: Path):
    code, _, err = clockwork("transplant difference.pt --modulus 17 --out there.safetensors")
    assert (code, err) == (0, "")
    network = read_network(open_file(workshop / "there.safetensors")).network
    assert (network.modulus, str(network.hyperparameters.operation)) == (17, "a − b")
    assert evaluate(network).counts.accuracy == 1
    assert inspected(clockwork, "there.safetensors")["operation"] == "a − b"


def test_operated_files_are_read_as_their_source_was(clockwork):
    line = "transplant pizza.pt --config right.json --modulus 17 --out there.pt"
    assert clockwork(line).code == 0
    found = inspected(clockwork, "there.pt")
    assert found["read_by"] == "claimed by the file's metadata, which anybody can write"
    assert found["digest_claimed"] is True
    assert found["reading"]["attention"] == "0.25·softmax + 0.75 over all positions"
    assert found["modulus"] == 17


def test_what_was_not_used_of_a_configuration_is_told_in_json_and_in_text(clockwork):
    Path("more.json").write_text(json.dumps(CONFIG | {"lr": 0.1, "act_fnn": "GeLU"}), encoding="utf-8")
    remark = "not used of its configuration: act_fnn (is act_fn meant?), lr"
    assert inspected(clockwork, "pizza.pt --config more.json")["remarks"] == [remark]
    assert f"note               {remark}\n" in clockwork("inspect pizza.pt --config more.json").out


def test_the_facts_of_a_reading_and_those_of_others_are_told(clockwork):
    found = inspected(clockwork, "he.pt --read operation=1,1")
    assert found["facts"]["activation"] == found["reading"]["activation"]
    assert all(each["activation"] != found["facts"]["activation"] for each in found["also_fits"])


def test_an_order_of_weights_is_chosen_by_name(clockwork):
    table, middle, unembedding = torch.randn(13, 6), torch.randn(6, 6), torch.randn(13, 6)
    Path("plain.pt").write_bytes(torch_zip({"x.weight": table, "y.weight": middle, "z.weight": unembedding}))
    for order in ("x.weight > y.weight > z.weight", "z.weight > y.weight > x.weight"):
        assert inspected(clockwork, f"plain.pt --read 'order={order}'")["facts"]["order"] == order
    code, _, err = clockwork("inspect plain.pt --read order=x.weight")
    assert code == 2
    assert "its weights do not fit together as 'x.weight'; expected all of them, each reading what the one" in err


REFUSED = [
    ("--config norm.json", "The configuration says normalization_type LNPre, but it is read with no norm here"),
    ("--config deep.json", r"The configuration says n_layers 2, but the weights have 1 \(layers\)"),
    ("--config shared.json", r"The configuration says diff_vocab 0 .*|unembed.W_U has 13 columns; expected 26"),
    ("--read foo=bar", "'foo' is no fact known here; expected one of activation, mask"),
    ("--read foo", "'foo' is no fact known here"),
    ("--read =", "'' is no fact known here"),
    ("--read activation", "activation '' is no reading known here; expected relu, square, gelu, tanh"),
    ("--read activation=softplus", "activation 'softplus' is no reading known here"),
    ("--read coefficient=x", "coefficient 'x' is no reading known here; expected a number from 0 to 1"),
    ("--read coefficient=2", "coefficient 2.0 is no reading known here"),
    ("--read coefficient=nan", "coefficient nan is no reading known here"),
    ("--read operation=x", "operation 'x' is no reading known here; expected two whole numbers"),
    ("--read operation=1", r"operation \[1\] is no reading known here"),
    ("--read operation=1,2,3", r"operation \[1, 2, 3\] is no reading known here"),
    ("--read operation=1,9999999", r"operation \[1, 9999999\] is no reading known here"),
    ("--read operation=0,1", "cannot be seen as a sum: its factors must share no factor with 13"),
    ("--read first_bias=twice", "Zhong et al. transformer files leave no first_bias open"),
    ("--read tables=shared", "unembed.W_U has 13 columns; expected 26"),
    ("--config other.json", "of a network mod 59, but the weights have 13 numbers; give the configuration"),
    ("--config odd.json", "activation 'Softplus' is no reading known here"),
    ("--config list.json", "list.json holds a list; expected an object"),
    ("--config text.pt", "text.pt is no JSON .*; expected the configuration"),
    ("--config nowhere.json", "nowhere.json cannot be opened: No such file or directory"),
    ("--config folder.pt", "folder.pt cannot be opened: Is a directory"),
]


@pytest.mark.parametrize("command", ["inspect pizza.pt", "transplant pizza.pt --modulus 17 --out new.pt"])
@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[options for options, _ in REFUSED])
def test_what_cannot_be_followed_is_refused_in_one_line(clockwork, command: str, options: str, message: str):
    code, out, err = clockwork(f"{command} {options}")
    assert (code, out) == (2, "")
    assert re.search(message, err)
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert not Path("new.pt").exists()


def test_a_fact_that_a_layout_does_not_leave_open_is_not_passed_over_in_silence(clockwork):
    code, _, err = clockwork("inspect mlp.pt --read first_bias=twice")
    assert code == 2
    assert "Chughtai et al. MLP files leave no first_bias open" in err


def test_an_activation_that_the_authors_never_used_is_followed_where_somebody_says_it(clockwork):
    assert inspected(clockwork, "mlp.pt")["read_by"] == "its layout leaves nothing open"
    assert inspected(clockwork, "mlp.pt --read activation=square")["reading"]["activation"] == "square"


@pytest.mark.parametrize("name", ["p99zdpze5l", "18c9ev5v5p", "amw6ox6bzn", "7r4zst7evs"])
def test_published_files_are_inspected_with_their_configurations(clockwork, shared: Path, name: str):
    folder = shared / "zhong"
    found = inspected(clockwork, f"{folder}/model_{name}.pt --config {folder}/config_{name}.json")
    assert (found["accuracy"], found["verdict"], found["operation"]) == (1, "circuit", "a + b")
