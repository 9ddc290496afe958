"""Networks of oscillators: the layout of docs/oscillators.md, whose tensors say everything that is computed.

drive.weight [p, 2N]                 complex drives, x of every oscillator and then y; or drive_a.weight, drive_b.weight
frequency [N], phase [N]             natural frequencies, and phases before the first step
strength.pairwise [1]                the coupling by A + B;  strength.three_body [1]  by A·B: one of both at least
coupling.real, coupling.imaginary    [N, N], between the oscillators: both or none
time [T]                             the length of each Euler step, all alike
readout.1.weight, readout.2.weight   [2N, p] from cosines and then sines of that harmonic: one of both at least
"""

import math

import torch
from torch import Tensor

from models.bodies.oscillators import OscillatorBody
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.shapes import ShapeReader, lacking, refuse_unknown
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition

NAME = "oscillators"
TITLE = "Oscillators"
NEEDED = ("phase", "time")
FREQUENCY = "frequency"
TABLES = ("drive.weight", "drive_a.weight", "drive_b.weight")
STRENGTHS = ("strength.pairwise", "strength.three_body")
COUPLINGS = ("coupling.real", "coupling.imaginary")
READOUTS = {1: "readout.1.weight", 2: "readout.2.weight"}
MOST_OSCILLATORS = 4096
MOST_STEPS = 256
LONGEST_STEP = 64.0  # units of time; a longer one follows no flow


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    names = contents.tensors
    reasons = lacking(names, NEEDED)
    if TABLES[0] not in names:
        reasons += lacking(names, TABLES[1:])
    if not any(name in names for name in STRENGTHS):
        reasons.append(f"neither {' nor '.join(STRENGTHS)}")
    if not any(name in names for name in READOUTS.values()):
        reasons.append(f"neither {' nor '.join(READOUTS.values())}")
    return reasons


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """Nothing: the tensors tell all of it."""
    return {}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    refuse_unknown(
        contents.name, contents.tensors, {*NEEDED, FREQUENCY, *TABLES, *STRENGTHS, *COUPLINGS, *READOUTS.values()}
    )
    shapes = ShapeReader(contents.name, contents.tensors)
    phase = shapes.take("phase", "N")
    count = shapes["N"]
    if not 1 <= count <= MOST_OSCILLATORS:
        raise CheckpointError(
            f"{contents.name} has {count:,} oscillators; expected 1 to {MOST_OSCILLATORS:,}. Bring a smaller network."
        )
    shapes.sizes["2N"] = 2 * count
    table_a, table_b = _tables(shapes)
    harmonics = tuple(h for h, name in READOUTS.items() if name in contents.tensors)
    steps, step = _time(contents.name, shapes.take("time", "T"))
    body = OscillatorBody(
        shapes.take_if_there(FREQUENCY, "N"),
        phase,
        shapes.take_if_there(STRENGTHS[0], "1"),
        shapes.take_if_there(STRENGTHS[1], "1"),
        _coupling(shapes),
        harmonics,
        step,
        steps,
    )
    unembedding = torch.cat([shapes.take(READOUTS[h], "2N p") for h in harmonics])
    return Network(Addition(shapes["p"]), table_a, table_b, body, unembedding, None, Layout(NAME, {}, hyperparameters))


def _tables(shapes: ShapeReader) -> tuple[Tensor, Tensor]:
    """Of both operands, the same object where they share one."""
    shared = shapes.take_if_there(TABLES[0], "p 2N")
    if shared is None:
        return shapes.take(TABLES[1], "p 2N"), shapes.take(TABLES[2], "p 2N")
    refuse_unknown(shapes.file_name, {name: shared for name in TABLES[1:] if name in shapes.tensors}, ())
    return shared, shared


def _coupling(shapes: ShapeReader) -> tuple[Tensor, Tensor] | None:
    if not any(name in shapes.tensors for name in COUPLINGS):
        return None
    return shapes.take(COUPLINGS[0], "N N"), shapes.take(COUPLINGS[1], "N N")


def _time(file_name: str, lengths: Tensor) -> tuple[int, float]:
    """T and dt. Raises CheckpointError for steps that are too many, too long or unlike."""
    if not 1 <= len(lengths) <= MOST_STEPS:
        raise CheckpointError(
            f"{file_name}: time has {len(lengths):,} steps; expected 1 to {MOST_STEPS}. Run it for fewer, longer steps."
        )
    step = float(lengths[0])
    if not (math.isfinite(step) and 0 < abs(step) <= LONGEST_STEP and bool((lengths == lengths[0]).all())):
        raise CheckpointError(
            f"{file_name}: time holds {lengths.tolist()[:3]}; expected the length of one step, other than 0 and at "
            f"most {LONGEST_STEP:g}, as often as there are steps."
        )
    return len(lengths), step


def write(network: Network) -> dict[str, Tensor]:
    """The state dict of a network of oscillators. Raises CheckpointError for another, or one that runs for no time."""
    body = network.body
    if not isinstance(body, OscillatorBody) or not 1 <= body.steps <= MOST_STEPS:
        raise CheckpointError(
            f"The layout of oscillators holds oscillators that run for 1 to {MOST_STEPS} steps; this network is "
            "another. Write it in its own layout."
        )
    tables = {TABLES[0]: network.table_a}
    if not network.tables_shared:
        tables = {TABLES[1]: network.table_a, TABLES[2]: network.table_b}
    time = torch.full((body.steps,), body.step, dtype=torch.float64)
    parts = network.unembedding.chunk(len(body.harmonics))
    read = {READOUTS[h]: part for h, part in zip(body.harmonics, parts, strict=True)}
    return {name: tensor.contiguous() for name, tensor in (tables | body.tensors() | {"time": time} | read).items()}
