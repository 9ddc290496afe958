"""The one-layer MLP of Chughtai et al. 2023: relu([W_x[a], W_y[b]]·W)·W_U, a table for each operand."""

from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "chughtai_mlp"
TITLE = "Chughtai et al. MLP"
NEEDED = ("W_x", "W_y", "W", "W_U")


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return lacking(contents.tensors, NEEDED)


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open: the authors used ReLU alone, and somebody else may say another."""
    return {"activation": ("relu",)}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    refuse_unknown(contents.name, contents.tensors, NEEDED)
    shapes = ShapeReader(contents.name, contents.tensors)
    table_a, table_b = shapes.take("W_x", "p d"), shapes.take("W_y", "p d")
    weight = shapes.take("W", f"{2 * shapes['d']} m")
    unembedding = shapes.take("W_U", "m p")
    body = MlpBody("concat", (Dense(weight),), hyperparameters.activation, shapes["d"])
    return Network(Addition(shapes["p"]), table_a, table_b, body, unembedding, None, Layout(NAME, {}, hyperparameters))


def write(network: Network) -> dict[str, Tensor]:
    """The state dict of a network read in this layout."""
    body = network.body
    if not isinstance(body, MlpBody) or body.combination != "concat" or len(body.layers) != 1:
        raise CheckpointError(
            "The MLP layout of Chughtai et al. holds one layer on both operands side by side, nothing else."
        )
    state = {"W_x": network.table_a, "W_y": network.table_b, "W": body.layers[0].weight, "W_U": network.unembedding}
    return {name: tensor.contiguous() for name, tensor in state.items()}
