"""The linear models of Zhong et al. 2023, A, B, C, D and X in their code: one or two layers on the operands' rows.

A: relu(l1(E_a + E_b)). B: a second layer after it. C: as B, but l1 is applied to each operand, and so is its bias.
D: l1 reads both rows side by side. X: as A, with a table for each operand. The unembedding is one more embedding.
"""

from torch import Tensor

from models.bodies.mlp import Dense, MlpBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "zhong_linear"
TITLE = "Zhong et al. linear model"
NEEDED = ("l1.weight", "l1.bias", "unembed.weight")
KNOWN = (*NEEDED, "embed.weight", "embed1.weight", "embed2.weight", "l2.weight", "l2.bias")


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    tensors = contents.tensors
    if absent := lacking(tensors, NEEDED):
        return absent
    return [] if "embed.weight" in tensors else lacking(tensors, ("embed1.weight", "embed2.weight"))


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open: B and C have the same tensors; and the activation, ReLU in all of the authors'."""
    choices: dict[str, tuple[object, ...]] = {"activation": ("relu",)}
    return choices | ({"first_bias": ("once", "twice")} if "l2.weight" in contents.tensors else {})


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    refuse_unknown(contents.name, contents.tensors, KNOWN)
    shapes = ShapeReader(contents.name, contents.tensors)
    if "embed.weight" in contents.tensors:
        table_a = table_b = shapes.take("embed.weight", "p d")
    else:
        table_a, table_b = shapes.take("embed1.weight", "p d"), shapes.take("embed2.weight", "p d")
    d = shapes["d"]
    side_by_side = contents.tensors["l1.weight"].ndim == 2 and contents.tensors["l1.weight"].shape[1] == 2 * d
    layers = [_layer(shapes, "l1", str(2 * d) if side_by_side else "d", "m")]
    if hyperparameters.first_bias == "twice":
        first = layers[0]
        layers = [Dense(first.weight, None if first.bias is None else 2 * first.bias)]
    if "l2.weight" in contents.tensors:
        layers.append(_layer(shapes, "l2", "m", "n"))
    unembedding = shapes.take("unembed.weight", f"p {'n' if len(layers) == 2 else 'm'}").T
    body = MlpBody("concat" if side_by_side else "sum", tuple(layers), hyperparameters.activation, d)
    return Network(Addition(shapes["p"]), table_a, table_b, body, unembedding, None, Layout(NAME, {}, hyperparameters))


def _layer(shapes: ShapeReader, name: str, read: str, neurons: str) -> Dense:
    return Dense(shapes.take(f"{name}.weight", f"{neurons} {read}").T, shapes.take(f"{name}.bias", neurons))


def write(network: Network) -> dict[str, Tensor]:
    """The state dict, as their nn.Embedding and nn.Linear name it."""
    body, hyperparameters = network.body, network.layout.hyperparameters
    if not isinstance(body, MlpBody) or len(body.layers) not in (1, 2) or network.unembedding_bias is not None:
        raise CheckpointError(
            "The linear models of Zhong et al. have one or two layers and a readout without a bias; this network has "
            "others. Save the recipe instead of the network."
        )
    tables = {"embed.weight": network.table_a}
    if not network.tables_shared:
        if body.combination == "concat" or len(body.layers) == 2:
            raise CheckpointError(
                "This linear model of Zhong et al. has one embedding for both operands, but this recipe gave each its "
                "own table. Link every dial, or save the recipe instead of the network."
            )
        tables = {"embed1.weight": network.table_a, "embed2.weight": network.table_b}
    state = tables | {"unembed.weight": network.unembedding.T}
    for number, layer in enumerate(body.layers, start=1):
        bias = layer.weight.new_zeros(layer.weight.shape[1]) if layer.bias is None else layer.bias
        halved = number == 1 and hyperparameters.first_bias == "twice"
        state |= {f"l{number}.weight": layer.weight.T, f"l{number}.bias": bias / 2 if halved else bias}
    return {name: tensor.contiguous() for name, tensor in state.items()}
