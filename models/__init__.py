"""Clockwork's computations: open a network, read its circuit, operate on it, count every pair.

Axis glossary, used for every shape in this package:

    p   the trained modulus: rows of the operand tables, columns of the unembedding
    q   the modulus after surgery; q = p before it
    k   a frequency, 1 .. ⌊p/2⌋; key frequencies are also called dials
    h   an attention head in a body's shapes, a harmonic (h·k) in surgery
    d   the residual width, what the unembedding reads
    e   the width of a head
    m   an MLP neuron
    a   the first operand, rows of a grid
    b   the second operand, columns of a grid
    c   a class, the answer (a + b) mod p
    n   any number on a clock; in batches, the batch
    r   a direction of the unembedding

For notebooks:

    import models
    network = models.open_network("my_checkpoint.pt")  # or the name of a bundled one, "transformer-113"
    operated = models.transplant(network, models.linked_recipe(127, {16: 27, 30: -38, 56: -53}))
    models.evaluate(operated).counts
    models.find_dials(network, 127).recipe             # dials found, and counted on all pairs
    models.measures_of(network).to_rows()              # every measure, with what was skipped and why
    models.sweep({"mine": network}, range(2, 257), resume="counts")  # rows for a DataFrame
    models.train("record", snapshots=[10, 20]).network(20)           # trained here, kept at these steps
    models.find_defects(network).defects               # rows and dials out of place, and .mended
    models.save_network(network, "operated.safetensors", recipe=models.find_dials(network, 127).recipe)

Names in `__all__` are promised: they stay, with these arguments, until the version says otherwise.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models import zoo
from models.analysis.inspection import half_step_accuracy, inspect
from models.analysis.patching import patched_dials, patched_parts
from models.circuits.attention import attention_heads
from models.circuits.findings import Findings
from models.circuits.key_rules import key_rules
from models.circuits.logit_fit import logit_fit, pair_waves, walk_waves
from models.circuits.logit_grid import LogitGrid
from models.circuits.logit_maps import logit_maps
from models.circuits.logits import logit_waves
from models.circuits.measures import Measure, Measured, register_measure, take_measures, unregister_measure
from models.circuits.neurons import neuron_portrait, neuron_table
from models.circuits.planes import frequency_plane
from models.circuits.spectra import embedding_spectrum, key_frequencies, neuron_logit_spectrum, unembedding_spectrum
from models.evaluation import evaluate
from models.experiment.request import Request
from models.experiment.run import run
from models.library.activations import run_with_cache
from models.library.measures import Measures, measures_of
from models.library.opening import Run, open_network, open_reading, open_run
from models.library.operating import find_dials, transplant
from models.library.paper.figure import PaperFigure, figure_for_paper
from models.library.saving import save_network, to_transformer_lens
from models.library.sweeping import SweepRow, sweep
from models.library.training import TrainedRun, train
from models.network import Network
from models.surgery.recipe import Recipe, linked_recipe, own_recipe, read_recipe
from models.wavelets.defects import find_defects
from models.wavelets.scalogram import scalogram


def open_recipe(source: str | Path | Mapping[str, Any]) -> Recipe:
    """The recipe of a recipe file, or of what stands in one.

    Args:
        source: a path, or the file's JSON as a mapping.

    Raises:
        RecipeError: it is no recipe; the sentence says why.

    >>> open_recipe(linked_recipe(127, {16: 22}).to_json()).targets
    {16: 22.0}
    """
    return Recipe.from_json(source) if isinstance(source, Mapping) else read_recipe(Path(source))


__all__ = [
    "Findings",
    "LogitGrid",
    "Measure",
    "Measured",
    "Measures",
    "Network",
    "PaperFigure",
    "Recipe",
    "Request",
    "Run",
    "SweepRow",
    "TrainedRun",
    "attention_heads",
    "embedding_spectrum",
    "evaluate",
    "figure_for_paper",
    "find_defects",
    "find_dials",
    "frequency_plane",
    "half_step_accuracy",
    "inspect",
    "key_frequencies",
    "key_rules",
    "linked_recipe",
    "logit_fit",
    "logit_maps",
    "logit_waves",
    "measures_of",
    "neuron_logit_spectrum",
    "neuron_portrait",
    "neuron_table",
    "open_network",
    "open_reading",
    "open_recipe",
    "open_run",
    "own_recipe",
    "pair_waves",
    "patched_dials",
    "patched_parts",
    "register_measure",
    "run",
    "run_with_cache",
    "save_network",
    "scalogram",
    "sweep",
    "take_measures",
    "to_transformer_lens",
    "train",
    "transplant",
    "unembedding_spectrum",
    "unregister_measure",
    "walk_waves",
    "zoo",
]


def __dir__() -> list[str]:
    return __all__
