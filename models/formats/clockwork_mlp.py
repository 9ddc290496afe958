"""MLPs trained here: embed.weight, layers.N.weight and .bias, unembed.weight; one table for both operands."""

from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "clockwork"
TITLE = "Clockwork MLP"
NEEDED = ("embed.weight", "layers.0.weight", "layers.0.bias", "unembed.weight")


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return lacking(contents.tensors, NEEDED)


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open: they are trained here with ReLU alone, and somebody else may say another."""
    return {"activation": ("relu",)}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    shapes = ShapeReader(contents.name, contents.tensors)
    table = shapes.take("embed.weight", "p d")
    layers: list[Dense] = []
    width = "d"
    for number in range(layer_count(contents)):
        weight = shapes.take(f"layers.{number}.weight", f"{width} m{number}")
        layers.append(Dense(weight, shapes.take(f"layers.{number}.bias", f"m{number}")))
        width = f"m{number}"
    unembedding = shapes.take("unembed.weight", f"{width} p")
    known = {"embed.weight", "unembed.weight"}
    known |= {f"layers.{number}.{part}" for number in range(len(layers)) for part in ("weight", "bias")}
    refuse_unknown(contents.name, contents.tensors, known)
    body = MlpBody("sum", tuple(layers), hyperparameters.activation, shapes["d"])
    return Network(Addition(shapes["p"]), table, table, body, unembedding, None, Layout(NAME, {}, hyperparameters))


def layer_count(contents: Contents) -> int:
    """One more than the highest layer that a name speaks of: a layer left out is then missed by its name."""
    numbers = [name.split(".")[1] for name in contents.tensors if name.startswith("layers.")]
    return max((int(number) + 1 for number in numbers if number.isdigit() and len(number) < 3), default=0)


def write(network: Network) -> dict[str, Tensor]:
    """The state dict of a network read in this layout."""
    body = network.body
    if not isinstance(body, MlpBody) or body.combination != "sum" or not body.layers or not network.tables_shared:
        raise CheckpointError(
            "Clockwork's MLP layout holds one table for both operands and layers on their sum; this one is another. "
            "Link every dial, or save the recipe instead of the network."
        )
    state = {"embed.weight": network.table_a, "unembed.weight": network.unembedding}
    for number, layer in enumerate(body.layers):
        state[f"layers.{number}.weight"] = layer.weight
        if layer.bias is not None:
            state[f"layers.{number}.bias"] = layer.bias
    return {name: tensor.contiguous() for name, tensor in state.items()}
