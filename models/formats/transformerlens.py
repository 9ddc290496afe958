"""TransformerLens's HookedTransformer state dict: weights head × d × e, input first; then maybe '='."""

import re
from collections.abc import Iterable

import torch
from torch import Tensor

from models.bodies.block import Block
from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "transformerlens"
TITLE = "TransformerLens"
EXPECTED = "Expected a transformer without LayerNorm. "
NEEDED = ("embed.W_E", "pos_embed.W_pos", "blocks.0.attn.W_Q", "blocks.0.mlp.W_in", "unembed.W_U")
BLOCK_SHAPES = {
    "attn.W_Q": "h d e",
    "attn.W_K": "h d e",
    "attn.W_V": "h d e",
    "attn.W_O": "h e d",
    "mlp.W_in": "d m",
    "mlp.b_in": "m",
    "mlp.W_out": "m d",
    "mlp.b_out": "d",
}
BLOCK_BIASES = {"attn.b_Q": "h e", "attn.b_K": "h e", "attn.b_V": "h e", "attn.b_O": "d"}
RETAINED = ("attn.mask", "attn.IGNORE")  # constants of the library: no weights, but needed to load it there again
FOREIGN = ("x_embed", "y_embed")  # Chughtai et al. save the tokens' representations beside the model


def more_than_plain(tensors: Iterable[str]) -> list[str]:
    """Norms and gates, which a plain transformer has not; as one reason, empty where there are none."""
    found = sorted(name for name in tensors if re.search(r"\bln(\d|_final|_f)?\b|\bnorm|W_gate", name))
    return [f"{found[0]} is of a norm or a gated MLP"] if found else []


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    tensors = contents.tensors
    if reasons := lacking(tensors, NEEDED) or more_than_plain(tensors):
        return reasons
    output = tensors.get("blocks.0.attn.W_O")
    if output is not None and output.ndim == 2:
        return [f"blocks.0.attn.W_O {list(output.shape)} is not head × e × d"]
    queries, table = tensors["blocks.0.attn.W_Q"], tensors["embed.W_E"]
    if queries.ndim == 3 and table.ndim == 2 and table.shape[1] != queries.shape[1]:
        return [f"embed.W_E {list(table.shape)} is not token × d with d = {queries.shape[1]} as in blocks.0.attn.W_Q"]
    return []


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open; whether attention is causal matters past the first layer only."""
    masks: tuple[object, ...] = ("causal", "none") if block_count(contents) > 1 else ("causal",)
    return {"activation": ("relu", "gelu", "tanh"), "mask": masks}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    shapes = ShapeReader(contents.name, contents.tensors)
    ends_with_equals = _position_count(contents) == 3
    embedding = shapes.take("embed.W_E", "p+1 d" if ends_with_equals else "p d")
    depth = block_count(contents)
    blocks = tuple(_read_block(shapes, f"blocks.{number}.") for number in range(depth))
    positions = shapes.take("pos_embed.W_pos", "3 d" if ends_with_equals else "2 d")
    unembedding, retained = read_unembedding(shapes)
    known = {"embed.W_E", "pos_embed.W_pos", "unembed.W_U", "unembed.b_U", *FOREIGN}
    for number in range(depth):
        known |= {f"blocks.{number}.{part}" for part in (*BLOCK_SHAPES, *BLOCK_BIASES, *RETAINED)}
        retained |= {
            n: contents.tensors[n] for part in RETAINED if (n := f"blocks.{number}.{part}") in contents.tensors
        }
    refuse_unknown(contents.name, contents.tensors, known, EXPECTED)
    bias = shapes.take_if_there("unembed.b_U", str(unembedding.shape[1] + ("=" in retained)))
    if bias is not None and "=" in retained:
        retained["= bias"], bias = bias[-1:], bias[:-1]
    table = embedding[: shapes["p"]]
    equals = embedding[-1] if ends_with_equals else None
    body = TransformerBody(blocks, positions, equals, hyperparameters.activation, hyperparameters.mask)
    return Network(
        Addition(shapes["p"]), table, table, body, unembedding, bias, Layout(NAME, retained, hyperparameters)
    )


def _position_count(contents: Contents) -> int:
    """2 where a file says so; else 3, which is then asked for by name."""
    positions = contents.tensors["pos_embed.W_pos"]
    return 2 if positions.ndim == 2 and len(positions) == 2 else 3


def block_count(contents: Contents) -> int:
    """How many layers the names speak of."""
    numbers = {name.split(".")[1] for name in contents.tensors if name.startswith("blocks.")}
    return len({number for number in numbers if number.isdigit()})


def read_unembedding(shapes: ShapeReader) -> tuple[Tensor, dict[str, Tensor]]:
    """W_U [d, p], and its column for '=' where it has one (retained under "=")."""
    unembedding = shapes.take("unembed.W_U", "d classes")
    if shapes["classes"] == shapes["p"] + 1 and shapes.tensors["embed.W_E"].shape[0] == shapes["p"] + 1:
        return unembedding[:, :-1], {"=": unembedding[:, -1:]}
    if shapes["classes"] == shapes["p"]:
        return unembedding, {}
    raise CheckpointError(
        f"{shapes.file_name}: tensor unembed.W_U has {shapes['classes']} columns; expected {shapes['p']} "
        f"(the numbers) or {shapes['p'] + 1} (the numbers and '='), since embed.W_E has {shapes['p'] + 1} tokens."
    )


def _read_block(shapes: ShapeReader, prefix: str) -> Block:
    weights = {part.split(".")[1]: shapes.take(prefix + part, shape) for part, shape in BLOCK_SHAPES.items()}
    biases = {part.split(".")[1]: shapes.take_if_there(prefix + part, shape) for part, shape in BLOCK_BIASES.items()}
    return Block(**weights, **{name: bias for name, bias in biases.items() if bias is not None})


def transformer_body(network: Network) -> TransformerBody:
    """The body of a network that is to be written as a transformer."""
    if not isinstance(network.body, TransformerBody):
        raise CheckpointError(
            f"A transformer's layout cannot express an MLP (read from {network.layout.name}); leave --layout away."
        )
    return network.body


def write(network: Network) -> dict[str, Tensor]:
    """The state dict of a network: '=' last in W_E, the mask and IGNORE retained, foreign tensors dropped."""
    body = transformer_body(network)
    if body.coefficient != 1:
        raise CheckpointError(
            f"TransformerLens's attention weights sum to 1; this network adds {1 - body.coefficient:g} to each. "
            "Leave --layout away."
        )
    if not network.tables_shared:
        raise CheckpointError(
            "TransformerLens has one embedding for both operands, but this recipe gave each its own table. "
            "Link every dial, or save the recipe instead of the network."
        )
    retained = network.layout.retained
    state = {
        "embed.W_E": torch.cat([network.table_a] + ([] if body.equals is None else [body.equals[None]])),
        "pos_embed.W_pos": body.positions,
        "unembed.W_U": network.unembedding,
    }
    if network.unembedding_bias is not None:
        state["unembed.b_U"] = network.unembedding_bias
    if network.layout.name == NAME and "=" in retained:
        state["unembed.W_U"] = torch.cat([network.unembedding, retained["="]], dim=1)
        if "= bias" in retained and network.unembedding_bias is not None:
            state["unembed.b_U"] = torch.cat([network.unembedding_bias, retained["= bias"]])
    for number, block in enumerate(body.blocks):
        for name, tensor in block.tensors().items():
            part = "mlp" if name in ("W_in", "W_out", "b_in", "b_out") else "attn"
            state[f"blocks.{number}.{part}.{name}"] = tensor
        state |= {n: retained[n] for part in RETAINED if (n := f"blocks.{number}.{part}") in retained}
    return {name: tensor.contiguous() for name, tensor in state.items()}
