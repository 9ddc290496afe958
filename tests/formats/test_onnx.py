"""Graphs of operators: the same answers as PyTorch's, operated, written back, with weights in a second file."""

import io
from functools import cache

import onnx
import pytest
import torch
from onnx import helper

from models import zoo
from models.circuits.neurons import neuron_logit_weights
from models.circuits.spectra import key_frequencies
from models.errors import CheckpointError
from models.evaluation import evaluate, predictions
from models.formats.containers.onnx_file import looks_like_onnx
from models.formats.decoding import Contents, read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import (
    as_written,
    network_from_bytes,
    network_from_contents,
    network_to_bytes,
    operated_to_bytes,
    suffixes_of,
)
from models.hyperparameters import PLAIN
from models.network import Network
from models.readings import read_network
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.onnx_graphs import BUILT, P, model, plain_arrays, plain_model, plain_nodes, whole, with_between
from tests.torch_modules import MODULES, built, exported, given

BY_TRACING = [title for title in MODULES if title != "transformer with LayerNorm"]  # that exporter fails on it
BY_DYNAMO = ("transformer with LayerNorm", "nn.TransformerEncoder", "LSTM", "one-hot inside")
OF_ONE_PAIR = ("GRU", "nn.TransformerEncoder, norm first", "RNN")


@cache
def network_of(title: str, dynamo: bool, dynamic: bool) -> Network:
    """What was exported, read as a visitor's file; the sequence of untrained networks has to be said."""
    chosen = None if MODULES[title].trained else {"tokens": MODULES[title].tokens}
    contents = read_contents(exported(title, dynamo, dynamic), "some.onnx", UPLOAD)
    return read_network(contents, chosen=chosen).network


def require_pytorchs_answers(title: str, network: Network) -> None:
    """Every pair is answered as by the module itself."""
    pairs = MODULES[title].pairs()
    with torch.no_grad():
        logits = built(title)(*given(title, pairs))
    logits = logits[:, -1] if logits.ndim == 3 else logits
    assert network.modulus == MODULES[title].modulus
    assert torch.equal(predictions(network).flatten(), logits.argmax(-1))


@pytest.mark.parametrize("title", BY_TRACING)
def test_every_pair_is_answered_as_by_pytorch(title: str):
    require_pytorchs_answers(title, network_of(title, False, True))


@pytest.mark.parametrize("title", BY_DYNAMO)
def test_so_it_is_from_the_newer_exporter(title: str):
    require_pytorchs_answers(title, network_of(title, True, True))


@pytest.mark.parametrize("title", OF_ONE_PAIR)
@pytest.mark.parametrize("dynamo", [False, True])
def test_a_graph_of_one_pair_computes_all_of_them(title: str, dynamo: bool):
    require_pytorchs_answers(title, network_of(title, dynamo, False))


def test_what_only_takes_one_pair_takes_many_side_by_side():
    one, many = (network_of("LSTM", True, dynamic) for dynamic in (False, True))
    assert (one.body.plan.feed.unit, many.body.plan.feed.unit) == (1, 0)
    assert torch.equal(evaluate(one).states, evaluate(many).states)


@pytest.mark.parametrize("title", ["transformer with LayerNorm", "LSTM", "one-hot inside", "one-hot inputs", "MLP"])
def test_an_operated_network_is_written_and_read_back_with_the_same_figures(title: str):
    network = network_of(title, title in BY_DYNAMO, True)
    keys = key_frequencies(network).frequencies if MODULES[title].trained else (1, 2, 3)
    recipe = own_recipe(127, keys)
    operated = transplant(network, recipe)
    data = operated_to_bytes(operated, ".onnx", recipe.to_json(), network.digest)
    contents = read_contents(data, "operated.onnx")
    again = read_network(contents)
    assert again.why.startswith("claimed by the file's metadata")
    assert contents.metadata["clockwork_digest"] == again.network.digest
    assert contents.metadata["clockwork_source_digest"] == network.digest
    assert again.network.modulus == 127
    assert torch.equal(predictions(again.network), predictions(operated))
    onnx.checker.check_model(onnx.ModelProto.FromString(data))


def test_the_trained_network_has_its_circuit():
    network = network_of("transformer with LayerNorm", True, True)
    found = evaluate(network)
    assert found.counts.right == 97**2
    assert found.proof.unproven == 0
    assert key_frequencies(network).frequencies == key_frequencies(zoo.load("layernorm-97")).frequencies


@pytest.mark.parametrize("title", BUILT)
@pytest.mark.parametrize("modulus", [5, P, 13])
def test_graphs_of_every_kind_are_operated_and_written_back(title: str, modulus: int):
    network = network_from_bytes(BUILT[title]().SerializeToString(), "some.onnx")
    operated = transplant(network, own_recipe(modulus, (1, 2)))
    again = network_from_bytes(network_to_bytes(operated, ".onnx", {}), "again.onnx")
    twice = network_from_bytes(network_to_bytes(again, ".onnx", {}), "twice.onnx")
    assert again.modulus == twice.modulus == modulus
    assert torch.equal(predictions(again), predictions(operated))
    assert torch.equal(predictions(twice), predictions(operated))


def test_a_token_of_the_graphs_own_is_part_of_the_body():
    network = network_from_bytes(BUILT["with a token of its own"]().SerializeToString(), "some.onnx")
    assert network.modulus == P
    assert network.body.tensors()["table.constant tokens"].shape == (1, 8)


def test_neurons_are_found_between_two_products_and_else_said_to_be_missing():
    with_neurons, plain = (
        network_from_bytes(BUILT[title]().SerializeToString(), "some.onnx") for title in ("with neurons", "plain")
    )
    numbers = torch.arange(P)
    received, active = with_neurons.body.last_neurons(with_neurons.table_a, with_neurons.table_b, numbers, numbers)
    assert torch.equal(active, received.relu())
    assert with_neurons.body.about_neurons == ""
    assert neuron_logit_weights(with_neurons).shape == (24, P)
    assert "no ReLU" in plain.body.about_neurons
    assert neuron_logit_weights(plain).shape == (16, P)


def test_its_bias_is_taken_out_and_its_softmax_off():
    made = BUILT["with neurons"]()
    network = network_from_bytes(made.SerializeToString(), "some.onnx")
    bias = next(tensor for tensor in made.graph.initializer if tensor.name == "bias")
    assert network.unembedding_bias.tolist() == pytest.approx(onnx.numpy_helper.to_array(bias).tolist())


# Weights in a second file


def external() -> tuple[bytes, bytes]:
    """A graph and the file of its tensors."""
    made, data = plain_model(), bytearray(b"before")
    for tensor in made.graph.initializer:
        entries = {"location": "weights.data", "offset": str(len(data)), "length": str(len(tensor.raw_data))}
        data += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in entries.items():
            tensor.external_data.add(key=key, value=value)
    return made.SerializeToString(), bytes(data)


def test_weights_in_a_second_file_are_read_from_the_bytes_that_came_along():
    graph, data = external()
    contents = read_contents(graph, "some.onnx", beside={"weights.data": data, "other": b""})
    inside = read_contents(plain_model().SerializeToString(), "some.onnx")
    assert contents.parts == ("weights.data",)
    assert {name: tensor.tolist() for name, tensor in contents.tensors.items()} == {
        name: tensor.tolist() for name, tensor in inside.tensors.items()
    }
    changed = read_contents(graph, "some.onnx", beside={"weights.data": data[:-1] + b"\x3f"})
    assert changed.file_digest != contents.file_digest


def test_no_second_file_is_opened_by_its_name(tmp_path, monkeypatch: pytest.MonkeyPatch):
    graph, data = external()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.data").write_bytes(data)
    with pytest.raises(CheckpointError, match=r"second file, weights\.data, which did not come along; drop both"):
        read_contents(graph, "some.onnx")


def test_a_second_file_that_is_too_short_is_refused():
    graph, data = external()
    with pytest.raises(CheckpointError, match=r"said to lie at bytes .* which has 100"):
        read_contents(graph, "some.onnx", beside={"weights.data": data[:100]})


# What cannot be done is said


def test_other_endings_are_refused_both_ways():
    network = network_from_bytes(plain_model().SerializeToString(), "some.onnx")
    assert suffixes_of(network) == (".onnx",)
    with pytest.raises(CheckpointError, match=r"Cannot write \.pt; expected \.onnx"):
        network_to_bytes(network, ".pt", {})
    with pytest.raises(CheckpointError, match=r"can be written as \.onnx alone; leave --layout general out"):
        as_written(network, "general")
    other = network_from_contents(
        Contents("some.pt", {"mlp.W_in": torch.randn(8, 11), "mlp.W_out": torch.randn(11, 8)})
    )
    with pytest.raises(CheckpointError, match=r"Cannot write \.onnx; expected \.safetensors or \.pt"):
        network_to_bytes(other, ".onnx", {})


def test_a_graph_with_sizes_of_its_own_is_not_written_at_another_modulus():
    nodes = plain_nodes()
    nodes[-1].output[0] = "product"
    nodes.append(helper.make_node("Reshape", ["product", "sizes"], ["logits"]))
    made = model(nodes, plain_arrays(sizes=whole(-1, P)))
    network = network_from_bytes(made.SerializeToString(), "some.onnx")
    network_to_bytes(network, ".onnx", {})
    with pytest.raises(CheckpointError, match="cannot be written back with these tables"):
        network_to_bytes(transplant(network, own_recipe(13, (1, 2))), ".onnx", {})


def test_tables_that_a_recipe_sets_apart_have_no_room_in_one():
    network = network_from_bytes(plain_model().SerializeToString(), "some.onnx")
    apart = Network(
        network.task, network.table_a, network.table_b + 1, network.body, network.unembedding, None, network.layout
    )
    with pytest.raises(CheckpointError, match="one table for both operands, but this recipe gave each its own"):
        network_to_bytes(apart, ".onnx", {})


def test_a_longer_sequence_has_to_be_said():
    arrays = plain_arrays()
    arrays["read"] = torch.randn(5 * 8, P).numpy()
    arrays["table"] = torch.randn(P + 1, 8).numpy()
    data = model(plain_nodes(), arrays, tokens=("pairs", 5)).SerializeToString()
    with pytest.raises(CheckpointError, match=r"takes sequences of 5 tokens.* Say which, by `--read tokens="):
        network_from_bytes(data, "some.onnx")
    contents = read_contents(data, "some.onnx")
    read = network_from_contents(contents, PLAIN.with_values({"tokens": "a s0 b s0 s0"}))
    assert read.body.description["tokens"] == "a s0 b s0 s0"


def test_a_constant_token_among_the_numbers_is_refused():
    made = BUILT["with a token of its own"]()
    equals = next(tensor for tensor in made.graph.initializer if tensor.name == "equals")
    equals.CopyFrom(onnx.numpy_helper.from_array(whole(3).reshape(1, 1), "equals"))
    with pytest.raises(CheckpointError, match="a constant token that is one of the numbers"):
        network_from_bytes(made.SerializeToString(), "some.onnx")


def test_a_model_is_known_by_its_bytes_too():
    buffer = io.BytesIO()
    torch.save({"x": torch.zeros(2)}, buffer)
    assert looks_like_onnx("some", plain_model().SerializeToString())
    assert not looks_like_onnx("some.pt", buffer.getvalue())


def test_operators_between_are_computed():
    data = with_between(helper.make_node("Tanh", ["flat"], ["made"]))
    network = network_from_bytes(data, "some.onnx")
    numbers = torch.arange(P)
    flat = torch.cat([network.table_a, network.table_b], dim=1)
    assert torch.allclose(network.logits(numbers, numbers), flat.tanh() @ network.unembedding, atol=1e-6)


def test_neurons_of_a_transformer_are_those_of_its_last_position():
    graph, known = network_of("transformer with LayerNorm", True, True), zoo.load("layernorm-97")
    numbers = torch.arange(97)
    found, expected = (
        torch.stack(network.body.last_neurons(network.table_a, network.table_b, numbers, numbers.flip(0)))
        for network in (graph, known)
    )
    assert torch.allclose(found, expected, atol=1e-5)


def test_pairs_that_are_computed_from_other_pairs_are_refused():
    nodes = plain_nodes(
        [
            helper.make_node("ReduceMean", ["flat", "first"], ["mean"], keepdims=1),
            helper.make_node("Sub", ["flat", "mean"], ["made"]),
        ],
        "made",
    )
    data = model(nodes, plain_arrays(first=whole(0))).SerializeToString()
    with pytest.raises(CheckpointError, match=r"of a pair from other pairs too; expected .* model\.eval"):
        network_from_bytes(data, "some.onnx")
