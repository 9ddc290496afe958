"""MLPs of nn.Embedding and nn.Linear under any names, known by how their shapes follow one another.

[p, d] once or twice (embeddings), then layers [out, in] that read d (their sum) or 2d (side by side), then [p, m], the
readout. Or no embedding: [m, 2p] reads both one-hot operands side by side. Biases stand under the same name.

The order is the file's. A .safetensors file has its names in the order of the alphabet, so those written here say which
it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError
from models.facts import Facts
from models.formats.reading import Contents
from models.formats.shapes import refuse_unknown
from models.network import Layout, Network
from models.task import Addition

NAME = "plain_mlp"
TITLE = "MLP of nn.Embedding and nn.Linear"
ONE_HOT_BIAS = "first bias"  # part of b's table here, so that the body has none
ORDER = "clockwork_order"  # in the metadata of files that were written here: the weights, one a line


@dataclass(frozen=True)
class _Chain:
    """The names of the weights by what they do."""

    embeddings: tuple[str, ...]
    layers: tuple[str, ...]
    readout: str


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return [] if _chain(contents) else ["no chain of embeddings [p, d], layers [out, in] and a readout [p, m]"]


def _chain(contents: Contents) -> _Chain | None:
    """The weights in order, tried with one embedding, with two and with none."""
    names = _in_order(contents)
    shapes = {name: tuple(contents.tensors[name].shape) for name in names}
    if len(names) < 2:
        return None
    readout = names[-1]
    p = shapes[readout][0]
    for count in (1, 2, 0):
        embeddings, layers = tuple(names[:count]), tuple(names[count:-1])
        if not layers or any(
            shapes[name] != (p, shapes[names[0]][1]) or _bias(name) in contents.tensors for name in embeddings
        ):
            continue
        widths = {p * 2} if not embeddings else {shapes[names[0]][1], 2 * shapes[names[0]][1]}
        follows = shapes[layers[0]][1] in widths and (embeddings or len(layers) == 1)
        read = [shapes[name][1] for name in (*layers[1:], readout)]
        if follows and read == [shapes[name][0] for name in layers]:
            return _Chain(embeddings, layers, readout)
    return None


def _in_order(contents: Contents) -> Sequence[str]:
    """The names of the weights in the order said in the file, or else in the file's own."""
    names = [name for name, tensor in contents.tensors.items() if name.endswith("weight") and tensor.ndim == 2]
    said = contents.metadata.get(ORDER, "").split("\n")
    return said if sorted(said) == sorted(names) else names


def _bias(weight: str) -> str:
    return weight.removesuffix("weight") + "bias"


def open_facts(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open."""
    return {"activation": ("relu", "gelu", "tanh", "square")}


def read(contents: Contents, facts: Facts) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    chain = _chain(contents)
    assert chain  # missed looked
    weights = (*chain.embeddings, *chain.layers, chain.readout)
    refuse_unknown(contents.name, contents.tensors, {*weights, *map(_bias, (*chain.layers, chain.readout))})
    tensors = {name: _float(contents, name) for name in contents.tensors}
    p = len(tensors[chain.readout])
    kept: dict[str, Tensor] = {}
    if chain.embeddings:
        table_a = tensors[chain.embeddings[0]]
        table_b = tensors[chain.embeddings[-1]] if len(chain.embeddings) == 2 else table_a
        layers = tuple(Dense(tensors[name].T, tensors.get(_bias(name))) for name in chain.layers)
        d = table_a.shape[1]
        body = MlpBody("sum" if layers[0].weight.shape[0] == d else "concat", layers, facts.activation, d)
    else:
        first = chain.layers[0]
        table_a, table_b = tensors[first].T[:p], tensors[first].T[p:]
        if _bias(first) in tensors:
            kept[ONE_HOT_BIAS] = tensors[_bias(first)]
            table_b = table_b + kept[ONE_HOT_BIAS]
        body = MlpBody("sum", (), facts.activation, table_a.shape[1])
    layout = Layout(NAME, kept, facts, weights)
    readout, bias = tensors[chain.readout].T, tensors.get(_bias(chain.readout))
    return Network(Addition(p), table_a, table_b, body, readout, bias, layout)


def _float(contents: Contents, name: str) -> Tensor:
    tensor = contents.tensors[name]
    expected = contents.tensors.get(name.removesuffix("bias") + "weight")
    if not tensor.is_floating_point():
        raise CheckpointError(f"{contents.name}: tensor {name} is {tensor.dtype}; expected floating-point weights.")
    if name.endswith("bias") and expected is not None and list(tensor.shape) != [len(expected)]:
        raise CheckpointError(
            f"{contents.name}: tensor {name} has shape {list(tensor.shape)}; expected [{len(expected)}], one for each "
            "output of its layer."
        )
    return tensor.detach()


def write(network: Network) -> dict[str, Tensor]:
    """The state dict under the names of the source. Raises CheckpointError where it has no room for the network."""
    body, names, kept = network.body, network.layout.names, network.layout.kept
    if not isinstance(body, MlpBody) or not names:
        raise CheckpointError("This layout takes its names from the file that was opened; leave --layout away.")
    count = max(1, len(body.layers)) + 1
    embeddings, layers, readout = names[:-count], names[-count:-1], names[-1]
    if len(embeddings) == 1 and not network.tables_shared:
        raise CheckpointError(
            "The source has one embedding for both operands, but this recipe gave each its own table. "
            "Link every dial, or save the recipe instead of the network."
        )
    state = dict(zip(embeddings, (network.table_a, network.table_b), strict=False))
    for name, layer in zip(layers, body.layers, strict=False):
        state[name] = layer.weight.T
        state |= {} if layer.bias is None else {_bias(name): layer.bias}
    if not embeddings:
        bias = kept.get(ONE_HOT_BIAS)
        table_b = network.table_b if bias is None else network.table_b - bias
        state[layers[0]] = torch.cat([network.table_a, table_b]).T
        state |= {} if bias is None else {_bias(layers[0]): bias}
    state[readout] = network.readout.T
    if network.readout_bias is not None:
        state[_bias(readout)] = network.readout_bias
    return {name: tensor.contiguous() for name, tensor in state.items()}
