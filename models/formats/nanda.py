"""The layout of Nanda et al. 2023 (progress measures): weights stored output first, the state dict under `model`."""

import torch
from torch import Tensor

from models.bodies.block import Block
from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError
from models.formats.reading import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.formats.transformerlens import EXPECTED, block_count, equals_of, read_readout, transformer_body
from models.network import Layout, Network
from models.task import Addition

NAME = "nanda"
TITLE = "Nanda et al."
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
BIAS = "unembed.b_U"  # not in the authors' files; a fitted readout needs one


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    tensors = contents.tensors
    if absent := lacking(tensors, NEEDED):
        return absent
    reasons = []
    if tensors["blocks.0.attn.W_O"].ndim != 2:
        reasons.append(f"blocks.0.attn.W_O {list(tensors['blocks.0.attn.W_O'].shape)} is not d × (heads·e)")
    table, positions = tensors["embed.W_E"], tensors["pos_embed.W_pos"]
    if positions.ndim == 2 and table.ndim == 2 and table.shape[0] != positions.shape[1]:
        reasons.append(f"embed.W_E {list(table.shape)} is not d × token with d = {positions.shape[1]}")
    if positions.ndim == 2 and positions.shape[0] != 3:
        reasons.append(f"pos_embed.W_pos has {positions.shape[0]} positions, not 3 (a, b, '=')")
    return reasons


def read(contents: Contents) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    shapes = ShapeReader(contents.name, contents.tensors)
    embedding = shapes.take("embed.W_E", "d p+1").T
    depth = block_count(contents)
    blocks = tuple(_read_block(shapes, f"blocks.{number}.") for number in range(depth))
    positions = shapes.take("pos_embed.W_pos", "3 d")
    readout, kept = read_readout(shapes)
    bias = shapes.take_if_there(BIAS, str(shapes["p"]))
    known = {"embed.W_E", "pos_embed.W_pos", "unembed.W_U", BIAS}
    for number in range(depth):
        known |= {f"blocks.{number}.{part}" for part in (*BLOCK_SHAPES, MASK)}
        mask = f"blocks.{number}.{MASK}"
        kept |= {mask: contents.tensors[mask]} if mask in contents.tensors else {}
    refuse_unknown(contents.name, contents.tensors, known, EXPECTED)
    table = embedding[:-1]
    body = TransformerBody(blocks, positions, embedding[-1])
    return Network(Addition(shapes["p"]), table, table, body, readout, bias, Layout(NAME, kept))


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


def write(network: Network) -> dict[str, Tensor]:
    """The state dict (to be wrapped under `model`): output first, the column for '=' and the mask as they came."""
    body = transformer_body(network)
    attention_biases = [
        name for block in body.blocks for name in block.tensors() if name in ("b_Q", "b_K", "b_V", "b_O")
    ]
    if attention_biases or not network.tables_shared:
        raise CheckpointError(
            "The layout of Nanda et al. has one embedding for both operands, and no attention biases; "
            "this network needs one of them. Write it with --layout transformerlens, or link every dial."
        )
    kept = network.layout.kept
    readout = network.readout if "=" not in kept else torch.cat([network.readout, kept["="]], dim=1)
    state = {
        "embed.W_E": torch.cat([network.table_a, equals_of(body)]).T,
        "pos_embed.W_pos": body.positions,
        "unembed.W_U": readout,
    }
    if network.readout_bias is not None:
        state[BIAS] = network.readout_bias
    for number, block in enumerate(body.blocks):
        prefix = f"blocks.{number}."
        state |= {f"{prefix}attn.{name}": getattr(block, name).transpose(1, 2) for name in ("W_K", "W_Q", "W_V")}
        state[prefix + "attn.W_O"] = block.W_O.flatten(0, 1).T
        state |= {f"{prefix}mlp.{name}": getattr(block, name).T for name in ("W_in", "W_out")}
        state |= {f"{prefix}mlp.{name}": getattr(block, name) for name in ("b_in", "b_out")}
        state |= {prefix + MASK: kept[prefix + MASK]} if prefix + MASK in kept else {}
    return {name: tensor.contiguous() for name, tensor in state.items()}
