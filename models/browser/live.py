"""A network as the browser's kernel wants it: what its mean and each wave of its dials send, in float32."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.bodies.mlp import MlpRows
from models.bodies.one_layer import OneLayerRows
from models.browser.layout import HEADS, MOST_LAYERS, MOST_WAVES, Activation, Kind
from models.evaluation.grid import Grid, grid_of
from models.evaluation.plain import plain_margins
from models.evaluation.surrogate import NEAR_TIE, AffineSurrogate
from models.network import Network
from models.surgery.recipe import Recipe

ACTIVATIONS = {"relu": Activation.RELU, "square": Activation.SQUARE}
LANES = 4  # what is read out at once: directions and neurons are filled up with silent ones to a multiple of it
LARGEST_BYTES = 32 * 2**20
ERROR_ROOM = 50  # times the largest error of float32 that was seen
ERROR_PAIRS_A_ROW = 8
GOLDEN = 0.6180339887  # spreads these pairs over the columns


@dataclass(frozen=True, eq=False)
class LiveNetwork:
    """Counts and figures by name, and arrays by name, as in layout.py: what assets/console/live.js hands to the kernel.

    The several of one field are told apart by a number behind its name, such as `layer_weights 0`; `layers` lists the
    neurons of each further layer.
    """

    figures: dict[str, Any]
    arrays: dict[str, Tensor]  # float32

    def to_json(self) -> dict[str, Any]:
        """Figures, and for each array its place in `to_bytes`, counted in numbers."""
        places, start = {}, 0
        for name, array in self.arrays.items():
            places[name] = [start, array.numel()]
            start += array.numel()
        return {**self.figures, "arrays": places}

    def to_bytes(self) -> bytes:
        """All arrays, one after the other."""
        return b"".join(array.contiguous().numpy().tobytes() for array in self.arrays.values())


@torch.no_grad()
def live_network(network: Network, like: Recipe) -> LiveNetwork | None:
    """A network at any setting of a recipe's dials; None for bodies that the kernel does not compute."""
    if not like.dials or network.body.activation not in ACTIVATIONS:
        return None
    surrogate = AffineSurrogate(network, like)
    reader = surrogate.mean
    if reader is None or 2 * len(surrogate.found) > MOST_WAVES:
        return None
    if isinstance(reader, OneLayerRows):
        parts = _transformer(surrogate, reader)
    else:
        parts = _mlp(surrogate, reader) if isinstance(reader, MlpRows) else None
    if parts is None:
        return None
    figures, arrays = parts
    if surrogate.bias is not None:
        arrays["bias_waves"] = surrogate.bias[:, 0]
    grid = grid_of(network)
    assert grid  # it has a reader
    near = nearness(grid)
    if not near < 1:
        return None
    figures |= {
        "activation": int(ACTIVATIONS[network.body.activation]),
        "waves": 2 * len(surrogate.found),
        "directions": _rounded_up(2 * len(surrogate.found)),
        "partials": [[p.dial.frequency, p.harmonic] for p in surrogate.found],
        "has_bias": int(surrogate.bias is not None),
        "near": near,
    }
    found = LiveNetwork(figures, arrays)
    return found if sum(4 * array.numel() for array in arrays.values()) <= LARGEST_BYTES else None


def nearness(grid: Grid) -> float:
    """How near to a tie, of the logits' scale, the browser's kernel calls a pair undecided.

    That is a multiple of what float32 is seen to err on some pairs, and no bound: the kernel's count is quick, and only
    the server's is proven.
    """
    q, rows = grid.network.modulus, grid.few
    b = torch.arange(len(rows) * ERROR_PAIRS_A_ROW).double().mul(GOLDEN * q).remainder(q).long()
    place = torch.arange(len(rows)).repeat_interleave(ERROR_PAIRS_A_ROW)
    right, runner_up = grid.rough.rows.right_and_runner_up(rows)
    error = ((right - runner_up)[place, b].double() - plain_margins(grid.network, rows[place], b)).abs().max()
    scale = float(torch.stack([right, runner_up]).abs().max())
    near = ERROR_ROOM * float(error) / scale if 0 < scale < torch.inf else torch.inf
    return max(NEAR_TIE, near) if near < torch.inf else torch.inf


def _transformer(surrogate: AffineSurrogate, reader: OneLayerRows) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    if len(reader.from_a) != HEADS:  # silent ones included
        return None
    neurons, directions = reader.neurons_out.shape
    silent = -neurons % LANES

    def aligned(sent: Tensor) -> Tensor:  # […, m + r] with silent neurons between and silent directions behind
        past = pad(sent[..., neurons:], (0, -directions % LANES))
        return torch.cat([pad(sent[..., :neurons], (0, silent)), past], dim=-1)

    waves = surrogate.waves
    no_waves = torch.zeros(2 * len(surrogate.found), 0)
    arrays = {
        "from_a": aligned(reader.from_a[:, 0]),
        "from_a_waves": aligned(waves["from_a"].transpose(0, 1)),
        "from_b": aligned(reader.from_b[:, 0]),
        "from_b_waves": aligned(waves["from_b"].transpose(0, 1)),
        "own": aligned(reader.own[0]),
        "own_waves": aligned(waves["own"]) if "own" in waves else no_waves,
        "key_a": reader.key_a[:, 0],
        "key_a_waves": waves["key_a"].transpose(0, 1),
        "key_b": reader.key_b[:, 0],
        "key_b_waves": waves["key_b"].transpose(0, 1),
        "query": reader.query[:, 0],
        "query_waves": waves["query"].transpose(0, 1) if "query" in waves else no_waves,
        "out": pad(reader.neurons_out, (0, -directions % LANES, 0, silent)),
    }
    figures = {
        "kind": int(Kind.B_ASKS if reader.key_equals is None else Kind.EQUALS_ASKS),
        "neurons": neurons + silent,
        "key_width": reader.key_a.shape[-1] * HEADS,
        "coefficient": reader.coefficient,
        "score_equals": [] if reader.key_equals is None else reader.scores[2][0].tolist(),
        "layers": [],
    }
    return figures, arrays


def _mlp(surrogate: AffineSurrogate, reader: MlpRows) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    further = reader.body.layers[1:]
    if len(further) > MOST_LAYERS:
        return None
    neurons, directions = reader.from_a.shape[-1], reader.directions.shape[1]
    silent, past = -neurons % LANES, -directions % LANES

    def aligned(sent: Tensor) -> Tensor:  # […, m] with silent neurons, and nothing past them
        return pad(sent, (0, silent + directions + past))

    arrays = {
        "from_a": aligned(reader.from_a[0]),
        "from_a_waves": aligned(surrogate.waves["from_a"]),
        "from_b": aligned(reader.from_b[0]),
        "from_b_waves": aligned(surrogate.waves["from_b"]),
    }
    read = neurons + silent
    for number, layer in enumerate(further):
        into, out = layer.weight.shape
        arrays[f"layer_weights {number}"] = pad(layer.weight, (0, -out % LANES, 0, read - into))
        bias = layer.weight.new_zeros(out) if layer.bias is None else layer.bias
        arrays[f"layer_bias {number}"] = pad(bias, (0, -out % LANES))
        read = _rounded_up(out)
    arrays["out"] = pad(reader.directions, (0, past, 0, read - reader.directions.shape[0]))
    figures = {
        "kind": int(Kind.MLP),
        "neurons": neurons + silent,
        "key_width": 0,
        "coefficient": 1.0,
        "score_equals": [],
        "layers": [_rounded_up(layer.weight.shape[1]) for layer in further],
    }
    return figures, arrays


def _rounded_up(count: int) -> int:
    return count + -count % LANES
