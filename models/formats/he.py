"""The one-hot MLP of He et al. 2026: act(W_in[:, a] + W_in[:, b])·W_outᵀ; it has no weights besides its tables."""

from collections.abc import Mapping
from typing import Any, get_args

from torch import Tensor

from models.bodies.mlp import Activation, MlpBody
from models.errors import CheckpointError
from models.formats.losses import mean_loss
from models.formats.reading import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.network import Layout, Network
from models.task import Addition

NAME = "he"
TITLE = "He et al. one-hot MLP"
NEEDED = ("mlp.W_in", "mlp.W_out")
READING = "clockwork_activation"  # in the metadata of files that were written here
CONSTANTS = ("mlp.basis",)  # the Fourier basis that the authors save beside the weights


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return lacking(contents.tensors, NEEDED)


def read(contents: Contents) -> Network:
    """The network of a file that `missed` nothing, its activation by `readings`.

    The tensors do not tell the activation. A file that was written here says it in its metadata. Otherwise both
    readings are tried against the losses that the file recorded; where it recorded none, ReLU is taken.
    """
    refuse_unknown(contents.name, contents.tensors, {*NEEDED, *CONSTANTS})
    shapes = ShapeReader(contents.name, contents.tensors)
    table = shapes.take("mlp.W_in", "m p").T
    readout = shapes.take("mlp.W_out", "p m").T
    p, m = shapes["p"], shapes["m"]

    def as_read_with(activation: Activation) -> Network:
        return Network(Addition(p), table, table, MlpBody("sum", (), activation, m), readout, None, Layout(NAME))

    said = contents.metadata.get(READING)
    for activation in get_args(Activation):
        if said == activation:
            return as_read_with(activation)
    losses = _recorded_losses(contents.recorded)
    readings = [as_read_with(activation) for activation in get_args(Activation)]
    return min(readings, key=lambda network: _distance(network, losses)) if losses else readings[0]


def _recorded_losses(recorded: Mapping[str, Any]) -> list[float]:
    names = ("train_loss", "test_loss")
    found = [recorded.get(name) for name in names]
    return [float(x) for x in found if isinstance(x, int | float) or (isinstance(x, Tensor) and x.numel() == 1)]


def _distance(network: Network, losses: list[float]) -> float:
    """How far the loss over all pairs, in nats, lies outside what the file recorded for its parts."""
    loss = mean_loss(network)
    return max(min(losses) - loss, loss - max(losses), 0.0)


def write(network: Network) -> dict[str, Tensor]:
    """The state dict (to be wrapped under `model`); the authors' constants are not weights and are left away."""
    body = network.body
    if not isinstance(body, MlpBody) or body.layers or network.readout_bias is not None or not network.tables_shared:
        raise CheckpointError(
            "The one-hot layout of He et al. holds one table for both operands and a readout, nothing else; "
            "this network has more. Link every dial, or save the recipe instead of the network."
        )
    return {"mlp.W_in": network.table_a.T.contiguous(), "mlp.W_out": network.readout.T.contiguous()}
