"""What a configuration tells, and what a hostile one cannot do."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CheckpointError
from models.formats.config import (
    LONGEST_CONFIG,
    LONGEST_FUNCTION,
    belongs_to,
    config_within,
    hyperparameters_of_config,
    linear_function,
    modulus_of_config,
    read_config,
    telling_entries,
)
from models.formats.decoding import Contents
from models.formats.registry import LAYOUTS
from models.hyperparameters import PLAIN
from models.readings import read_network
from models.task import Operation
from tests.oracles import Shape, random_network

TOLD = [
    ({"act_fn": "ReLU"}, {"activation": "relu"}),
    ({"act_fn": "GeLU"}, {"activation": "gelu"}),
    ({"act_type": "Quad"}, {"activation": "square"}),
    ({"activation": "tanh"}, {"activation": "tanh"}),
    ({"act_fn": None, "act_type": "square"}, {"activation": "square"}),
    ({"attn_coeff": 0.25}, {"coefficient": 0.25, "mask": "none"}),
    ({"attn_coeff": 0}, {"coefficient": 0, "mask": "none"}),
    ({"attention_dir": "casual"}, {}),
    ({"attention_dir": "causal"}, {"mask": "causal"}),
    ({"attention_dir": "causal", "attn_coeff": 1}, {"coefficient": 1, "mask": "none"}),
    ({"attn_coeff": 0.5, "attention_dir": "causal"}, {"coefficient": 0.5, "mask": "none"}),
    ({"attention_dir": "bidirectional"}, {"mask": "none"}),
    ({"diff_vocab": 1}, {"tables": "separate"}),
    ({"diff_vocab": 0}, {"tables": "shared"}),
    ({"diff_vocab": True}, {"tables": "separate"}),
    ({"model_type": "A"}, {}),
    ({"model_type": "B"}, {"first_bias": "once"}),
    ({"model_type": "C"}, {"first_bias": "twice"}),
    ({"model_type": ["B"]}, {}),
    ({"funcs": "lambda x: (x[0]-x[1])%59"}, {"operation": [1, -1]}),
    ({"funcs": "lambda x: (x[0]**2+x[1]**2)%59"}, {}),
    ({"funcs": 59}, {}),
    ({"fn_name": "add"}, {"operation": [1, 1]}),
    ({"fn_name": "subtract"}, {"operation": [1, -1]}),
    ({"fn_name": "x2xyy2"}, {}),
    ({"fn_name": []}, {}),
    ({"model.act_fn": "GeLU", "args.model.attn_coeff": 0}, {"activation": "gelu", "coefficient": 0, "mask": "none"}),
    ({"probe.act_fn": "GeLU", "dropout.p": 0}, {}),
    ({"act_fn": "ReLU", "act_type": "relu"}, {"activation": "relu"}),
    ({"fn_name": {}, "funcs": "lambda x: x[1]+2*x[0]"}, {"operation": [2, 1]}),
    ({"lr": 0.001, "epoch": 20000}, {}),
    ({}, {}),
]


@pytest.mark.parametrize(("config", "expected"), TOLD, ids=[str(config) for config, _ in TOLD])
def test_a_configuration_tells(config: dict[str, Any], expected: dict[str, Any]):
    assert hyperparameters_of_config(config) == expected
    PLAIN.with_values(expected)


@pytest.mark.parametrize(
    ("config", "modulus"),
    [
        *(({"C": 59}, 59), ({"p": 113}, 113), ({"group_parameter": 7}, 7), ({"C": 5, "p": 7}, 5)),
        *(({"C": "59"}, None), ({"C": True}, None), ({"p": 0.5}, None), ({"dropout.p": 0}, None)),
        *(({"n_vocab": 9}, None), ({}, None)),
    ],
    ids=str,
)
def test_a_configuration_names_its_modulus(config: dict[str, Any], modulus: int | None):
    assert modulus_of_config(config) == modulus


LINEAR = {
    "lambda x: (x[0]+x[1])%59": (1, 1),
    "lambda x: (x[0]-x[1])%59": (1, -1),
    "lambda x: (2*x[0]-x[1]*3) % 59": (2, -3),
    "  lambda x: x[1] + x[0]  ": (1, 1),
    "(x[0]+x[1])*(3-1)": (2, 2),
    "-(-x[0])+x[1]": (1, 1),
    "lambda x: x[0]+x[0]+x[1]": (2, 1),
    "lambda x: x[0]+x[1]+7-7": (1, 1),
    "lambda x: 0*x[0]+x[1]": (0, 1),
    "lambda x: x[0]": (1, 0),
}


@pytest.mark.parametrize("text", LINEAR)
def test_a_formula_is_read(text: str):
    assert linear_function(text) == Operation(*LINEAR[text])


@given(st.integers(-999, 999), st.integers(-999, 999), st.integers(2, 999))
def test_every_linear_formula_is_read(x: int, y: int, p: int):
    assert linear_function(f"lambda x: ({x}*x[0] + x[1]*{y}) % {p}") == Operation(x, y)


OTHERS = [
    "lambda x: x[0]*x[1]",
    "lambda x: x[0]**2 + x[1]**2",
    "lambda x: (x[0]/x[1])%59",
    "lambda x: x[0]//2 + x[1]",
    "lambda x: x[0]+x[1]+1",
    "lambda x: 5",
    "lambda x: x[2]+x[1]",
    "lambda x: x[-1]+x[0]",
    "lambda x: x[0]%59 + x[1]%59",
    "lambda x: (x[0]+x[1])*0.5",
    "lambda x: (x[0]+x[1]) if x[0] else 0",
    "lambda x: a+b",
    "def f(x): return x",
    "x[0]+x[1]; import os",
    "",
    "\0",
    "🕰",
    "lambda x:",
    "(" * LONGEST_FUNCTION,
    "-" * (LONGEST_FUNCTION - 1) + "x",
    "x[0]" + "+x[1]" * LONGEST_FUNCTION,
    "x[" * 60 + "0" + "]" * 60,
    "9" * 60 + "**" + "9" * 60,
]


@pytest.mark.parametrize("text", OTHERS, ids=lambda text: text[:20])
def test_any_other_formula_is_none(text: str):
    assert linear_function(text) is None


CODE = [
    "lambda x: __import__('os').mkdir('made')",
    "__import__('os').mkdir('made')",
    "lambda x: exec('import os') or x[0]+x[1]",
    "(lambda: open('made', 'w'))() or x[0]",
    "[open('made', 'w') for _ in (1,)][0]",
    "x[open('made', 'w')]+x[1]",
    "x[0]+x[1]+__import__('sys').exit(3)",
    "lambda x, y=open('made', 'w'): x[0]+x[1]",
]


def test_no_formula_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    seen, listening = [], [True]  # a hook cannot be taken away again

    def listen(event: str, _: object) -> None:
        if listening[0] and event in ("exec", "import", "open"):
            seen.append(event)

    sys.addaudithook(listen)
    found = [hyperparameters_of_config({"funcs": text}) for text in CODE]
    listening[0] = False
    assert not seen
    assert not list(tmp_path.iterdir())
    assert found == [{}] * (len(CODE) - 1) + [{"operation": [1, 1]}]  # of the last the formula is plain


@given(st.text(max_size=250) | st.text("x[]01+-*%() 9lambd:", max_size=60))
@pytest.mark.filterwarnings("ignore")  # of Python's parser, on odd texts
def test_no_formula_breaks_its_reader(text: str):
    found = linear_function(text)
    assert found is None or isinstance(found, Operation)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**400, -(10**400)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
KEYS = (
    *("act_fn", "act_type", "activation", "attn_coeff", "attention_dir", "diff_vocab", "model_type"),
    *("fn_name", "funcs", "C", "p", "group_parameter", "n_vocab"),
)


@given(st.dictionaries(st.sampled_from(KEYS), plain))
@pytest.mark.filterwarnings("ignore")  # of Python's parser, on odd texts
def test_values_of_any_kind_are_told_or_refused(config: dict[str, Any]):
    modulus_of_config(config)
    try:
        PLAIN.with_values(hyperparameters_of_config(config))
    except CheckpointError as error:
        sentences = ("is no reading known here; expected", "The configuration contradicts itself: ")
        assert any(sentence in str(error) for sentence in sentences)  # noqa: PT017


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"act_fn": "Softplus"}, r"activation 'Softplus' is no reading known here; expected relu, square, gelu, tanh"),
        ({"attn_coeff": 2}, r"coefficient 2 is no reading known here; expected a number from 0 to 1"),
        ({"act_fn": 7}, r"activation 7 is no reading known here; expected relu"),
        ({"act_fn": ["relu"]}, r"activation \['relu'\] is no reading known here"),
        ({"attn_coeff": "high"}, r"coefficient 'high' is no reading known here; expected a number from 0 to 1"),
        ({"diff_vocab": "yes"}, r"tables 'yes' is no reading known here; expected shared, separate"),
        ({"diff_vocab": 2}, r"tables 2 is no reading"),
        ({"attention_dir": "sideways"}, r"mask 'sideways' is no reading known here; expected causal, none"),
        ({"attn_coeff": -0.1}, r"coefficient -0\.1 is no reading"),
        ({"attn_coeff": float("nan")}, r"coefficient nan is no reading"),
        ({"attn_coeff": 10**400}, r"coefficient 10+ is no reading"),
        ({"funcs": "lambda x: 1000001*x[0]+x[1]"}, r"operation \[1000001, 1\] is no reading .* at most 1000000"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_no_network_here_could_be_is_refused_by_name(config: dict[str, Any], message: str):
    with pytest.raises(CheckpointError, match=message):
        PLAIN.with_values(hyperparameters_of_config(config))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"act_fn": "ReLU", "act_type": "GeLU"}, "act_fn says activation relu, and act_type says gelu"),
        ({"act_fn": "ReLU", "model.act_fn": "GeLU"}, "act_fn says activation relu, and model.act_fn says gelu"),
        ({"fn_name": "add", "funcs": "x[0]-x[1]"}, r"fn_name says operation \[1, 1\], and funcs says \[1, -1\]"),
    ],
    ids=str,
)
def test_entries_that_contradict_each_other_are_refused_by_name(config: dict[str, Any], message: str):
    with pytest.raises(CheckpointError, match=f"The configuration contradicts itself: {message}. Take out the one"):
        hyperparameters_of_config(config)


def test_the_entry_that_tells_a_fact_is_named():
    assert telling_entries({"lr": 1, "model.act_type": "ReLU", "attn_coeff": 0.5, "attention_dir": "casual"}) == {
        "activation": "model.act_type",
        "coefficient": "attn_coeff",
        "mask": "attn_coeff",
    }


def test_entries_of_a_network_s_own_section_are_read_and_others_keep_their_names():
    data = {"model": {"act_fn": "GeLU", "C": 5, "d": 1}, "C": 7, "layers": [1, 2], "dropout": {"p": 0, "at": {"C": 3}}}
    assert read_config(json.dumps(data).encode(), "some.json") == {
        "act_fn": "GeLU",
        "C": 7,
        "model.C": 5,
        "d": 1,
        "layers": [1, 2],
        "dropout.p": 0,
        "dropout.at.C": 3,
    }


def test_objects_within_objects_are_looked_into_so_far():
    deep: dict[str, Any] = {"C": 7}
    for _ in range(60):
        deep = {"model": deep}
    found = read_config(json.dumps({"model": {"config": {"C": 7}}, "args": deep}).encode(), "some.json")
    assert found["C"] == 7
    assert not isinstance(found["C"], dict)


def test_a_configuration_that_a_file_records_is_found_in_it():
    recorded = {
        "config": {"act_fn": "GeLU", "p": 7, "curve": [1.0]},
        "args": {"p": 5, "dropout": {"p": 0.5}},
        "optimizer": {"lr": 1},
        "epoch": 3,
    }
    assert config_within(recorded) == {"act_fn": "GeLU", "p": 7, "args.p": 5, "dropout.p": 0.5}


@pytest.mark.parametrize("data", [b'{"C": 7, "d": 1, "C": 7}', b'{"model": {"C": 7, "C": 5}, "d": 1}'])
def test_a_name_that_is_given_twice_is_refused(data: bytes):
    with pytest.raises(CheckpointError, match="gives 'C' twice"):
        read_config(data, "some.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"some.json is no JSON \(.*\); expected the configuration"),
        (b"{", "some.json is no JSON"),
        (b"\x80\x02}q\x00.", "some.json is no JSON"),
        (b"\xff\xfe\x00", "some.json is no JSON"),
        (b"[" * 100_000, "some.json is no JSON"),
        (b'{"a":' * 100_000, "some.json is no JSON"),
        (b'{"C": ' + b"9" * 10_000 + b"}", "some.json is no JSON"),
        (b'{"C": 7, "C": 9}', "it gives 'C' twice"),
        (b"[1, 2]", "some.json holds a list; expected an object with names and values"),
        (b"59", "some.json holds a int; expected an object"),
        (b'"lambda"', "some.json holds a str; expected an object"),
        (b"null", "some.json holds a NoneType; expected an object"),
        (b" " * LONGEST_CONFIG + b"{}", "some.json has 1048578 bytes; a configuration may have 1048576"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_configuration_is_refused(data: bytes, message: str):
    with pytest.raises(CheckpointError, match=message):
        read_config(data, "some.json")


def test_a_network_of_zhong_with_an_equals_sign_is_read_with_its_coefficient():
    network = random_network(
        Shape(modulus=9, layout="nanda", layers=2, coefficient=0.3, mask="none", activation="gelu"), 3
    )
    contents = Contents("model_x.pt", LAYOUTS["nanda"].write(network))
    config = {"C": 9, "attn_coeff": 0.3, "act_fn": "GeLU", "diff_vocab": 0, "eqn_sign": 1, "attention_dir": "casual"}
    body = read_network(contents, config).network.body
    assert (body.coefficient, body.mask, body.activation) == (0.3, "none", "gelu")


@pytest.mark.parametrize(
    ("config", "weights", "belongs"),
    [
        ("config_x1.json", "model_x1.pt", True),
        ("x1.json", "x1.pth.tar", True),
        ("x1.json", "x1.ckpt", True),
        ("x1.pt.json", "x1.pt", True),
        ("x1.json", "x1.weights", True),
        ("x1.json", "x11.pth.tar", False),
    ],
)
def test_a_configuration_belongs_to_weights_of_its_name(config: str, weights: str, belongs: bool):
    assert belongs_to(config, weights) == belongs
