"""Configurations that contradict a network are refused by name; what nothing was read from is listed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.exact_phases import exact_phases
from models.errors import CheckpointError
from models.formats.agreement import (
    KNOWN,
    Configuration,
    known_name_meant,
    not_used,
    require_agreement,
    require_computable,
    sizes_of,
)
from models.formats.registry import LAYOUTS
from models.network import Network
from tests.layouts import layout_named
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

SIZES = {"modulus": 7, "width": 8, "heads": 2, "head_width": 4, "neurons": 12}
TRANSFORMER = random_network(Shape(**SIZES))
DEEP = random_network(Shape(**SIZES, layers=2, layout="zhong", equals=False, mask="none", separate_tables=True))
MLP = random_mlp(MlpShape(layers=2, biases=True, layout="zhong_linear"))  # width 5, neurons 6 and 7
SIDE_BY_SIDE = random_mlp(MlpShape(modulus=11, combination="concat", biases=True, layout="zhong_linear"))
ONE_HOT = random_mlp(MlpShape(modulus=11, layers=0, layout="he"))  # 5 neurons
TRUE_OF_TRANSFORMER = {  # as TransformerLens writes it, and what the published scripts add
    **{"n_layers": 1, "d_model": 8, "n_ctx": 3, "d_head": 4, "n_heads": 2, "d_mlp": 12, "d_vocab": 8, "d_vocab_out": 7},
    **{"act_fn": "relu", "attention_dir": "causal", "normalization_type": None, "use_attn_scale": True},
    **{"attn_scale": 2.0, "positional_embedding_type": "standard", "parallel_attn_mlp": False, "attn_only": False},
    **{"final_rms": False, "gated_mlp": False, "use_local_attn": False, "scale_attn_by_inverse_layer_idx": False},
    **{"attn_scores_soft_cap": -1.0, "output_logits_soft_cap": -1.0, "post_embedding_ln": False, "num_experts": None},
    **{"use_qk_norm": False, "use_normalization_before_and_after": False, "use_ln": False, "n_key_value_heads": None},
    **{"p": 7, "C": 7, "fn_name": "add", "eqn_sign": 1, "num_layers": 1, "n_head": 2},
}
USELESS = {"lr": 1e-3, "seed": 0, "model_name": "custom", "eps": 1e-5, "init_mode": "gpt2", "device": "cuda"}


def agrees(config: dict[str, Any], network: Network) -> None:
    require_computable(Configuration(config))
    require_agreement(Configuration(config), network)


def test_a_true_configuration_agrees_and_all_else_is_listed():
    agrees(TRUE_OF_TRANSFORMER | USELESS, TRANSFORMER)
    assert not_used(TRUE_OF_TRANSFORMER | USELESS, TRANSFORMER) == list(USELESS)


@pytest.mark.parametrize(
    ("network", "config"),
    [
        (DEEP, {"n_layers": 2, "d_vocab": 14, "C": 7, "eqn_sign": 0, "n_ctx": 2, "d_vocab_out": 14, "n_vocab": 14}),
        (DEEP, {"n_layers": 2, "d_vocab_out": 7, "eqn_sign": False, "attn_scale": -1.0, "d_vocab": -1}),
        (MLP, {"d_model": 5, "d_hidden": 6, "d_mlp": 7, "n_vocab": 7, "C": 7, "n_layers": 3, "n_heads": 9}),
        (MLP, {"model_type": "B"}),
        (MLP, {"model_type": "C"}),
        (SIDE_BY_SIDE, {"d_model": 10, "embed_dim": 5, "d_hidden": 6, "C": 11, "model_type": "D"}),
        (ONE_HOT, {"d_model": 99, "d_mlp": 5, "d_vocab": 11, "p": 11}),
    ],
)
def test_sizes_are_those_of_the_network(network: Network, config: dict[str, Any]):
    agrees(config, network)


CONTRADICTIONS = [
    (
        {"normalization_type": "batch"},
        r"normalization_type batch, but that is not computed here \(expected 'none' or 'ln'",
    ),
    (
        {"normalization_type": "LNPre"},
        "normalization_type LNPre, but it is read with no norm here",
    ),
    ({"normalization_type": "LN"}, "normalization_type LN, but it is read with no norm here"),
    ({"use_ln": True}, "use_ln True, but it is read with no norm here"),
    ({"use_ln": "yes"}, "use_ln yes, but it is read with no norm here"),
    ({"positional_embedding_type": "rotary"}, "positional_embedding_type rotary, but .*expected 'standard'"),
    ({"positional_embedding_type": "shortformer"}, "positional_embedding_type shortformer"),
    ({"use_attn_scale": False}, "use_attn_scale False, but that is not computed"),
    ({"attn_scale": 1.0}, r"attn_scale 1\.0, but scores are divided by 2 here"),
    ({"attn_scale": "large"}, "attn_scale large, but scores are divided by 2 here"),
    ({"parallel_attn_mlp": True}, "parallel_attn_mlp True, but that is not computed"),
    ({"attn_only": True}, "attn_only True"),
    ({"gated_mlp": 1}, "gated_mlp 1"),
    ({"num_experts": 4}, r"num_experts 4, but that is not computed here \(expected none\)"),
    ({"attn_scores_soft_cap": 30.0}, r"attn_scores_soft_cap 30\.0"),
    ({"output_logits_soft_cap": [1]}, r"output_logits_soft_cap \[1\]"),
    ({"n_layers": 2}, r"n_layers 2, but the weights have 1 \(layers\); give the configuration that belongs"),
    ({"num_layers": 0}, r"num_layers 0, but the weights have 1 \(layers\)"),
    ({"n_heads": 4}, r"n_heads 4, but the weights have 2 \(heads\)"),
    ({"n_key_value_heads": 1}, r"n_key_value_heads 1, but the weights have 2 \(heads\)"),
    ({"d_head": 8}, r"d_head 8, but the weights have 4 \(width of a head\)"),
    ({"d_model": 16}, r"d_model 16, but the weights have 8 \(width\)"),
    ({"d_mlp": 32}, r"d_mlp 32, but the weights have 12 \(neurons\)"),
    ({"n_ctx": 2}, r"n_ctx 2, but the weights have 3 \(positions\)"),
    ({"d_vocab": 7}, r"d_vocab 7, but the weights have 8 \(tokens\)"),
    ({"d_vocab": 114}, r"d_vocab 114, but the weights have 8 \(tokens\)"),
    ({"d_vocab_out": 9}, r"d_vocab_out 9, but the weights have 7 or 8 \(classes\)"),
    ({"p": 8}, r"p 8, but the weights have 7 \(numbers\)"),
    ({"C": 7, "model.C": 5}, r"model\.C 5, but the weights have 7 \(numbers\)"),
    ({"eqn_sign": 0}, "eqn_sign 0, but the weights have an '='"),
    ({"model.use_ln": True}, r"model\.use_ln True, but it is read with no norm"),
]


@pytest.mark.parametrize(("config", "message"), CONTRADICTIONS, ids=[str(config) for config, _ in CONTRADICTIONS])
def test_a_contradiction_is_refused_by_name(config: dict[str, Any], message: str):
    with pytest.raises(CheckpointError, match=f"^The configuration says {message}"):
        agrees(TRUE_OF_TRANSFORMER | config, TRANSFORMER)


@pytest.mark.parametrize(
    ("network", "config"),
    [
        (DEEP, {"eqn_sign": 1}),
        (DEEP, {"d_vocab": 7}),
        (MLP, {"d_hidden": 8}),
        (MLP, {"d_model": 6}),
        (MLP, {"model_type": "A"}),
        (MLP, {"model_type": "D"}),
        (SIDE_BY_SIDE, {"model_type": "X"}),
        (SIDE_BY_SIDE, {"model_type": ["D"]}),
        (SIDE_BY_SIDE, {"hidden_dim": 5}),
        (MLP, {"normalization": 1, "use_layer_norm": True}),
        (SIDE_BY_SIDE, {"d_model": 20}),
        (ONE_HOT, {"d_mlp": 6}),
        (ONE_HOT, {"d_vocab": 12}),
    ],
    ids=str,
)
def test_every_kind_of_network_is_held_against_it(network: Network, config: dict[str, Any]):
    with pytest.raises(CheckpointError, match="The configuration says"):
        agrees(config, network)


def test_one_inside_the_file_says_so():
    with pytest.raises(
        CheckpointError, match=r"^The configuration inside the file says attn_only True.* otherwise, save"
    ):
        require_computable(Configuration({"attn_only": True}, inside=True))


MISSPELT = {
    **{"act_fnn": "act_fn", "ActFn": "act_fn", "act_typ": "act_type", "nlayers": "n_layers", "model.d_modl": "d_model"},
    **{"normalisation_type": "normalization_type", "use_atn_scale": "use_attn_scale", "dvocab": "d_vocab"},
    **dict.fromkeys(("act_fn", "lr", "epoch", "weight_decay", "seed", "dropout.p", "name", "x" * 500, "", "."), ""),
}


@pytest.mark.parametrize("entry", MISSPELT)
def test_the_name_that_is_meant_is_guessed(entry: str):
    assert known_name_meant(entry) == MISSPELT[entry]


@pytest.mark.parametrize(
    ("config", "unused"),
    [
        ({"n_layer": 1, "nlayers": 2}, ["nlayers"]),
        ({"dropout.p": 0}, ["dropout.p"]),
        ({"layers.n_layers": 5}, ["layers.n_layers"]),
        ({"p": "113"}, ["p"]),
        ({"C": 0.5, "n_layers": True}, ["C", "n_layers"]),
        ({"attention_dir": "casual"}, ["attention_dir"]),
        ({"attention_dir": "causal"}, []),
        ({"act_fn": "ReLU", "model.act_type": "relu"}, []),
        ({"fn_name": "x2xyy2"}, ["fn_name"]),
        ({"hidden_dim": 99, "model_type": "A"}, ["hidden_dim", "model_type"]),
        ({"epoch": 7, "lr": None}, ["epoch"]),
        ({}, []),
    ],
    ids=str,
)
def test_what_nothing_was_read_from_is_listed(config: dict[str, Any], unused: list[str]):
    agrees(config, TRANSFORMER)
    assert not_used(config, TRANSFORMER) == unused


def test_sizes_that_a_network_has_not_are_listed_as_not_used():
    assert not_used({"n_heads": 4, "n_layers": 9, "attn_scale": 7, "eqn_sign": 1, "C": 7}, MLP) == [
        *("n_heads", "n_layers", "attn_scale", "eqn_sign"),
    ]


def test_every_layout_tells_its_sizes():
    networks = [TRANSFORMER, DEEP, MLP, ONE_HOT, random_network(Shape(layout="nanda"))]
    networks += [random_mlp(MlpShape(shared=False, combination="concat", layout="chughtai_mlp"))]
    networks += [random_mlp(MlpShape(biases=True)), random_mlp(MlpShape(layout="plain_mlp"))]
    networks += [layout_named("porth").network(), exact_phases(7, (1, 2), "three-body")]
    graphs = {"onnx"}  # their sizes are in the graph
    assert {network.layout.name for network in networks} == LAYOUTS.keys() - graphs
    assert all({"tokens", "classes", "numbers", "neurons"} <= sizes_of(network).keys() for network in networks)


plain = st.none() | st.booleans() | st.integers(-2, 9) | st.floats() | st.text(max_size=3) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), plain), st.sampled_from([TRANSFORMER, DEEP, MLP, ONE_HOT]))
def test_values_of_any_kind_agree_or_are_refused(config: dict[str, Any], network: Network):
    try:
        agrees(config, network)
    except CheckpointError as error:
        assert str(error).startswith("The configuration says ")  # noqa: PT017
