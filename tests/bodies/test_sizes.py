"""Sizes against a textbook: absolute values sent forward through a network, pair by pair (docs/exactness.md).

Errors are far below their bounds, so a bound that lost half of itself would still hold of every network that is tried.
Here each size is computed a second time, the other way round.
"""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.block import Block
from models.bodies.mlp import MlpBody
from models.bodies.sizes import Sizes, highest_active, magnitude, own_roundings, stretch
from models.network import Network
from tests.mlps import MlpShape, any_activation, mlp_shapes, random_mlp
from tests.oracles import random_network, readings

FLOOR = 2.0**-5  # far larger than any, so that each place shows at which underflow is allowed for
seeds = st.integers(0, 99)
mlps = st.tuples(mlp_shapes, any_activation).map(lambda drawn: replace(drawn[0], activation=drawn[1]))
one_layer = readings.filter(lambda shape: shape.layers == 1)


def assert_same(found: Sizes, of_a: Tensor, of_b: Tensor, expected: Tensor) -> None:
    """Sizes of both operands together are those expected of every pair [q, q]."""
    assert len(of_a) == len(of_b) == len(expected)
    torch.testing.assert_close(of_a[:, None] + of_b, expected, rtol=1e-10, atol=0)
    assert float(found.of_a.min()) >= 0
    assert float(found.of_b.min()) >= 0


def drawn(*size: int, seed: int) -> Tensor:
    return torch.rand(*size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def weight_and_bias(body: MlpBody, number: int) -> tuple[Tensor, Tensor]:
    layer = body.layers[number]
    bias = torch.zeros(layer.weight.shape[1]) if layer.bias is None else layer.bias
    return layer.weight.double().abs() + FLOOR, bias.double().abs() + FLOOR


def through_layers(body: MlpBody, received: Tensor, highest: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Sizes of the last neurons' answers [q, q, m], and all that no neuron receives or answers more than.

    `highest` [m] is what no neuron of the first layer receives more than.
    """
    seen = [highest, highest_active(body.activation, highest)]
    answers = stretch(body.activation, highest) * received + FLOOR
    for number in range(1, len(body.layers)):
        weight, bias = weight_and_bias(body, number)
        highest = seen[-1] @ weight + bias
        seen += [highest, highest_active(body.activation, highest)]
        answers = stretch(body.activation, highest) * (answers @ weight + bias) + FLOOR
    return answers, seen


@given(mlps, seeds)
def test_what_mlps_compute_by_rows_has_the_size_of_absolute_values(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed).cast(torch.float64)
    directions, weights = drawn(network.body.width, 3, seed=seed) - 0.5, drawn(3, seed=seed + 1)
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    received = (reader.from_a.abs() + FLOOR)[:, None] + reader.from_b.abs() + FLOOR
    answers, seen = through_layers(network.body, received, received.amax((0, 1)))
    out = directions.abs() + FLOOR
    found = reader.sizes(weights, FLOOR)
    assert_same(found, found.of_a, found.of_b, answers @ out @ weights + FLOOR * weights.sum())
    assert found.largest == pytest.approx(float(torch.cat([*seen, seen[-1] @ out]).max()))


@given(mlps, seeds)
def test_the_tables_of_mlps_have_the_size_of_absolute_values(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed).cast(torch.float64)
    body, weights = network.body, drawn(network.body.width, 2, seed=seed)
    size_a, size_b = (table.abs() + FLOOR for table in (network.table_a, network.table_b))
    highest = size_a.amax(0) + size_b.amax(0)
    if body.layers:
        weight, bias = weight_and_bias(body, 0)
        for_a, for_b = (weight, weight) if body.combination == "sum" else weight.split(len(weight) // 2)
        highest = size_a.amax(0) @ for_a + size_b.amax(0) @ for_b + bias
        size_a, size_b = size_a @ for_a, size_b @ for_b + bias
    answers, _ = through_layers(body, size_a[:, None] + size_b, highest)
    found = body.set_up_sizes(network.table_a, network.table_b, weights, FLOOR)
    for column in range(2):
        assert_same(found, found.of_a[:, column], found.of_b[:, column], answers @ weights[:, column])


def a_transformer(shape, seed: int) -> tuple[Network, Block]:
    network = random_network(shape, seed).cast(torch.float64)
    return network, network.body.blocks[0]


@given(one_layer, seeds)
def test_what_one_layer_computes_by_rows_has_the_size_of_absolute_values(shape, seed: int):
    network, _ = a_transformer(shape, seed)
    directions, weights = drawn(network.body.width, 3, seed=seed) - 0.5, drawn(3, seed=seed + 1)
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    from_a, from_b, own = reader.from_a.abs(), reader.from_b.abs(), reader.own.abs() + FLOOR
    neurons, out = len(reader.neurons_out), reader.neurons_out.abs() + FLOOR
    highest = from_a.amax(1).sum(0) + from_b.amax(1).sum(0) + own.amax(0)
    active = highest_active(shape.activation, highest[:neurons])
    received = from_a.sum(0)[:, None] + from_b.sum(0) + own + 2 * len(from_a) * FLOOR
    answers = stretch(shape.activation, highest[:neurons]) * received[..., :neurons] + FLOOR
    found = reader.sizes(weights, FLOOR)
    assert_same(found, found.of_a, found.of_b, (answers @ out + received[..., neurons:] + FLOOR) @ weights)
    every = torch.cat([highest[:neurons], active, active @ out + highest[neurons:]])
    assert found.largest == pytest.approx(float(every.max()))


def bias_of(block: Block, name: str) -> Tensor:
    found = getattr(block, name)
    return torch.zeros((), dtype=torch.float64) if found is None else found.abs()


def by_head(block: Block, x: Tensor, part: str) -> Tensor:
    """[n, h, e] of |x| [n, d] through queries, keys or values."""
    return torch.einsum("nd,hde->nhe", x, getattr(block, f"W_{part}").abs()) + bias_of(block, f"b_{part}")


def written(block: Block, mixed: Tensor) -> Tensor:
    """What heads [..., h, e] write into the residual."""
    return torch.einsum("...he,hed->...d", mixed, block.W_O.abs()) + bias_of(block, "b_O")


@given(one_layer, seeds)
def test_the_tables_of_one_layer_have_the_size_of_absolute_values(shape, seed: int):
    network, block = a_transformer(shape, seed)
    tokens = [token.abs() for token in network.body.tokens(network.table_a, network.table_b)]
    values = [by_head(block, token, "V") for token in tokens]
    if len(tokens) == 3:  # what '=' sends is taken from both, and added at most three times
        values = [values[0] + values[2], values[1] + 4 * values[2]]
    more = 16 * FLOOR
    after = tokens[-1] + written(block, values[0][:, None] + values[1] + more) + more
    received = after @ block.W_in.abs() + block.b_in.abs() + more
    highest = sum(token.amax(0) for token in tokens)
    at_most = torch.einsum("d,hde->he", highest, block.W_V.abs()) + len(tokens) * bias_of(block, "b_V")
    heights = highest + len(tokens) * (written(block, at_most) - bias_of(block, "b_O")) + bias_of(block, "b_O")
    heights = heights @ block.W_in.abs() + block.b_in.abs()
    answers = stretch(shape.activation, heights) * received
    weights = drawn(network.body.width, 2, seed=seed)
    expected = (answers @ block.W_out.abs() + block.b_out.abs() + after + more) @ weights
    found = network.body.set_up_sizes(network.table_a, network.table_b, weights, FLOOR)
    for column in range(2):
        assert_same(found, found.of_a[:, column], found.of_b[:, column], expected[..., column])


@given(one_layer, seeds)
def test_scores_have_sizes_that_hold_for_every_pair_and_are_near(shape, seed: int):
    network, block = a_transformer(shape, seed)
    tokens = [token.abs() for token in network.body.tokens(network.table_a, network.table_b)]
    query = by_head(block, tokens[-1], "Q") / block.W_Q.shape[-1] ** 0.5
    a, *others = (by_head(block, token, "K") for token in tokens)
    of_b, *of_equals = ((query * key).sum(-1) for key in others)  # of each head
    found = network.body.set_up_sizes(network.table_a, network.table_b, drawn(network.body.width, 1, seed=seed), 0.0)
    both = found.scores_a[:, None] + found.scores_b
    if of_equals:  # '=' asks: no weight is off by more than half of what any score is
        size = (query * a).sum(-1)[:, None].maximum(of_b).maximum(of_equals[0]) / 2
        assert float(both.max()) <= 3 * float(size.max()) * (1 + 1e-9)
    else:  # b asks: a slope of a quarter, of the difference of two scores
        size = (torch.einsum("bhe,ahe->abh", query, a) + of_b) / 4
        assert float(both.max()) <= 8 * len(a[0, 0]) * float(size.max()) * (1 + 1e-9)
    assert bool((size.amax(-1) <= both * (1 + 1e-9)).all())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("highest", [2.0, 3.0])
def test_an_activation_enlarges_differences_by_what_is_said_and_nearly_by_as_much(
    activation: Activation, highest: float
):
    x = torch.linspace(-highest, highest, 2001, dtype=torch.float64)
    answers = ACTIVATIONS[activation](x)
    steepest = float((answers.diff() / x.diff()).abs().max())
    said = float(stretch(activation, torch.tensor([highest], dtype=torch.float64)))
    assert steepest <= said <= 1.03 * steepest
    assert float(answers.abs().max()) <= float(highest_active(activation, torch.tensor([highest])))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_magnitude_is_an_absolute_value_and_a_floor(dtype: torch.dtype):
    tensor = torch.tensor([-2.0, 0.0, 3.0], dtype=dtype)
    found = magnitude(tensor, 0.25)
    assert (found.tolist(), found.dtype) == ([2.25, 0.25, 3.25], torch.float64)
    assert tensor.tolist() == [-2, 0, 3]


@given(mlps, seeds)
def test_roundings_of_an_mlp_are_those_on_its_longest_way(shape: MlpShape, seed: int):
    """Two tables added, then of each sum its terms, one more and the weight's conversion, the activation's, the end."""
    network = random_mlp(shape, seed).cast(torch.float64)
    directions = torch.ones(network.unembedding.shape[0], 3, dtype=torch.float64)
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    if reader is None:
        return
    way = 2 + own_roundings(shape.activation)
    for layer in network.body.layers[1:]:
        way += layer.weight.shape[0] + 2 + own_roundings(shape.activation)
    assert reader.roundings == way + len(directions) + 1
