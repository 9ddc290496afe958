"""Right, undecided and wrong over all q² pairs: exact counts, without a forward pass per pair where the body allows.

results.py   states, counts, Evaluation
plain.py     float64 forward passes: the reference
rows.py      rows of the grid in one precision; directions.py: a readout of few waves; threads.py
grid.py      rows of the grid, float32 with near-ties settled in float64
sketches.py  many settings of the same dials on a few rows, for a search
stripes.py   very large moduli: pairs of one a − b together, most classes ruled out at once
"""

import time

from models.evaluation.directions import readout_directions
from models.evaluation.grid import NEAR_TIE, SCALE_ROWS, Grid
from models.evaluation.plain import cross_entropy_loss, plain_logits, plain_margins, predictions, right_and_rival
from models.evaluation.results import TIE_TOLERANCE, Counts, Evaluation, State, counts_of, states_of
from models.evaluation.sketches import Glimpse, Sketches
from models.evaluation.stripes import stripes_of
from models.network import Network


def evaluate(network: Network) -> Evaluation:
    """Every pair of a network."""
    found = evaluate_within(network, network.task.pair_count)
    assert found is not None  # no more than all pairs can fail
    return found


def evaluate_within(network: Network, failures: int) -> Evaluation | None:
    """Every pair of a network; None as soon as more than `failures` of them are not right."""
    began = time.perf_counter()
    grid = Grid(network)
    stripes = stripes_of(grid)
    states = stripes.states(failures) if stripes else grid.states(failures)
    return None if states is None else Evaluation(network.modulus, *states, time.perf_counter() - began)


__all__ = [
    "NEAR_TIE",
    "SCALE_ROWS",
    "TIE_TOLERANCE",
    "Counts",
    "Evaluation",
    "Glimpse",
    "Grid",
    "Sketches",
    "State",
    "counts_of",
    "cross_entropy_loss",
    "evaluate",
    "evaluate_within",
    "plain_logits",
    "plain_margins",
    "predictions",
    "readout_directions",
    "right_and_rival",
    "states_of",
]
