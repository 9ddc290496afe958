"""The MLP of He et al. 2026: act(W_in[:, a] + W_in[:, b])·W_outᵀ on one-hot operands, or on a learned embedding."""

from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "he"
TITLE = "He et al. one-hot MLP"
NEEDED = ("mlp.W_in", "mlp.W_out")
EMBEDDING = "embed.W_E"  # d × p, only where the operands are not one-hot
CONSTANTS = ("mlp.basis",)  # the Fourier basis that the authors save beside the weights


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return lacking(contents.tensors, NEEDED)


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open: ReLU, x² and GeLU are all published."""
    return {"activation": ("relu", "square", "gelu")}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    refuse_unknown(contents.name, contents.tensors, {*NEEDED, EMBEDDING, *CONSTANTS})
    shapes = ShapeReader(contents.name, contents.tensors)
    embedding = shapes.take_if_there(EMBEDDING, "d p")
    into_neurons = shapes.take("mlp.W_in", "m p" if embedding is None else "m d").T
    unembedding = shapes.take("mlp.W_out", "p m").T
    table = into_neurons if embedding is None else embedding.T
    layers = () if embedding is None else (Dense(into_neurons),)
    body = MlpBody("sum", layers, hyperparameters.activation, table.shape[1])
    return Network(Addition(shapes["p"]), table, table, body, unembedding, None, Layout(NAME, {}, hyperparameters))


def write(network: Network) -> dict[str, Tensor]:
    """The state dict (to be wrapped under `model`); the authors' constants are not weights and are left away."""
    body = network.body
    few = isinstance(body, MlpBody) and len(body.layers) <= 1 and body.combination == "sum"
    if not few or network.unembedding_bias is not None or not network.tables_shared:
        raise CheckpointError(
            "The layout of He et al. holds one table for both operands, at most one layer, and a readout, nothing "
            "else; this network has more. Link every dial, or save the recipe instead of the network."
        )
    assert isinstance(body, MlpBody)
    if not body.layers:
        state = {"mlp.W_in": network.table_a.T}
    elif body.layers[0].bias is None:
        state = {EMBEDDING: network.table_a.T, "mlp.W_in": body.layers[0].weight.T}
    else:
        raise CheckpointError("The layout of He et al. has no biases; this network has. Leave --layout away.")
    state["mlp.W_out"] = network.unembedding.T
    return {name: tensor.contiguous() for name, tensor in state.items()}
