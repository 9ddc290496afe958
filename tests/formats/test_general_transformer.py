"""Transformers under any names: what is read computes what the code base computed, and is written back as it was."""

import pytest
import torch

from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.general_transformer import NAME
from models.formats.registry import (
    layout_of,
    network_from_bytes,
    network_from_contents,
    network_to_bytes,
    open_hyperparameters_of,
)
from models.hyperparameters import PLAIN
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.layouts import LAYOUTS, Layout, P, layout_named

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.title)


def test_there_are_enough():
    assert len(LAYOUTS) >= 20


@every_layout
def test_what_is_read_computes_what_its_authors_compute(layout: Layout):
    network = layout.network()
    assert network.layout.name == NAME
    a, b = network.task.pairs()
    logits = network.cast(torch.float64).logits(a, b)
    torch.testing.assert_close(logits, layout.expected(a, b), rtol=1e-5, atol=1e-6)


@every_layout
def test_its_facts_are_among_those_that_are_tried(layout: Layout):
    contents = Contents("some.pt", layout.state)
    choices = open_hyperparameters_of(contents)
    network = layout.network()
    read = network.hyperparameters.values()
    tried = {name for name, values in choices.items() if read[name] in values}
    assert tried | {"norm_eps"} == set(choices)


@every_layout
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_it_is_written_back_as_it_was(layout: Layout, suffix: str):
    network = layout.network()
    data = network_to_bytes(network, suffix, {})
    again = network_from_bytes(data, f"some{suffix}")
    assert again.digest == network.digest
    written = read_contents(data, f"some{suffix}").tensors
    assert written.keys() == layout.state.keys()
    assert all(torch.equal(written[name], tensor) for name, tensor in layout.state.items())


@every_layout
def test_an_operated_one_is_read_back_as_it_is(layout: Layout):
    operated = transplant(layout.network(), own_recipe(11, (1, 2, 3)))
    if layout.title == "tied":
        with pytest.raises(CheckpointError, match="one matrix for embedding and unembedding"):
            network_to_bytes(operated, ".pt", {})
        return
    again = network_from_bytes(network_to_bytes(operated, ".pt", {}), "some.pt")
    assert again.modulus == 11
    assert again.digest == operated.digest


@every_layout
def test_a_body_that_changed_is_written_as_it_is(layout: Layout):
    network = layout.network()
    changed = network.map_tensors(lambda tensor: 1.5 * tensor)
    if layout.title == "tied":
        changed = network
    again = network_from_bytes(network_to_bytes(changed, ".pt", {}), "some.pt")
    if layout.facts.get("table_scale") == "root" or "positions" not in layout.names:  # rows are divided by √d
        a, b = network.task.pairs()
        torch.testing.assert_close(again.logits(a, b), changed.logits(a, b), rtol=1e-4, atol=1e-4)
    else:
        assert again.digest == changed.digest


def test_what_has_no_role_keeps_a_file_from_being_read():
    state = layout_named("porth").state
    for name in ("blocks.0.attn.rotary_emb.inv_freq", "blocks.0.attn.router"):
        with pytest.raises(CheckpointError, match=f"{name}.* has no role"):
            layout_of(Contents("some.pt", state | {name: torch.ones(4)}))


@pytest.mark.parametrize("more", [("mlp.4",), ("mlp.4", "mlp.6")])
def test_an_mlp_of_more_layers_than_are_computed_is_refused(more: tuple[str, ...]):
    state = layout_named("nn.MultiheadAttention, pre").state
    deeper = {f"{name}.weight": state["mlp.0.weight"] @ state["mlp.2.weight"] for name in more}
    with pytest.raises(CheckpointError, match=r"mlp\.\d\.weight \[.*\] has no role"):
        layout_of(Contents("some.pt", state | deeper))


def test_a_number_that_is_called_a_bias_has_no_role():
    state = layout_named("TransformerLens with LayerNorm").state | {"unembed.b_U": torch.tensor(1.0)}
    with pytest.raises(CheckpointError, match=r"unembed.b_U \[\] has no role"):
        layout_of(Contents("some.pt", state))


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("tok_emb.weight", "no table of tokens"),
        ("blocks.0.attn.qkv.weight", "layer 0 has no queries, no keys, no values"),
        ("blocks.0.attn.proj.weight", "layer 0 has no output of its attention"),
        ("blocks.0.mlp.up.weight", "layer 0 has no matrix into its neurons"),
        ("blocks.0.mlp.down.weight", "layer 0 has no matrix out of its neurons"),
    ],
)
def test_what_is_missing_is_told(gone: str, message: str):
    state = {name: tensor for name, tensor in layout_named("porth").state.items() if name != gone}
    with pytest.raises(CheckpointError, match=message):
        layout_of(Contents("some.pt", state))


def test_heads_that_do_not_divide_are_refused():
    layout = layout_named("porth")
    with pytest.raises(CheckpointError, match="cannot be 3 heads"):
        Layout(layout.title, layout.names, dict(layout.facts) | {"heads": 3}).network()
    told = layout_named("bare names")
    with pytest.raises(CheckpointError, match="has 2 heads by its shapes; expected 4"):
        Layout(told.title, told.names, dict(told.facts) | {"heads": 4}).network()


@pytest.mark.parametrize(("name", "shape"), [("W_K", (1, 8, 4)), ("W_V", (2, 8, 3)), ("W_O", (2, 4, 8, 1))])
def test_heads_of_keys_or_values_that_are_others_are_refused(name: str, shape: tuple[int, ...]):
    state = layout_named("bare names").state | {name: torch.ones(shape)}
    with pytest.raises(CheckpointError, match=r"expected as many heads of one size|no output of its attention"):
        network_from_contents(Contents("some.pt", state))


def test_a_sequence_that_has_no_room_is_refused():
    layout = layout_named("porth")
    with pytest.raises(CheckpointError, match="has 8 rows and its unembedding 7 classes"):
        Layout(layout.title, layout.names, layout.facts, tokens="a s0 b s1", rows=P + 1).network()


def test_what_nobody_tells_is_read_as_the_first_of_what_it_may_be():
    contents = Contents("some.pt", layout_named("bare names").state)
    first = {name: values[0] for name, values in open_hyperparameters_of(contents).items()}
    assert len(open_hyperparameters_of(contents)["tokens"]) > 1
    read = network_from_contents(contents, PLAIN.with_values({"activation": "relu"})).hyperparameters
    assert (read.tokens, read.heads) == (first["tokens"], first["heads"])
