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
"""

from collections.abc import Mapping
from dataclasses import replace
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
from models.circuits.measures import take_measures
from models.circuits.neurons import neuron_portrait, neuron_table
from models.circuits.planes import frequency_plane
from models.circuits.spectra import embedding_spectrum, key_frequencies, neuron_logit_spectrum, unembedding_spectrum
from models.evaluation import evaluate
from models.experiment.request import Request
from models.experiment.run import run
from models.formats.registry import open_file
from models.formats.roles.given import required_roles
from models.network import Network
from models.planner import find_dials
from models.readings import read_network
from models.surgery.recipe import Recipe, linked_recipe, own_recipe, read_recipe
from models.surgery.transplant import transplant


def open_network(source: str | Path, roles: Mapping[str, str] | None = None, **hyperparameters: Any) -> Network:
    """The network in a checkpoint file, or a bundled one by its name.

    Args:
        source: a path, or one of `models.zoo.names()`.
        roles: names of tensors → what each is in a transformer, e.g. {"m0": "embedding", "m1": "0.qkv"}.
        hyperparameters: what the tensors do not tell, e.g. activation="relu" (see `models.hyperparameters`); without
            them `models.readings` finds what fits.

    Raises:
        CheckpointError: the file is none that is known here, or does not hold what was said.

    >>> open_network("mlp-113").modulus
    113
    """
    if str(source) in zoo.names():
        return zoo.load(str(source))
    given = required_roles(roles, "roles") if roles else {}
    return read_network(replace(open_file(Path(source)), roles=given), chosen=hyperparameters or None).network


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
    "Network",
    "Recipe",
    "Request",
    "attention_heads",
    "embedding_spectrum",
    "evaluate",
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
    "neuron_logit_spectrum",
    "neuron_portrait",
    "neuron_table",
    "open_network",
    "open_recipe",
    "own_recipe",
    "pair_waves",
    "patched_dials",
    "patched_parts",
    "run",
    "take_measures",
    "transplant",
    "unembedding_spectrum",
    "walk_waves",
]
