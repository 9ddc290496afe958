"""A network without a circuit is told before anything is fitted to it."""

from pathlib import Path

import pytest

import models
from models.analysis.circuitless import circuit_warning
from models.formats.registry import open_file
from models.readings import read_network
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, random_network

TOLD = "Surgery turns angles, and this network adds none"


@pytest.mark.parametrize("network", [random_network(Shape(modulus=23)), random_mlp(MlpShape(modulus=23))], ids=str)
def test_random_weights_have_no_circuit(network):
    warning = circuit_warning(network)
    assert warning.startswith("No Fourier circuit was found: ")
    assert TOLD in warning
    assert models.inspect(network).verdict == "no circuit"


def test_a_circuit_needs_no_warning():
    assert circuit_warning(hand_built_mlp(13, (1, 3, 4))) == ""


@pytest.mark.parametrize("epoch", [0, 400, 49800])
def test_of_a_published_run_those_before_the_circuit_are_warned_of(shared: Path, epoch: int):
    network = read_network(open_file(shared / f"he/grokking_p23/{epoch}.pth")).network
    assert bool(circuit_warning(network)) == (epoch < 1600)
