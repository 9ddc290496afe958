"""What metadata claims is held against the weights: open choices, the digest; and is never shown as measured."""

import json
from dataclasses import replace

import pytest
import torch

from models.ablation.exact_phases import exact_phases
from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.registry import (
    DIGEST,
    LAYOUTS,
    OLD_ORDER,
    READING,
    as_written,
    network_from_contents,
    network_to_bytes,
    open_file,
    operated_to_bytes,
)
from models.network import Network
from models.readings import read_network
from models.readings.claims import NOT_FOLLOWED, WHY, claim_of, digest_holds
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.layouts import adding_transformer
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, hand_built_pizza, random_network

DIALS = (1, 3, 4)
RECIPE = linked_recipe(17, {1: 2, 3: -3, 4: 5})
ADDING = {
    "general": lambda: adding_transformer(13, DIALS),
    "transformerlens": lambda: hand_built(13, DIALS),
    "nanda": lambda: hand_built(13, DIALS, layout="nanda"),
    "zhong": lambda: hand_built_pizza(13, DIALS, 0.25),
    **{
        layout: lambda layout=layout: hand_built_mlp(13, DIALS, layout)
        for layout in ("he", "chughtai_mlp", "clockwork", "zhong_linear", "plain_mlp")
    },
    "oscillators": lambda: exact_phases(13, DIALS, "three-body").cast(torch.float32),
}


def operated(source: Network, suffix: str = ".safetensors", layout: str | None = None) -> Contents:
    made = transplant(source, RECIPE)
    data = operated_to_bytes(made, suffix, RECIPE.to_json(), source.digest, readout="keep", layout=layout)
    return read_contents(data, f"some{suffix}")


def claiming(state: dict[str, torch.Tensor], **hyperparameters: object) -> Contents:
    return Contents("some.pt", state, metadata={READING: json.dumps(hyperparameters)})


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("layout", ADDING)
def test_an_operated_file_holds_its_own_digest(layout: str, suffix: str):
    contents = operated(ADDING[layout](), suffix)
    claim = claim_of(contents)
    assert claim.holds is True
    assert claim.credible
    read = read_network(contents)
    assert (read.why, read.remarks) == (WHY, tuple(filter(None, [read.network.body.about_neurons])))
    assert read.network.digest == contents.metadata[DIGEST]
    assert contents.metadata["clockwork_readout"] == "keep"


def test_every_layout_is_among_them():
    graphs = {"onnx"}  # tests/formats/test_onnx.py
    assert ADDING.keys() == LAYOUTS.keys() - graphs


def test_the_digest_is_that_of_the_network_as_it_will_be_read():
    changed = operated(ADDING["nanda"](), layout="transformerlens")
    assert digest_holds(changed.metadata, network_from_contents(changed)) is True
    halves = operated(hand_built(13, DIALS).cast(torch.float16))
    assert digest_holds(halves.metadata, network_from_contents(halves)) is True
    rounded = random_mlp(MlpShape(modulus=13, layers=0, shared=False, layout="plain_mlp"))
    bias = torch.randn(len(rounded.table_b[0]), generator=torch.Generator().manual_seed(0))
    rounded = replace(
        rounded, table_b=rounded.table_b + bias, layout=replace(rounded.layout, retained={"first bias": bias})
    )
    contents = operated(rounded)
    assert (
        network_from_contents(contents).digest != transplant(rounded, RECIPE).digest
    )  # a bias is taken out, and added
    assert digest_holds(contents.metadata, network_from_contents(contents)) is True


@pytest.mark.parametrize("name", ["table", "readout"])
def test_weights_that_were_changed_afterwards_are_told(name: str):
    contents = operated(hand_built_pizza(13, DIALS, 0.25))
    changed = "embed.W_E" if name == "table" else "unembed.W_U"
    forged = replace(contents, tensors=contents.tensors | {changed: contents.tensors[changed] * 1.001})
    assert claim_of(forged).holds is False
    read = read_network(forged)
    assert read.why.startswith("tried: ")
    assert NOT_FOLLOWED in read.remarks
    assert digest_holds(forged.metadata, read.network) is False
    assert read.network.modulus == 17


def test_a_claimed_reading_that_is_not_the_one_of_the_digest_is_not_followed():
    contents = operated(hand_built_pizza(13, DIALS, 0.25))
    claimed = json.loads(contents.metadata[READING]) | {"coefficient": 0.9}
    read = read_network(replace(contents, metadata={**contents.metadata, READING: json.dumps(claimed)}))
    assert read.network.hyperparameters.coefficient == pytest.approx(0.25, abs=0.02)
    assert read.remarks == (NOT_FOLLOWED,)


def test_without_a_digest_a_claim_is_followed_as_what_it_is():
    contents = claiming(LAYOUTS["he"].write(hand_built_mlp(13, DIALS)), activation="gelu")
    assert claim_of(contents).holds is None
    read = read_network(contents)
    assert (read.network.body.activation, read.why) == (
        "gelu",
        "claimed by the file's metadata, which anybody can write",
    )


def test_files_that_were_trained_here_claim_a_reading_and_no_digest():
    data = network_to_bytes(hand_built(13, DIALS), ".safetensors", {"clockwork_command": "some"})
    metadata = read_contents(data, "some.safetensors").metadata
    assert metadata.keys() == {"clockwork_command", READING}


@pytest.mark.parametrize(
    ("layout", "hyperparameters", "named"),
    [
        ("transformerlens", {"coefficient": 0.5}, r"coefficient 0\.5, which TransformerLens files leave no choice of"),
        ("transformerlens", {"tables": "separate"}, "tables separate, which TransformerLens files"),
        ("he", {"mask": "none"}, "mask none, which He et al. one-hot MLP files leave no choice of"),
        ("he", {"first_bias": "twice"}, "first_bias twice"),
        ("clockwork", {"order": "a > b"}, "order a > b, which Clockwork MLP files leave no choice of"),
    ],
)
def test_a_claim_of_what_is_not_open_is_refused_by_name(layout: str, hyperparameters: dict[str, object], named: str):
    contents = claiming(LAYOUTS[layout].write(ADDING[layout]()), **hyperparameters)
    for read in (read_network, network_from_contents):
        with pytest.raises(CheckpointError, match=f"some.pt: its metadata {READING} claims {named}"):
            read(contents)


def test_a_claim_of_what_the_layout_computes_anyway_is_none():
    usual = {"mask": "causal", "coefficient": 1.0, "tables": "shared", "first_bias": "once", "operation": [1, 1]}
    assert claim_of(claiming(LAYOUTS["he"].write(hand_built_mlp(13, DIALS)), **usual)).credible


def test_a_bias_counted_twice_is_written_out_for_a_layout_that_counts_it_once():
    shape = MlpShape(modulus=13, layers=2, biases=True, first_bias="twice", layout="zhong_linear")
    written = as_written(random_mlp(shape), "clockwork")
    assert json.loads(written.metadata[READING])["first_bias"] == "once"
    a, b = random_mlp(shape).task.pairs()
    found = read_network(written).network.logits(a, b)
    torch.testing.assert_close(found, random_mlp(shape).logits(a, b), rtol=0, atol=1e-5)


def test_files_of_older_versions_that_listed_their_weights_are_read_in_that_order():
    state = {"x": (13, 5), "another": (13, 5), "layer": (6, 10), "end": (13, 6)}
    tensors = {f"{name}.weight": torch.randn(*shape) for name, shape in state.items()}
    old = {READING: json.dumps({"activation": "tanh"}), OLD_ORDER: "\n".join(tensors)}
    network = read_network(Contents("some.safetensors", dict(sorted(tensors.items())), metadata=old)).network
    assert network.hyperparameters.order == "x.weight + another.weight > layer.weight > end.weight"
    assert torch.equal(network.table_a, tensors["x.weight"])


def test_a_configuration_that_cannot_be_computed_is_refused_whatever_the_metadata_claims():
    contents = operated(hand_built(13, DIALS))
    with pytest.raises(CheckpointError, match="normalization_type batch, but that is not computed here"):
        read_network(contents, {"normalization_type": "batch"})
    read = read_network(contents, {"p": 13, "act_fn": "gelu"})  # of the network that it was made of
    assert read.network.modulus == 17
    assert read.remarks == ("not used of its configuration, since the file's metadata says how it is read: p, act_fn",)


def test_a_bundled_network_claims_only_what_is_open():
    from models import zoo

    for name in zoo.names():
        contents = open_file(zoo.path_of(name))
        claim = claim_of(contents)
        assert (claim is not None) == (READING in contents.metadata)
        assert claim is None or claim.network.digest == zoo.load(name).digest


def test_random_networks_of_two_layers_keep_their_mask():
    network = random_network(Shape(layers=2, mask="none"))
    assert claim_of(as_written(network)).network.body.mask == "none"
