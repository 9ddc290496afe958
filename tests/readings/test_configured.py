"""Configurations beside a file and inside it: what they tell, what they contradict, what is not used of them."""

from argparse import Namespace
from typing import Any

import pytest

from models.errors import CheckpointError
from models.evaluation import cross_entropy_loss
from models.formats.decoding import Contents, read_contents
from models.formats.registry import LAYOUTS
from models.readings import read_network, without_spare_records
from models.readings.configured import MOST_LISTED
from tests.hostile.payloads import saved
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, hand_built, hand_built_pizza, random_network

DIALS = (1, 3, 4)
LOSS = cross_entropy_loss(hand_built_mlp(13, DIALS, "he"))
STATES = {
    "transformerlens": LAYOUTS["transformerlens"].write(hand_built(13, DIALS)),
    "zhong": LAYOUTS["zhong"].write(hand_built_pizza(13, DIALS, 0.25)),
    **{
        layout: LAYOUTS[layout].write(hand_built_mlp(13, DIALS, layout))
        for layout in ("he", "chughtai_mlp", "clockwork", "zhong_linear")
    },
}


def contents_of(layout: str, **recorded: Any) -> Contents:
    return Contents("some.pt", STATES[layout], recorded)


@pytest.mark.parametrize("chosen", [{}, {"activation": "relu"}], ids=["nothing chosen", "chosen"])
@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"normalization_type": "batch"}, "normalization_type batch, but that is not computed here"),
        ({"n_layers": 2}, r"n_layers 2, but the weights have 1 \(layers\); give the configuration that belongs"),
        ({"d_vocab": 113}, r"d_vocab 113, but the weights have 14 \(tokens\)"),
        ({"positional_embedding_type": "rotary"}, "positional_embedding_type rotary"),
        ({"positional_embedding_type": "shortformer"}, "positional_embedding_type shortformer"),
        ({"use_attn_scale": False}, "use_attn_scale False"),
        ({"parallel_attn_mlp": True}, "parallel_attn_mlp True"),
        ({"act_fn": "relu", "p": 13, "C": 12}, r"C 12, but the weights have 13 \(numbers\)|is of a network mod 12"),
    ],
    ids=str,
)
def test_a_configuration_that_contradicts_the_network_is_refused(
    config: dict[str, Any], message: str, chosen: dict[str, Any]
):
    with pytest.raises(CheckpointError, match=message):
        read_network(contents_of("transformerlens"), config, chosen)
    with pytest.raises(CheckpointError, match=message.replace("; give the configuration that belongs", "; save the")):
        read_network(contents_of("transformerlens", config=config), None, chosen)


@pytest.mark.parametrize(
    ("layout", "config", "message"),
    [
        (
            "transformerlens",
            {"attn_coeff": 0.3},
            r"attn_coeff 0\.3 \(coefficient 0\.3\), but TransformerLens files leave no",
        ),
        (
            "transformerlens",
            {"diff_vocab": 1},
            r"diff_vocab 1 \(tables separate\), but TransformerLens files leave no tables",
        ),
        (
            "he",
            {"attention_dir": "bidirectional"},
            r"attention_dir bidirectional \(mask none\), but He et al\. one-hot MLP",
        ),
        (
            "chughtai_mlp",
            {"model_type": "C"},
            r"model_type C \(first_bias twice\), but Chughtai et al\. MLP files leave no",
        ),
    ],
    ids=str,
)
def test_a_fact_that_a_layout_leaves_no_choice_of_is_refused_where_it_is_another(
    layout: str, config: dict[str, Any], message: str
):
    with pytest.raises(CheckpointError, match=f"^The configuration says {message}"):
        read_network(contents_of(layout), config)
    with pytest.raises(
        CheckpointError, match=r"^The configuration inside the file says .* open; save the weights with"
    ):
        read_network(contents_of(layout, cfg=config))


def test_a_fact_that_a_layout_computes_anyway_is_no_contradiction():
    config = {"attn_coeff": 1.0, "diff_vocab": False, "model_type": "B", "fn_name": "add", "attention_dir": "causal"}
    assert read_network(contents_of("transformerlens"), config).network.body.mask == "none"  # of one layer, the same


@pytest.mark.parametrize("layout", ["chughtai_mlp", "clockwork", "zhong_linear"])
def test_an_activation_that_the_authors_never_used_is_followed(layout: str):
    read = read_network(contents_of(layout), {"act_fn": "GeLU", "model_type": "B" if layout == "zhong_linear" else "A"})
    assert read.network.body.activation == "gelu"
    assert read.why == "said by its configuration"


@pytest.mark.parametrize(("said", "mask"), [("causal", "causal"), ("bidirectional", "none")])
def test_the_mask_of_a_deep_transformer_is_said_by_its_direction(said: str, mask: str):
    state = LAYOUTS["transformerlens"].write(random_network(Shape(layers=2)))
    config = {"attention_dir": said, "act_fn": "relu", "n_layers": 2}
    read = read_network(Contents("some.pt", state), config)
    assert (read.network.body.mask, read.why, read.remarks) == (
        mask,
        "said by its configuration",
        (),
    )


def test_a_nested_p_is_no_modulus():
    read = read_network(contents_of("he"), {"dropout": {"p": 0}, "dropout.p": 0, "act_type": "ReLU", "p": 13})
    assert read.network.modulus == 13
    assert read.remarks == ("not used of its configuration: dropout, dropout.p",)


def test_what_is_not_used_is_listed_with_the_name_that_is_meant():
    read = read_network(contents_of("he"), {"act_typ": "Quad", "lr": 1, "p": 13})
    assert read.why.startswith("tried: ")
    assert read.remarks == ("not used of its configuration: act_typ (is act_type meant?), lr",)


def test_of_many_names_that_are_not_used_some_are_listed():
    config = {f"x{number}": 1 for number in range(MOST_LISTED + 1234)}
    (remark,) = read_network(contents_of("he"), config | {"act_typ": "Quad"}).remarks
    assert remark.endswith(f"x{MOST_LISTED - 1} and 1,235 more")
    assert len(remark) < 1000
    (remark,) = read_network(contents_of("he"), {"x": 1, "act_typ": "Quad"} | config).remarks
    assert remark.startswith("not used of its configuration: act_typ (is act_type meant?), x, x0, x1, ")


def test_where_a_configuration_names_the_modulus_only_readings_of_that_are_tried():
    network = random_network(Shape(layout="zhong", equals=False, mask="none", modulus=12))
    contents = Contents("some.pt", LAYOUTS["zhong"].write(network))  # one vocabulary of 12, or two of 6
    assert {each.hyperparameters.tables for each in read_network(contents).tried} == {"shared", "separate"}
    told = read_network(contents, {"C": 6})
    assert {each.hyperparameters.tables for each in told.tried} == {"separate"}
    assert told.network.modulus == 6


# Inside the file


@pytest.mark.parametrize("name", ["config", "cfg", "args", "hparams", "model_args"])
def test_a_configuration_inside_the_file_is_followed(name: str):
    read = read_network(contents_of("he", **{name: {"act_type": "Quad", "p": 13, "lr": 1}}))
    assert read.network.body.activation == "square"
    assert read.why == "said by the configuration inside it"
    assert read.remarks == ("not used of its configuration: lr",)


def test_a_namespace_beside_the_weights_is_a_configuration():
    data = saved({"model": STATES["he"], "args": Namespace(act_type="Quad", p=13)})
    assert read_network(read_contents(data, "some.pt")).network.body.activation == "square"
    data = saved({"model": STATES["he"], "args": Namespace(act_type="Quad", p=11)})
    with pytest.raises(CheckpointError, match=r"^The configuration inside the file is of a network mod 11, but"):
        read_network(read_contents(data, "some.pt"))


def test_one_beside_the_file_comes_before_one_inside():
    contents = contents_of("he", config={"act_type": "Quad", "p": 13, "use_ln": True})
    read = read_network(contents, {"act_fn": "GeLU", "use_ln": False})
    assert (read.network.body.activation, read.why) == ("gelu", "said by its configuration")


def test_figures_still_decide_what_it_does_not_tell():
    contents = contents_of("he", config={"p": 13, "fn_name": "add", "lr": 1}, train_loss=LOSS, test_loss=LOSS)
    assert read_network(contents).why.startswith("borne out by the figures recorded in the file (loss ")


def test_it_is_kept_where_the_other_records_are_let_go():
    config = {"act_type": "Quad", "p": 13, "dropout": {"p": 0.5}, "curve": [1.0, 2.0]}
    kept = without_spare_records(contents_of("he", config=config, optimizer={"lr": 1}, train_loss=[2.0, 1.0]))
    assert kept.recorded == {"train_loss": 1.0, "config": {"act_type": "Quad", "p": 13, "dropout.p": 0.5}}
    again = without_spare_records(kept)
    assert again.recorded == kept.recorded
    assert read_network(again, chosen={"operation": [1, 1]}).network.body.activation == "square"


def test_names_that_stand_in_no_configuration_are_heard():
    read = read_network(contents_of("he", p=13, act_type="Quad", epoch=7, name="run"))
    assert (read.network.body.activation, read.why, read.remarks) == ("square", "said by the file", ())
    first = read_network(contents_of("he", act_type="Quad", config={"act_type": "ReLU"}))
    assert (first.network.body.activation, first.why) == ("relu", "said by the configuration inside it")


def test_a_size_that_stands_in_no_configuration_does_not_bind():
    read = read_network(contents_of("he", p=7, act_type="Quad"))
    assert read.network.modulus == 13
    assert read.remarks == ("p 7 is recorded, but the weights have 13 (numbers); it was not followed",)
    assert without_spare_records(contents_of("he", p=7, act_type="Quad")).recorded == {"p": 7, "act_type": "Quad"}


def test_what_the_file_says_is_not_computed_here_is_refused_wherever_it_says_so():
    with pytest.raises(CheckpointError, match="The configuration inside the file says use_ln True, but it is"):
        read_network(contents_of("he", use_ln=True))
