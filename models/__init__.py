"""Clockwork's computations: open a network, read its circuit, operate on it, count every pair.

Axis glossary, used for every shape in this package:

    p   the trained modulus: rows of the operand tables, columns of the readout
    q   the modulus after surgery; q = p before it
    k   a frequency, 1 .. ⌊p/2⌋; key frequencies are also called dials
    h   an attention head in a body's shapes, a harmonic (h·k) in surgery
    d   the residual width, what the readout reads
    e   the width of a head
    m   an MLP neuron
    a   the first operand, rows of a grid
    b   the second operand, columns of a grid
    c   a class, the answer (a + b) mod p
    n   any number on a clock; in batches, the batch
    r   a direction of the readout

For notebooks:

    import models
    network = models.open_network("my_checkpoint.pt")
    operated = models.transplant(network, models.linked_recipe(127, {16: 27, 30: -38, 56: -53}))
    models.evaluate(operated).counts
"""

from pathlib import Path

from models.circuits.logits import logit_waves
from models.circuits.spectra import embedding_spectrum, key_frequencies, neuron_logit_spectrum, unembedding_spectrum
from models.evaluation import evaluate
from models.formats.registry import open_file
from models.network import Network
from models.planner import find_dials
from models.readings import read_network
from models.surgery.recipe import Recipe, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from models.verdict import half_step_accuracy, inspect


def open_network(path: str | Path) -> Network:
    """The network in a checkpoint file, read as `models.readings` finds it fits. Raises CheckpointError."""
    return read_network(open_file(Path(path))).network


__all__ = [
    "Network",
    "Recipe",
    "embedding_spectrum",
    "evaluate",
    "find_dials",
    "half_step_accuracy",
    "inspect",
    "key_frequencies",
    "linked_recipe",
    "logit_waves",
    "neuron_logit_spectrum",
    "open_network",
    "own_recipe",
    "transplant",
    "unembedding_spectrum",
]
