"""Transformers whose weights are stored output first: what Nanda et al. and Zhong et al. have in common."""

import torch
from torch import Tensor

from models.bodies.block import Block
from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.formats.transformerlens import EXPECTED, block_count, more_than_plain, transformer_body
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NEEDED = ("embed.W_E", "pos_embed.W_pos", "blocks.0.attn.W_O", "blocks.0.mlp.W_in", "unembed.W_U")
BLOCK_SHAPES = {
    "attn.W_K": "h e d",
    "attn.W_Q": "h e d",
    "attn.W_V": "h e d",
    "attn.W_O": "d he",
    "mlp.W_in": "m d",
    "mlp.b_in": "m",
    "mlp.W_out": "d m",
    "mlp.b_out": "d",
}
MASK = "attn.mask"
BIAS = "unembed.b_U"  # not in the authors' files; a fitted unembedding needs one
BEYOND = "="  # columns of the unembedding past the numbers


def missed_output_first(contents: Contents, positions: int) -> list[str]:
    """What keeps this file from being read so, with that many positions; empty where it fits."""
    tensors = contents.tensors
    if reasons := lacking(tensors, NEEDED) or more_than_plain(tensors):
        return reasons
    if tensors["blocks.0.attn.W_O"].ndim != 2:
        reasons.append(f"blocks.0.attn.W_O {list(tensors['blocks.0.attn.W_O'].shape)} is not d × (heads·e)")
    table, places = tensors["embed.W_E"], tensors["pos_embed.W_pos"]
    if places.ndim == 2 and table.ndim == 2 and table.shape[0] != places.shape[1]:
        reasons.append(f"embed.W_E {list(table.shape)} is not d × token with d = {places.shape[1]}")
    if places.ndim != 2 and positions == 2:
        reasons.append(f"pos_embed.W_pos {list(places.shape)} is not 2 × d")
    if places.ndim == 2 and places.shape[0] != positions:
        tokens = "a, b, '='" if positions == 3 else "a, b"
        reasons.append(f"pos_embed.W_pos has {places.shape[0]} positions, not {positions} ({tokens})")
    return reasons


def open_tables(contents: Contents, positions: int) -> tuple[str, ...]:
    """Whether b's tokens could be others than a's: only where there is an even number of them.

    Where the unembedding has half as many classes, they must be.
    """
    embedding, unembedding = contents.tensors["embed.W_E"], contents.tensors["unembed.W_U"]
    numbers = embedding.shape[1] - (positions == 3) if embedding.ndim == 2 else 0
    if unembedding.ndim == 2 and 2 * unembedding.shape[1] == numbers:
        return ("separate",)
    return ("shared", "separate") if numbers % 2 == 0 and numbers >= 4 else ("shared",)


def read_output_first(contents: Contents, hyperparameters: Hyperparameters, name: str, positions: int) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    shapes = ShapeReader(contents.name, contents.tensors)
    embedding = shapes.take("embed.W_E", "d tokens").T
    depth = block_count(contents)
    blocks = tuple(_read_block(shapes, f"blocks.{number}.") for number in range(depth))
    places = shapes.take("pos_embed.W_pos", f"{positions} d")
    equals = embedding[-1] if positions == 3 else None
    numbers = len(embedding) - (positions == 3)
    p = numbers if hyperparameters.tables == "shared" else numbers // 2
    if hyperparameters.tables == "separate" and numbers % 2:
        raise CheckpointError(
            f"{contents.name}: tensor embed.W_E has {numbers} numbers; expected an even count where each operand has "
            "tokens of its own. Read it with shared tables."
        )
    table_a = embedding[:p]
    table_b = table_a if hyperparameters.tables == "shared" else embedding[p : 2 * p]
    unembedding, retained = _read_unembedding(shapes, p, len(embedding))
    known = {"embed.W_E", "pos_embed.W_pos", "unembed.W_U", BIAS}
    for number in range(depth):
        known |= {f"blocks.{number}.{part}" for part in (*BLOCK_SHAPES, MASK)}
        mask = f"blocks.{number}.{MASK}"
        retained |= {mask: contents.tensors[mask]} if mask in contents.tensors else {}
    refuse_unknown(contents.name, contents.tensors, known, EXPECTED)
    bias = shapes.take_if_there(BIAS, str(p))
    body = TransformerBody(
        blocks, places, equals, hyperparameters.activation, hyperparameters.mask, hyperparameters.coefficient
    )
    return Network(Addition(p), table_a, table_b, body, unembedding, bias, Layout(name, retained, hyperparameters))


def _read_unembedding(shapes: ShapeReader, p: int, tokens: int) -> tuple[Tensor, dict[str, Tensor]]:
    """W_U [d, p], and the columns past the numbers, of tokens that are never an answer."""
    unembedding = shapes.take("unembed.W_U", "d classes")
    classes = shapes["classes"]
    if classes not in (p, tokens):
        either = f"{p} (the numbers)" + (f" or {tokens} (all tokens of embed.W_E)" if tokens != p else "")
        raise CheckpointError(f"{shapes.file_name}: tensor unembed.W_U has {classes} columns; expected {either}.")
    return unembedding[:, :p], ({BEYOND: unembedding[:, p:]} if classes > p else {})


def _read_block(shapes: ShapeReader, prefix: str) -> Block:
    raw = {part.split(".")[1]: shapes.take(prefix + part, shape) for part, shape in BLOCK_SHAPES.items()}
    h, e = raw["W_Q"].shape[:2]
    if shapes["he"] != h * e:
        raise CheckpointError(
            f"{shapes.file_name}: tensor {prefix}attn.W_O has {shapes['he']} columns; "
            f"expected {h * e} (heads × e = {h} × {e}, from {prefix}attn.W_Q)."
        )
    turned = {name: raw[name].transpose(1, 2) for name in ("W_Q", "W_K", "W_V")}
    output = raw["W_O"].T.unflatten(0, (h, e))
    return Block(**turned, W_O=output, W_in=raw["W_in"].T, b_in=raw["b_in"], W_out=raw["W_out"].T, b_out=raw["b_out"])


def write_output_first(network: Network) -> dict[str, Tensor]:
    """The state dict: output first, the columns past the numbers and the mask as they came."""
    body = transformer_body(network)
    separate = network.layout.hyperparameters.tables == "separate"
    attention_biases = [
        name for block in body.blocks for name in block.tensors() if name in ("b_Q", "b_K", "b_V", "b_O")
    ]
    if attention_biases or not (network.tables_shared or separate):
        raise CheckpointError(
            "The layouts of Nanda et al. and Zhong et al. have one embedding for both operands, and no attention "
            "biases; this network needs one of them. Write it with --layout transformerlens, or link every dial."
        )
    tokens = [network.table_a] + ([network.table_b] if separate else [])
    tokens += [] if body.equals is None else [body.equals[None]]
    state = {
        "embed.W_E": torch.cat(tokens).T,
        "pos_embed.W_pos": body.positions,
        "unembed.W_U": _with_columns_beyond(network, sum(map(len, tokens))),
    }
    if network.unembedding_bias is not None:
        state[BIAS] = network.unembedding_bias
    for number, block in enumerate(body.blocks):
        prefix = f"blocks.{number}."
        state |= {f"{prefix}attn.{name}": getattr(block, name).transpose(1, 2) for name in ("W_K", "W_Q", "W_V")}
        state[prefix + "attn.W_O"] = block.W_O.flatten(0, 1).T
        state |= {f"{prefix}mlp.{name}": getattr(block, name).T for name in ("W_in", "W_out")}
        state |= {f"{prefix}mlp.{name}": getattr(block, name) for name in ("b_in", "b_out")}
        retained = network.layout.retained
        state |= {prefix + MASK: retained[prefix + MASK]} if prefix + MASK in retained else {}
    return {name: tensor.contiguous() for name, tensor in state.items()}


def _with_columns_beyond(network: Network, tokens: int) -> Tensor:
    """The unembedding with a column a token, where the source had them; where their number changed, their mean."""
    beyond = network.layout.retained.get(BEYOND)
    if beyond is None:
        return network.unembedding
    wanted = tokens - network.modulus
    if beyond.shape[1] != wanted:
        beyond = beyond.mean(1, keepdim=True).expand(-1, wanted)
    return torch.cat([network.unembedding, beyond], dim=1)
