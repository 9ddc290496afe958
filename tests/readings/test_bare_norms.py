"""Norms without weights, which a configuration alone tells of: TransformerLens's LNPre and RMSPre."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.registry import as_written, network_from_bytes, network_to_bytes
from models.network import Network
from models.readings import read_alike, read_network
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.layouts import LENS, PRE, Layout, facts
from tests.readings.test_configured import contents_of

NAMES = {role: name for role, name in LENS.items() if "norm" not in role}
BARE = {
    "LNPre": Layout("TransformerLens, LNPre", NAMES, facts("gelu", **PRE), layers=2),
    "RMSPre": Layout("TransformerLens, RMSPre", NAMES, facts("gelu", norm="rms", norm_place="before")),
}


def config(kind: str) -> dict[str, Any]:
    return {"normalization_type": kind, "act_fn": "gelu", "attention_dir": "causal", "d_model": 8, "n_heads": 2}


@pytest.mark.parametrize("kind", BARE)
@pytest.mark.parametrize("inside", [False, True])
def test_they_are_heard_and_computed(kind: str, inside: bool):
    recorded = {"config": config(kind)} if inside else {}
    interpretation = read_network(Contents("some.pt", BARE[kind].state, recorded), None if inside else config(kind))
    network = interpretation.network
    assert network.hyperparameters.norm == {"LNPre": "layer", "RMSPre": "rms"}[kind]
    assert interpretation.remarks == ()
    a, b = network.task.pairs()
    expected = BARE[kind].expected(a, b)
    torch.testing.assert_close(network.cast(torch.float64).logits(a, b), expected, rtol=1e-5, atol=1e-6)


def test_without_a_configuration_the_names_are_those_of_a_plain_transformer():
    assert read_network(Contents("some.pt", BARE["LNPre"].state)).network.layout.name == "transformerlens"


@pytest.mark.parametrize("kind", BARE)
def test_what_is_written_needs_no_configuration(kind: str):
    network = read_network(Contents("some.pt", BARE[kind].state), config(kind)).network
    again = network_from_bytes(network_to_bytes(network, ".pt", {}), "some.pt")
    assert again.digest == network.digest
    operated = transplant(network, own_recipe(11, (1, 2, 3)))
    assert network_from_bytes(network_to_bytes(operated, ".safetensors", {}), "o.safetensors").digest == operated.digest
    beside = read_network(Contents("some.pt", *_written(network)), config(kind))
    assert beside.network.digest == network.digest


def _written(network: Network) -> tuple[Any, ...]:
    written = as_written(network)
    return written.tensors, {}, written.metadata


def test_another_checkpoint_of_its_training_is_read_alike():
    first = Contents("some.pt", BARE["LNPre"].state)
    interpretation = read_network(first, config("LNPre"))
    louder = {name: 1.5 * tensor for name, tensor in first.tensors.items()}
    again = read_alike(replace(first, tensors=louder), interpretation)
    assert again.network.hyperparameters == interpretation.network.hyperparameters


@pytest.mark.parametrize("name", ["zhong", "he"])
def test_layouts_that_have_no_norms_contradict_it(name: str):
    with pytest.raises(CheckpointError, match="normalization_type LNPre, but it is read with no norm here"):
        read_network(contents_of(name), {"normalization_type": "LNPre"})
