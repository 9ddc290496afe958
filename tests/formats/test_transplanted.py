"""Operated networks of every layout: written in it, read back, and counted the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from models.ablation.exact_phases import exact_phases
from models.bodies.mlp import Dense, MlpBody
from models.evaluation import evaluate
from models.formats.decoding import read_contents
from models.formats.registry import LAYOUTS, network_from_bytes, network_to_bytes
from models.hyperparameters import PLAIN
from models.network import Layout, Network
from models.readings import read_network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.layouts import adding_transformer
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, hand_built_pizza, random_network

P, DIALS = 13, (1, 3, 4)


def laid_out(layout: str, order: str) -> Layout:
    return Layout(layout, hyperparameters=replace(PLAIN, order=order))


def one_layer(layout: str, order: str = "", *, biases: bool, together: bool = True) -> Network:
    """The hand-built MLP with one layer on the sum of both operands' circles, one table or two."""
    network = hand_built_mlp(P, DIALS, "clockwork")
    [first, _] = network.body.layers
    body = MlpBody("sum", (Dense(first.weight, first.bias if biases else None),), "relu", network.body.table_width)
    table_b = network.table_a if together else network.table_a.clone()
    return replace(network, table_b=table_b, body=body, layout=laid_out(layout, order))


def concatenated(layout: str, order: str = "") -> Network:
    """The hand-built MLP whose layer reads both circles side by side, out of one table."""
    network = hand_built_mlp(P, DIALS, "chughtai_mlp")
    [first] = network.body.layers
    layers = (Dense(first.weight, torch.zeros(first.weight.shape[1])),)
    body = replace(network.body, layers=layers)
    return replace(network, table_b=network.table_a, body=body, layout=laid_out(layout, order))


def twice() -> Network:
    """C of Zhong et al.: its first bias, zero here, is counted twice."""
    network = hand_built_mlp(P, DIALS, "zhong_linear")
    return replace(network, layout=Layout("zhong_linear", hyperparameters=replace(PLAIN, first_bias="twice")))


ADDING: dict[str, Callable[[], Network]] = {
    "general": lambda: adding_transformer(13, DIALS),
    "transformerlens": lambda: hand_built(P, DIALS),
    "nanda": lambda: hand_built(P, DIALS, layout="nanda"),
    "zhong": lambda: hand_built_pizza(P, DIALS, 0.25),
    "chughtai_mlp": lambda: hand_built_mlp(P, DIALS, "chughtai_mlp"),
    "he": lambda: hand_built_mlp(P, DIALS, "he"),
    "he, embedded": lambda: one_layer("he", biases=False),
    "clockwork": lambda: hand_built_mlp(P, DIALS, "clockwork"),
    "zhong_linear A": lambda: one_layer("zhong_linear", biases=True),
    "zhong_linear B": lambda: hand_built_mlp(P, DIALS, "zhong_linear"),
    "zhong_linear C": twice,
    "zhong_linear D": lambda: concatenated("zhong_linear"),
    "zhong_linear X": lambda: one_layer("zhong_linear", biases=True, together=False),
    "plain_mlp, one table": lambda: one_layer("plain_mlp", "z.weight > m.weight > a.weight", biases=True),
    "plain_mlp, two tables": lambda: one_layer(
        "plain_mlp", "z.weight + y.weight > m.weight > a.weight", biases=False, together=False
    ),
    "plain_mlp, side by side": lambda: concatenated("plain_mlp", "z.weight > m.weight > a.weight"),
    "plain_mlp, one-hot": lambda: hand_built_mlp(P, DIALS, "plain_mlp"),
    "oscillators": lambda: exact_phases(P, DIALS, "three-body").cast(torch.float32),
}


def there_and_back(network: Network, suffix: str) -> Network:
    return network_from_bytes(network_to_bytes(network, suffix, {}), f"some{suffix}")


def test_every_layout_is_among_them():
    graphs = {"onnx"}  # written to .onnx alone: tests/formats/test_onnx.py
    assert {make().layout.name for make in ADDING.values()} == LAYOUTS.keys() - graphs


@pytest.mark.parametrize("name", ADDING)
def test_each_adds_and_is_read_as_it_is(name: str):
    network = ADDING[name]()
    assert evaluate(network).counts.accuracy == 1
    read = read_network(read_contents(network_to_bytes(network, ".pt", {}), "some.pt"))
    assert (read.network.digest, read.adds) == (network.digest, True)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("q", [7, 10, 16, 17, 31])
@pytest.mark.parametrize("name", ADDING)
def test_what_was_operated_is_read_back_and_counted_the_same(name: str, q: int, suffix: str):
    operated = transplant(ADDING[name](), linked_recipe(q, {1: 2, 3: -3, 4: 5}))
    again = there_and_back(operated, suffix)
    assert (again.modulus, again.layout.name) == (q, operated.layout.name)
    assert again.tables_shared == operated.tables_shared
    assert again.digest == operated.digest
    assert evaluate(again).counts == evaluate(operated).counts
    if q in (7, 17, 31):
        assert evaluate(again).counts.accuracy == 1


@pytest.mark.parametrize("name", ADDING)
def test_what_was_operated_twice_over_is_what_was_operated_there_and_back(name: str):
    network = ADDING[name]()
    further = transplant(there_and_back(transplant(network, own_recipe(31, DIALS)), ".pt"), own_recipe(17, DIALS))
    assert evaluate(further).counts == evaluate(transplant(network, own_recipe(17, DIALS))).counts


SEPARATE = ("zhong", "chughtai_mlp", "zhong_linear X", "plain_mlp, two tables", "plain_mlp, one-hot")


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("name", SEPARATE)
def test_operands_may_be_turned_apart_where_each_has_a_table(name: str, suffix: str):
    recipe = Recipe(17, tuple(Dial(k, Turn(k), b=Turn(2 * k), readout=Turn(k)) for k in DIALS))
    operated = transplant(ADDING[name](), recipe)
    assert there_and_back(operated, suffix).digest == operated.digest


RANDOM = {
    "zhong, columns beyond": lambda: random_network(
        Shape(layout="zhong", equals=False, mask="none", separate_tables=True, equals_column=True, coefficient=0.3)
    ),
    "zhong, four layers": lambda: random_network(Shape(layout="zhong", equals=False, mask="none", layers=4)),
    "transformerlens, two tokens": lambda: random_network(
        Shape(equals=False, unembedding_bias=True, activation="gelu")
    ),
    "nanda, column for '='": lambda: random_network(Shape(layout="nanda", equals_column=True)),
    "plain_mlp, deep": lambda: random_mlp(
        MlpShape(layers=3, biases=True, unembedding_bias=True, activation="tanh", layout="plain_mlp")
    ),
}


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("q", [5, 8, 11])
@pytest.mark.parametrize("name", RANDOM)
def test_networks_that_do_not_add_are_read_back_all_the_same(name: str, q: int, suffix: str):
    operated = transplant(RANDOM[name](), own_recipe(q, (1, 2, 3)))
    again = there_and_back(operated, suffix)
    assert again.digest == operated.digest
    assert evaluate(again).counts == evaluate(operated).counts
    assert again.layout.retained.keys() == operated.layout.retained.keys()
