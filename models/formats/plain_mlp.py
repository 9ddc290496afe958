"""MLPs of nn.Embedding and nn.Linear under any names, known by how their shapes follow one another.

[p, d] once or twice (embeddings), then layers [out, in] that read d (their sum) or 2d (side by side), then [p, m], the
unembedding. Or no embedding: [m, 2p] reads both one-hot operands side by side. Biases stand under the same name.

A container's order tells nothing (.safetensors sorts by name), so every order that the shapes allow is a reading of the
file, tried like any other hidden fact. Files that are written here say theirs.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError, shown
from models.formats.chains import MOST_ORDERS, Chain, Weights, chain_in_line, fits, orders_of, written_chain
from models.formats.decoding import Contents
from models.formats.shapes import refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "plain_mlp"
TITLE = "MLP of nn.Embedding and nn.Linear"
LONGEST = 400  # characters of an order in a sentence
ONE_HOT_BIAS = "first bias"  # part of b's table here, so that the body has none


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    if odd := _odd_biases(contents):
        return odd
    fitting = orders_of(_weights(contents)).found
    return [] if fitting else ["no chain of embeddings [p, d], layers [out, in] and a readout [p, m]"]


def _odd_biases(contents: Contents) -> list[str]:
    """The first bias that is not one number for each output of its layer."""
    for name in sorted(_weights(contents).biased):
        bias, outputs = contents.tensors[_bias(name)], len(contents.tensors[name])
        if list(bias.shape) != [outputs]:
            return [f"{_bias(name)} {list(bias.shape)} is not one number for each of the {outputs} outputs of {name}"]
    return []


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open; the order of the weights, where its ways are few enough to be tried."""
    orders = orders_of(_weights(contents))
    texts = tuple(map(str, orders.found)) if orders.all else ("",)
    return {"activation": ("relu", "gelu", "tanh", "square"), "order": texts}


def order_of_names(contents: Contents, names: Sequence[str]) -> str:
    """The order in which weights named in line compute; empty where they do not fit together so."""
    return str(chain_in_line(names, _weights(contents)) or "")


def weight_names(contents: Contents) -> list[str]:
    """The weights that an order is of."""
    return [*_weights(contents).shapes]


def _weights(contents: Contents) -> Weights:
    shapes = {
        name: (int(tensor.shape[0]), int(tensor.shape[1]))
        for name, tensor in contents.tensors.items()
        if name.endswith("weight") and tensor.ndim == 2
    }
    return Weights(shapes, frozenset(name for name in shapes if _bias(name) in contents.tensors))


def _chain(contents: Contents, order: str) -> Chain:
    """The chain that was asked for, or the only one. Raises CheckpointError."""
    weights = _weights(contents)
    if order:
        if fits(chain := written_chain(order), weights):
            return chain
        raise CheckpointError(
            f"{contents.name}: its weights do not fit together as {shown(order, LONGEST)!r}; expected all of them, "
            f"each reading what the one before gives, such as {_example(weights)}."
        )
    orders = orders_of(weights)
    if len(orders.found) == 1 and orders.all:
        return orders.found[0]
    raise CheckpointError(
        f"{contents.name}: its weights fit together in {len(orders.found) if orders.all else f'over {MOST_ORDERS}'} "
        f"orders; say which one computes, such as --read order={_example(weights)}, or number the layers' names."
    )


def _example(weights: Weights) -> str:
    return repr(shown(str(orders_of(weights).found[0]), LONGEST))


def _bias(weight: str) -> str:
    return weight.removesuffix("weight") + "bias"


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    chain = _chain(contents, hyperparameters.order)
    refuse_unknown(contents.name, contents.tensors, {*chain.names, *map(_bias, (*chain.layers, chain.unembedding))})
    tensors = {name: _float(contents, name) for name in contents.tensors}
    p = len(tensors[chain.unembedding])
    retained: dict[str, Tensor] = {}
    if chain.embeddings:
        table_a = tensors[chain.embeddings[0]]
        table_b = tensors[chain.embeddings[-1]] if len(chain.embeddings) == 2 else table_a
        layers = tuple(Dense(tensors[name].T, tensors.get(_bias(name))) for name in chain.layers)
        d = table_a.shape[1]
        body = MlpBody("sum" if layers[0].weight.shape[0] == d else "concat", layers, hyperparameters.activation, d)
    else:
        first = chain.layers[0]
        table_a, table_b = tensors[first].T[:p], tensors[first].T[p:]
        if _bias(first) in tensors:
            retained[ONE_HOT_BIAS] = tensors[_bias(first)]
            table_b = table_b + retained[ONE_HOT_BIAS]
        body = MlpBody("sum", (), hyperparameters.activation, table_a.shape[1])
    layout = Layout(NAME, retained, replace(hyperparameters, order=str(chain)))
    unembedding, bias = tensors[chain.unembedding].T, tensors.get(_bias(chain.unembedding))
    return Network(Addition(p), table_a, table_b, body, unembedding, bias, layout)


def _float(contents: Contents, name: str) -> Tensor:
    tensor = contents.tensors[name]
    if not tensor.is_floating_point():
        raise CheckpointError(f"{contents.name}: tensor {name} is {tensor.dtype}; expected floating-point weights.")
    return tensor.detach()


def write(network: Network) -> dict[str, Tensor]:
    """The state dict under the names of the source. Raises CheckpointError where it has no room for the network."""
    body, hyperparameters, retained = network.body, network.layout.hyperparameters, network.layout.retained
    if not isinstance(body, MlpBody) or not hyperparameters.order:
        raise CheckpointError("This layout takes its names from the file that was opened; leave --layout away.")
    chain = written_chain(hyperparameters.order)
    embeddings, layers, unembedding = chain.embeddings, chain.layers, chain.unembedding
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
        bias = retained.get(ONE_HOT_BIAS)
        table_b = network.table_b if bias is None else network.table_b - bias
        state[layers[0]] = torch.cat([network.table_a, table_b]).T
        state |= {} if bias is None else {_bias(layers[0]): bias}
    state[unembedding] = network.unembedding.T
    if network.unembedding_bias is not None:
        state[_bias(unembedding)] = network.unembedding_bias
    return {name: tensor.contiguous() for name, tensor in state.items()}
