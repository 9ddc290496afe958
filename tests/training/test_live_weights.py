"""Weights that a browser sends: those of a live run come through unchanged, anything else is refused in a sentence."""

import base64
from typing import Any

import numpy as np
import pytest
import torch

from models.errors import TrainingError
from models.evaluation import evaluate
from models.formats.registry import network_from_bytes
from models.training.live_run import NEURONS, LiveRun, LiveSettings
from models.training.live_weights import live_network_of

SETTINGS = LiveSettings(modulus=11, seed=9, share=80, decay=1.5)


def text_of(numbers: torch.Tensor | np.ndarray) -> str:
    return base64.b64encode(np.asarray(numbers, dtype="<f4").tobytes()).decode()


def sent(**changed: Any) -> dict[str, Any]:
    *_, last = LiveRun(SETTINGS).states(3)
    said = {"modulus": 11, "seed": 9, "share": 80, "decay": 1.5, "shuffled": False}
    return {
        "settings": said | changed.pop("settings", {}),
        "step": 3,
        "table": text_of(last.weights.table),
        "unembedding": text_of(last.weights.unembedding),
    } | changed


def test_the_network_is_the_one_that_was_sent():
    *_, last = LiveRun(SETTINGS).states(3)
    found = live_network_of(sent())
    assert found.settings == SETTINGS
    assert (found.step, found.name) == (3, "live-11-seed-9-step-3.safetensors")
    for ours, theirs in zip(found.weights, last.weights, strict=True):
        assert torch.equal(ours, theirs)


def test_its_file_opens_as_the_same_network_and_says_how_it_was_trained():
    run = LiveRun(SETTINGS)
    *_, last = run.states(3)
    network = network_from_bytes(live_network_of(sent()).to_file(), "live.safetensors")
    assert network.modulus == 11
    assert network.hyperparameters.activation == "square"
    assert evaluate(network).counts.right == run.measured(last).right
    assert b"live_seed" in live_network_of(sent(settings={"shuffled": True})).to_file()
    assert live_network_of(sent(settings={"shuffled": True})).name == "live-11-shuffled-seed-9-step-3.safetensors"


NAN = np.full((11, NEURONS), np.nan)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"table": text_of(np.zeros((12, NEURONS)))}, "Expected 2816 weights as 15020 letters of base64, found 16384"),
        ({"table": None}, "found none"),
        ({"table": "?" * 15020}, "no base64"),
        ({"table": "A" * 15020}, "Expected 11264 bytes of weights, found 11265"),
        ({"unembedding": text_of(NAN)}, "Expected finite weights"),
        ({"unembedding": text_of(NAN + np.inf)}, "Expected finite weights"),
        ({"step": 61}, "Expected a step from 0 to 60"),
        ({"step": 2.5}, "no trained network"),
        ({"settings": {"modulus": 128}}, "modulus of a live run is from 5 to 127; found 128"),
        ({"settings": {"modulus": 10**30}}, "modulus of a live run"),
        ({"settings": {"decay": "a"}}, "no trained network"),
        ({"settings": {"seed": None}}, "no trained network"),
        ({"settings": {"modulus": 13}}, "Expected 3328 weights"),
    ],
)
def test_anything_else_is_refused(changed: dict[str, Any], said: str):
    with pytest.raises(TrainingError, match=said):
        live_network_of(sent(**changed))


@pytest.mark.parametrize("nothing", [{}, {"settings": 3}, {"settings": {}, "step": 0}])
def test_what_lacks_a_part_is_refused(nothing: dict[str, Any]):
    with pytest.raises(TrainingError, match="reload the page and train it again"):
        live_network_of(nothing)
