"""MLPs that others trained and published: read rightly, counted rightly, and operated on; see METRICS.md."""

from functools import cache
from pathlib import Path

import pytest
import torch

import models
from models.analysis.inspection import half_step_accuracy
from models.circuits.spectra import key_frequencies
from models.evaluation import TIE_TOLERANCE, Counts, State, evaluate, plain_margins
from models.network import Network
from models.planner import find_dials
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant

MLP = "chughtai/C113_MLP_seed4.pt"
P97 = "he/p97_relu.pth"
QUAD = "he/p23_quad.pth"
MLP_DIALS = (11, 29, 30, 34, 43, 55)
GROKKING = {
    0: 0.0435,
    800: 0.5388,
    2000: 0.9074,
    5000: 0.9263,
    8000: 0.9679,
    12000: 0.9905,
    18000: 0.9943,  # as x² it would look better than it is
    49800: 0.9943,
}


@cache
def opened(path: Path) -> Network:
    return models.open_network(path)


@pytest.mark.parametrize(
    ("file", "activation", "keys"),
    [(MLP, "relu", MLP_DIALS), (P97, "relu", tuple(range(1, 49))), (QUAD, "square", None)],
)
def test_every_pair_is_right_as_the_file_is_read(
    shared: Path, file: str, activation: str, keys: tuple[int, ...] | None
):
    network = opened(shared / file)
    assert network.body.reading["activation"] == activation
    assert evaluate(network).counts == Counts(right=network.modulus**2, undecided=0, wrong=0)
    found = key_frequencies(network).frequencies
    assert found == keys if keys else len(found) == 10


def test_half_steps_are_added(shared: Path):
    assert half_step_accuracy(opened(shared / MLP), MLP_DIALS) == 1.0


@pytest.mark.parametrize("epoch", GROKKING)
def test_snapshots_are_read_as_relu_and_score_as_measured(shared: Path, epoch: int):
    network = opened(shared / f"he/grokking_p23/{epoch}.pth")
    assert network.body.reading["activation"] == "relu"
    assert round(evaluate(network).counts.accuracy, 4) == GROKKING[epoch]


@pytest.mark.parametrize(("file", "q"), [(MLP, 113), (MLP, 97), (MLP, 128), (P97, 97), (P97, 59)])
def test_every_pair_is_in_the_state_that_a_plain_float64_pass_gives(shared: Path, file: str, q: int):
    network = opened(shared / file)
    # Elsewhere its own dials, which leave wrong and near-wrong pairs to judge.
    keys = key_frequencies(network).frequencies
    judged = network if q == network.modulus else transplant(network, own_recipe(q, keys))
    evaluation = evaluate(judged)
    margins, tolerance = plain_margins(judged, *judged.task.pairs()), TIE_TOLERANCE * evaluation.scale
    expected = torch.full_like(margins, State.UNDECIDED)
    expected[margins > tolerance], expected[margins < -tolerance] = State.RIGHT, State.WRONG
    assert torch.equal(evaluation.states.flatten(), expected.to(torch.uint8))


def test_the_circuit_adds_at_59_with_nothing_fitted(shared: Path):
    network = opened(shared / MLP)
    plan = find_dials(network, models.logit_waves(network, MLP_DIALS), 59)
    assert plan.evaluation.counts == Counts(right=59**2, undecided=0, wrong=0)
    assert plan.network.body is network.body
