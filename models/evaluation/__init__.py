"""Right, undecided and wrong over all q² pairs: proven counts, without a forward pass per pair where the body allows.

results.py    states, counts, Evaluation, and how it was proven; margins.py: what an arithmetic found of some pairs
rows.py       rows of the grid in one precision, with error bounds; directions.py: an unembedding of few waves
grid.py       all pairs by rows: float32 where its error bound allows, float64 elsewhere
difference_classes.py  very large moduli: pairs of one a − b together, most classes ruled out at once
passes.py     all pairs by plain forward passes with running error bounds, or by balls alone
classes.py    classes that are each other's twins; silence.py: unembeddings that say the same of every class
settling.py   what is proven so far, and what is left to finer arithmetics; balls.py: the last of them
answers.py    what a network answers to one pair
plain.py      plain float64 forward passes, for losses and samples; threads.py
surrogate.py  many settings of the same dials on a few rows, for a search

The bounds are derived in docs/exactness.md.
"""

import time
from typing import Literal

from models.evaluation.answers import Answer, answer_of
from models.evaluation.classes import distinct_classes
from models.evaluation.difference_classes import DifferenceClasses, difference_classes_of
from models.evaluation.directions import unembedding_directions, whole_unembedding
from models.evaluation.grid import Grid, grid_of
from models.evaluation.passes import Balls, Passes
from models.evaluation.plain import (
    RelativeMargins,
    cross_entropy_loss,
    plain_logits,
    plain_margins,
    predictions,
    relative_margins,
    right_and_runner_up,
)
from models.evaluation.results import (
    COUNTING_VERSION,
    SCALE_ROWS,
    TIE_TOLERANCE,
    Counts,
    Evaluation,
    Proof,
    State,
    counts_of,
    proven_states,
    states_of,
)
from models.evaluation.silence import Silence
from models.evaluation.surrogate import NEAR_TIE, AffineSurrogate, RowSample
from models.network import Network

Method = Literal["fast", "plain", "exact"]


def evaluate(network: Network, method: Method = "fast", *, scale: float | None = None) -> Evaluation:
    """Right, undecided or wrong for every pair of a network, proven.

    Args:
        network: with modulus p.
        method: `fast` counts by rows of the grid, by a − b or, where the body has no reader of rows, as `plain`,
            which is a float64 forward pass for every pair. `exact` computes every pair in balls of 128 bits and more,
            and as `plain` a body that has none. All of them prove what they say, and agree.
        scale: of the logits, which defines the tolerance of a tie; may be given to `plain`, as of an earlier count.

    Returns:
        The state of each pair, counts, the smallest margin, and how it was proven.

    >>> from models import zoo
    >>> evaluate(zoo.load("mlp-113")).counts
    Counts(right=12769, undecided=0, wrong=0)
    """
    found = evaluate_within(network, network.task.pair_count, method, scale=scale)
    assert found is not None  # no more than all pairs can fail
    return found


def evaluate_within(
    network: Network, failures: int, method: Method = "fast", *, scale: float | None = None
) -> Evaluation | None:
    """Every pair of a network; None as soon as more than `failures` of them are not right."""
    began = time.perf_counter()
    counter = _counter(network, method, scale)
    settling = counter.count(failures)
    if settling is None:
        return None
    seconds = time.perf_counter() - began
    return Evaluation(
        network.modulus,
        settling.states,
        settling.smallest,
        settling.at_least,
        settling.scale,
        settling.proof(counter.method),
        seconds,
        network.task.factors,
    )


def _counter(network: Network, method: Method, scale: float | None) -> Grid | DifferenceClasses | Passes | Silence:
    classes = distinct_classes(network)
    if len(classes.first) == 1:
        return Silence(network, classes)
    if method == "exact" and not network.body.bounded_in_float64_alone:
        return Balls(network, classes)
    grid = grid_of(network, classes) if method == "fast" else None
    return (difference_classes_of(grid) or grid) if grid else Passes(network, classes, scale)


__all__ = [
    "COUNTING_VERSION",
    "NEAR_TIE",
    "SCALE_ROWS",
    "TIE_TOLERANCE",
    "AffineSurrogate",
    "Answer",
    "Counts",
    "Evaluation",
    "Grid",
    "Method",
    "Passes",
    "Proof",
    "RelativeMargins",
    "RowSample",
    "State",
    "answer_of",
    "counts_of",
    "cross_entropy_loss",
    "evaluate",
    "evaluate_within",
    "grid_of",
    "plain_logits",
    "plain_margins",
    "predictions",
    "proven_states",
    "relative_margins",
    "right_and_runner_up",
    "states_of",
    "unembedding_directions",
    "whole_unembedding",
]
