"""The memory of the browser's kernel: one table, from which C, JavaScript and Python are made."""

import struct

import pytest
import torch

from models.browser.generated import generated
from models.browser.layout import ENUMERATIONS, NETWORK, NETWORK_BYTES, PairState, offset_of, unpacked
from models.browser.live import live_network
from models.evaluation import State
from models.surgery.recipe import own_recipe
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

BESIDE_FIELDS = {"layers", "partials", "near"}  # sent, and not written into the network as they are


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_what_is_made_of_the_layout_is_up_to_date(path):
    assert path.read_text(encoding="utf-8") == generated()[path], "run make layout"


def test_fields_lie_without_gaps_where_python_reads_them():
    memory = b"".join(
        struct.pack("<f" if field.type == "float" else "<I", place)
        for place, field in enumerate([field for field in NETWORK for _ in range(field.count)])
    )
    assert len(memory) == NETWORK_BYTES
    read = unpacked(memory)
    for field in NETWORK:
        first = offset_of(field.name) // 4
        assert read[field.name] == list(range(first, first + field.count))


def test_names_are_told_apart():
    names = [field.name for field in NETWORK]
    values = [each.name for kind in ENUMERATIONS for each in kind]
    assert len({*names, *values}) == len(names) + len(values)


def test_the_kernels_states_are_those_of_a_count_and_one_more():
    assert {state.name: state.value for state in PairState} == {state.name: state.value for state in State} | {
        "UNSEEN": 3
    }


@pytest.mark.parametrize(
    "network",
    [
        random_network(Shape(modulus=11, heads=3, neurons=10, unembedding_bias=True)),
        random_network(Shape(modulus=12, heads=1, equals=False, coefficient=0.3, separate_tables=True)),
        random_mlp(MlpShape(modulus=11, layers=3, neurons=7, biases=True)),
    ],
    ids=["'=' asks", "b asks", "MLP"],
)
def test_what_a_network_sends_are_fields_of_the_layout(network):
    with torch.no_grad():
        live = live_network(network, own_recipe(network.modulus, (1, 3)))
    kinds = {field.name: field.type for field in NETWORK}
    arrays = {name.split(" ")[0] for name in live.arrays}
    assert {kinds[name] for name in arrays} == {"address"}
    figures = live.figures.keys() - BESIDE_FIELDS
    assert {kinds[name] for name in figures} == {"int", "float"}
    assert figures | {"layers", "layer_neurons"} == {name for name, kind in kinds.items() if kind != "address"}
