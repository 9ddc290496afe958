"""What the program has to show on networks that others trained and published; see METRICS.md for the sources."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import torch

import models
from models.analysis.baselines import baselines
from models.evaluation import Counts, evaluate
from models.network import Network
from models.planner import Plan, find_dials
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import reference_states

T1 = "chughtai/C113_T_seed1.pt"
T3 = "chughtai/C113_T_seed3.pt"
WD = "nanda/wd_10-1_mod_addition_loss_curve.pth"
NO_WD = "nanda/mod_addition_no_wd.pth"


@dataclass(frozen=True)
class Published:
    """Published or re-measured figures of a file; None where nobody gave one."""

    key_frequencies: tuple[int, ...]
    half_step: float | None = None
    shares: tuple[float, float, float] | None = None  # embedding, readout, neuron-logit map
    loss: float | None = None


FIGURES = {
    T1: Published((16, 30, 56), half_step=1.0, shares=(0.903, 0.9725, 0.995), loss=1.585e-7),
    T3: Published((19, 25, 33, 56), half_step=0.905, shares=(0.957, 0.985, 0.992)),
    WD: Published((6, 23, 37, 39, 41), half_step=0.929),
    NO_WD: Published((36, 52)),
}


@cache
def opened(path: Path) -> Network:
    return models.open_network(path)


@cache
def inspected(path: Path):
    return models.inspect(opened(path))


@cache
def planned(path: Path, modulus: int) -> Plan:
    network = opened(path)
    return find_dials(network, models.logit_waves(network, inspected(path).keys.frequencies), modulus)


@pytest.mark.parametrize("file", FIGURES)
def test_every_pair_is_right_with_the_published_key_frequencies(shared: Path, file: str):
    found = inspected(shared / file)
    assert found.evaluation.counts == Counts(right=113**2, undecided=0, wrong=0)
    assert found.keys.frequencies == FIGURES[file].key_frequencies
    assert found.verdict == "circuit"


@pytest.mark.parametrize("file", [file for file, figures in FIGURES.items() if figures.half_step])
def test_half_steps_are_added_as_measured(shared: Path, file: str):
    assert inspected(shared / file).half_step_accuracy == pytest.approx(FIGURES[file].half_step, abs=0.002)


@pytest.mark.parametrize("file", [file for file, figures in FIGURES.items() if figures.shares])
def test_shares_of_power_are_as_published(shared: Path, file: str):
    found = inspected(shared / file)
    shares = (found.embedding_share, found.unembedding_share, found.neuron_logit_share)
    assert shares == pytest.approx(FIGURES[file].shares, abs=0.005)


def test_the_loss_is_as_published(shared: Path):
    assert inspected(shared / T1).loss == pytest.approx(FIGURES[T1].loss, rel=1e-3)  # four digits are published


@pytest.mark.parametrize("q", [59, 97, 127, 128, 200])
def test_the_circuit_adds_at_other_moduli_with_nothing_fitted(shared: Path, q: int):
    plan = planned(shared / T1, q)
    assert plan.evaluation.counts == Counts(right=q**2, undecided=0, wrong=0)
    assert plan.network.body is opened(shared / T1).body


def test_all_even_dials_leave_every_pair_undecided_until_one_is_moved(shared: Path):
    network = opened(shared / T1)
    even = evaluate(transplant(network, linked_recipe(128, {16: 16, 30: 30, 56: 56})))
    assert even.counts == Counts(right=0, undecided=16384, wrong=0)
    moved = evaluate(transplant(network, linked_recipe(128, {16: 17, 30: 30, 56: 56})))
    assert moved.counts == Counts(right=16384, undecided=0, wrong=0)


def test_without_surgery_half_of_the_pairs_are_right(shared: Path):
    [found] = baselines(opened(shared / T1), [97])
    assert found.raw == 49 / 97


def test_key_frequencies_alone_add_where_the_network_was_trained(shared: Path):
    kept = transplant(opened(shared / T1), own_recipe(113, FIGURES[T1].key_frequencies))
    assert evaluate(kept).counts.accuracy == 1


@pytest.mark.parametrize("q", [113, 97, 128])
@pytest.mark.parametrize("file", FIGURES)
def test_every_pair_is_in_the_state_that_a_plain_float64_pass_gives(shared: Path, file: str, q: int):
    path = shared / file
    # The file as it is at its own modulus; elsewhere its own dials, which leave wrong and near-wrong pairs to judge.
    network = opened(path)
    judged = network if q == 113 else transplant(network, own_recipe(q, inspected(path).keys.frequencies))
    assert torch.equal(evaluate(judged).states, reference_states(judged))
