"""The evidence on a published network: with its body shuffled, nothing is left but what a refit does by itself."""

from pathlib import Path

import pytest

import models
from models.ablation.shuffles import shuffled_body
from models.experiment.controls import accuracy_of, shuffled_control
from models.planner import find_dials
from models.surgery.readout import READOUT_MODES

T1, DIALS, SEEDS = "chughtai/C113_T_seed1.pt", (16, 30, 56), 2


@pytest.fixture(scope="module")
def operation(shared: Path):
    """Network, recipe for 127, waves."""
    network = models.open_network(shared / T1)
    waves = models.logit_waves(network, DIALS)
    return network, find_dials(network, waves, 127).recipe, waves


def test_shuffled_bodies_fall_with_keep_and_calibrate_and_do_not_with_refit(operation):
    network, recipe, waves = operation
    found = {
        readout: [accuracy_of(shuffled_body(network, seed), recipe, waves, readout) for seed in range(SEEDS)]
        for readout in READOUT_MODES
    }
    assert max(found["keep"]) < 0.05
    assert max(found["calibrate"]) < 0.10
    assert sum(found["refit"]) / SEEDS > 0.5  # why a refit needs its control


def test_the_trained_body_is_right_with_keep_and_calibrate(operation):
    assert [accuracy_of(*operation, readout) for readout in ("keep", "calibrate")] == [1, 1]
    assert shuffled_control(*operation, "refit", seeds=1).trained == 1
