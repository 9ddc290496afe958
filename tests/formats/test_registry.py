"""Round trips through files in every layout and container, and what a state dict is refused for."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.registry import (
    LAYOUTS,
    network_from_bytes,
    network_from_contents,
    network_to_bytes,
    open_file,
    operated_to_bytes,
)
from models.network import Layout, Network
from models.surgery.recipe import Dial, Recipe, Turn, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, nanda_shapes, random_network, reference_logits, shapes, transformerlens_shapes

suffixes = st.sampled_from([".pt", ".pth", ".safetensors"])
FULL = {
    "transformerlens": Shape(attention_biases=True, unembedding_bias=True, constants=True),
    "nanda": Shape(layout="nanda", equals_column=True, constants=True),
}


def there_and_back(network: Network, suffix: str = ".pt", layout: str | None = None) -> Network:
    return network_from_bytes(network_to_bytes(network, suffix, {}, layout), f"some{suffix}")


def assert_same_function(found: Network, expected: Network):
    pairs = expected.task.pairs()
    # The same products in float64, of values of order 1, perhaps summed in another order.
    torch.testing.assert_close(
        found.cast(torch.float64).logits(*pairs), reference_logits(expected, *pairs), rtol=0, atol=1e-12
    )


@given(shapes, suffixes)
def test_a_network_survives_its_file(shape: Shape, suffix: str):
    network = random_network(shape)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert again.tables_shared
    assert_same_function(again, network)


@given(shapes, suffixes)
def test_a_file_is_written_again_as_it_was(shape: Shape, suffix: str):
    first = network_to_bytes(random_network(shape), suffix, {})
    second = network_to_bytes(network_from_bytes(first, f"some{suffix}"), suffix, {})
    before, after = (read_contents(data, f"some{suffix}").tensors for data in (first, second))
    assert before.keys() == after.keys()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


@given(nanda_shapes, suffixes)
def test_the_layout_of_nanda_is_rewritten_as_transformerlens(shape: Shape, suffix: str):
    network = random_network(shape)
    again = there_and_back(network, suffix, "transformerlens")
    assert again.layout.name == "transformerlens"
    assert again.unembedding.shape == network.unembedding.shape
    assert_same_function(again, network)


@given(transformerlens_shapes)
def test_the_names_and_shapes_are_those_of_hookedtransformer(shape: Shape):
    state = LAYOUTS["transformerlens"].write(random_network(shape))
    p, d, h, e = shape.modulus, shape.width, shape.heads, shape.head_width
    assert state["embed.W_E"].shape == (p + 1, d)
    assert state["unembed.W_U"].shape == (d, p + shape.equals_column)
    assert ("unembed.b_U" in state) == shape.unembedding_bias
    for number in range(shape.layers):
        assert state[f"blocks.{number}.attn.W_Q"].shape == (h, d, e)
        assert state[f"blocks.{number}.attn.W_O"].shape == (h, e, d)
        assert (f"blocks.{number}.attn.mask" in state) == shape.constants


def test_equals_is_the_last_token():
    network = random_network(Shape())
    for layout, table in (("transformerlens", "embed.W_E"), ("nanda", "embed.W_E")):
        tokens = LAYOUTS[layout].write(network)[table]
        assert torch.equal(tokens[-1] if layout == "transformerlens" else tokens[:, -1], network.body.equals)


def test_the_layout_of_nanda_stores_weights_output_first():
    network = random_network(FULL["nanda"])
    state, block = LAYOUTS["nanda"].write(network), network.body.blocks[0]
    assert torch.equal(state["embed.W_E"][:, :-1], network.table_a.T)
    assert torch.equal(state["blocks.0.attn.W_Q"], block.W_Q.mT)
    assert torch.equal(state["blocks.0.attn.W_O"], block.W_O.flatten(0, 1).T)
    assert torch.equal(state["blocks.0.mlp.W_in"], block.W_in.T)
    assert torch.equal(state["unembed.W_U"][:, :-1], network.unembedding)


@pytest.mark.parametrize("layout", FULL)
@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
def test_an_operated_network_survives_its_file_with_its_recipe(layout: str, suffix: str):
    recipe = own_recipe(17, (1, 3))
    source = random_network(FULL[layout])
    operated = transplant(source, recipe)
    data = operated_to_bytes(operated, suffix, recipe.to_json(), source.digest)
    contents = read_contents(data, f"some{suffix}")
    assert network_from_contents(contents).digest == operated.digest
    assert Recipe.from_json(json.loads(contents.metadata["clockwork_recipe"])) == recipe
    assert contents.metadata["clockwork_source_digest"] == source.digest
    assert contents.metadata["clockwork_digest"] == operated.digest


def test_a_column_and_a_bias_for_equals_are_both_kept():
    network = random_network(Shape(equals_column=True, unembedding_bias=True))
    assert there_and_back(network).digest == network.digest


def test_a_file_whose_tokens_are_as_many_as_a_head_is_wide_fits_one_layout():
    network = random_network(Shape(modulus=7, head_width=8, width=16, layout="nanda"))
    assert there_and_back(network).digest == network.digest


def test_float64_survives_its_file():
    network = random_network(FULL["transformerlens"]).cast(torch.float64)
    again = there_and_back(network)
    assert again.unembedding.dtype == torch.float64
    assert again.digest == network.digest


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_of_16_bits_are_the_same_numbers_in_float32(dtype: torch.dtype):
    network = random_network(FULL["transformerlens"]).cast(dtype)
    again = there_and_back(network)
    assert again.unembedding.dtype == torch.float32
    assert again.digest == network.cast(torch.float32).digest


def test_a_state_dict_may_stand_under_a_key_beside_records():
    buffer = io.BytesIO()
    state = LAYOUTS["nanda"].write(random_network(FULL["nanda"]))
    torch.save({"state_dict": state, "epoch": 7}, buffer)
    contents = read_contents(buffer.getvalue(), "some.pth")
    assert contents.recorded == {"epoch": 7}
    assert network_from_contents(contents).digest == random_network(FULL["nanda"]).digest


def test_tensors_that_chughtai_saved_beside_the_model_are_passed_over():
    network = random_network(FULL["transformerlens"])
    state = LAYOUTS["transformerlens"].write(network) | {"x_embed": torch.zeros(8, 8), "y_embed": torch.zeros(8, 8)}
    again = network_from_contents(Contents("some.pt", state))
    assert again.digest == network.digest
    assert "x_embed" not in LAYOUTS["transformerlens"].write(again)


# What cannot be written


def test_operands_with_a_table_each_cannot_be_written():
    network = transplant(random_network(Shape()), Recipe(7, (Dial(1, Turn(2), b=Turn(3)),)))
    with pytest.raises(CheckpointError, match="one embedding for both operands, but this recipe gave each its own"):
        network_to_bytes(network, ".pt", {})


def test_attention_biases_cannot_be_written_in_the_layout_of_nanda():
    with pytest.raises(CheckpointError, match=r"and no attention biases; .* --layout transformerlens"):
        network_to_bytes(random_network(Shape(attention_biases=True)), ".pt", {}, "nanda")


def test_a_fitted_readout_takes_its_bias_into_the_layout_of_nanda():
    network = replace(random_network(Shape(unembedding_bias=True)), layout=Layout("nanda"))
    assert network_from_bytes(network_to_bytes(network, ".pt", {}), "some.pt").digest == network.digest


@pytest.mark.parametrize(("suffix", "named"), [(".json", r"\.json"), ("", "a file without an ending")])
def test_other_endings_cannot_be_written(suffix: str, named: str):
    with pytest.raises(CheckpointError, match=rf"Cannot write {named}; expected \.safetensors or \.pt"):
        network_to_bytes(random_network(Shape()), suffix, {})


# What is refused


def state_of(layout: str) -> dict[str, Tensor]:
    return LAYOUTS[layout].write(random_network(FULL[layout]))


def opened(state: dict[str, Tensor]) -> Network:
    return network_from_contents(Contents("some.pt", state))


EVERY_TENSOR = [(layout, name) for layout in FULL for name in state_of(layout) if not name.endswith(("mask", "IGNORE"))]
OPTIONAL = ("b_Q", "b_K", "b_V", "b_O", "b_U")


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_a_missing_tensor_is_named(layout: str, name: str):
    state = state_of(layout)
    del state[name]
    if name.endswith(OPTIONAL):
        assert opened(state).modulus == 7
    else:
        with pytest.raises(CheckpointError, match=rf"no {name}|tensor {name} is missing; expected it with shape \["):
            opened(state)


SPOILT: dict[str, Callable[[Tensor], Tensor]] = {
    "one axis more": lambda tensor: tensor[None],
    "no axis": lambda tensor: tensor.sum(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_a_tensor_with_the_wrong_axes_is_named(layout: str, name: str, spoil: Callable[[Tensor], Tensor]):
    state = state_of(layout)
    with pytest.raises(CheckpointError, match=rf"{name} .*(expected|is not)"):
        opened(state | {name: spoil(state[name])})


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_tensors_whose_sizes_disagree_are_refused(layout: str, name: str):
    state = state_of(layout)  # which of the two that disagree is at fault cannot be known: one is named
    with pytest.raises(CheckpointError, match=r"(embed|attn|mlp)\.\w+ .*(expected|is not)"):
        opened(state | {name: torch.cat([state[name]] * 3, dim=-1)})


@pytest.mark.parametrize(
    ("layout", "name", "shape", "message"),
    [
        (
            "transformerlens",
            "blocks.0.mlp.b_in",
            (11,),
            r"some.pt: tensor blocks.0.mlp.b_in has shape \[11\]; expected \[12\] \(m\)",
        ),
        (
            "transformerlens",
            "unembed.W_U",
            (8, 9),
            r"tensor unembed.W_U has 9 columns; expected 7 \(the numbers\) or 8 \(the numbers and '='\)",
        ),
        (
            "transformerlens",
            "embed.W_E",
            (8, 9),
            r"embed.W_E \[8, 9\] is not token × d with d = 8 as in blocks.0.attn.W_Q",
        ),
        (
            "transformerlens",
            "pos_embed.W_pos",
            (4, 8),
            r"tensor pos_embed.W_pos has shape \[4, 8\]; expected \[3, 8\] \(3 d\)",
        ),
        ("nanda", "embed.W_E", (9, 8), r"embed.W_E \[9, 8\] is not d × token with d = 8"),
        ("nanda", "pos_embed.W_pos", (3, 1, 8), r"pos_embed.W_pos has shape \[3, 1, 8\]; expected \[3, 8\]"),
        (
            "nanda",
            "blocks.0.attn.W_O",
            (8, 9),
            r"tensor blocks.0.attn.W_O has 9 columns; expected 8 \(heads × e = 2 × 4",
        ),
        ("nanda", "blocks.0.attn.W_O", (2, 4, 8), r"blocks.0.attn.W_O \[2, 4, 8\] is not d × \(heads·e\)"),
    ],
)
def test_a_wrong_shape_says_what_was_expected_and_found(layout: str, name: str, shape: tuple[int, ...], message: str):
    with pytest.raises(CheckpointError, match=message):
        opened(state_of(layout) | {name: torch.zeros(shape)})


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_whole_numbers_are_no_weights(layout: str, name: str):
    state = state_of(layout)
    with pytest.raises(CheckpointError, match=rf"tensor {name} is torch.int64; expected floating-point weights"):
        opened(state | {name: state[name].long()})


@pytest.mark.parametrize("layout", FULL)
@pytest.mark.parametrize("extra", ["hook_scale", "blocks.0.attn.b_X", "blocks.0.attn.rotary_sin"])
def test_a_tensor_without_a_place_is_named(layout: str, extra: str):
    message = f"holds tensors that this layout has no place for: {extra}. Expected a transformer without LayerNorm"
    with pytest.raises(CheckpointError, match=message):
        opened(state_of(layout) | {extra: torch.ones(8)})


def test_a_layer_that_is_skipped_is_missed():
    state = state_of("transformerlens") | {"blocks.2.mlp.b_in": torch.zeros(12)}
    with pytest.raises(CheckpointError, match=r"tensor blocks.1.attn.W_Q is missing"):
        opened(state)


def test_a_file_that_fits_no_layout_says_what_each_missed():
    message = "some.pt holds 1 tensor of 3 numbers: weight .* It fits no layout known here. "
    message += "TransformerLens: no embed.W_E, .*; Nanda et al.: no embed.W_E, .* rename its tensors as"
    with pytest.raises(CheckpointError, match=message):
        opened({"weight": torch.zeros(3)})


def test_a_network_of_fewer_than_two_numbers_is_refused():
    network = random_network(Shape(modulus=2))
    one = replace(
        network, table_a=network.table_a[:1], table_b=network.table_a[:1], unembedding=network.unembedding[:, :1]
    )
    state = LAYOUTS["transformerlens"].write(replace(one, table_b=one.table_a))
    with pytest.raises(CheckpointError, match=r"some\.pt has 1 numbers; expected a modulus of at least 2"):
        opened(state)


def test_a_file_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(CheckpointError, match=r"nowhere\.pt cannot be opened: No such file or directory"):
        open_file(tmp_path / "nowhere.pt")


def test_a_name_too_long_for_any_file_says_so(tmp_path: Path):
    with pytest.raises(CheckpointError, match="cannot be opened: File name too long"):
        open_file(tmp_path / ("a" * 300 + ".pt"))
