from dataclasses import replace

import torch
from hypothesis import given
from hypothesis import strategies as st

from models.bodies.activations import ACTIVATIONS
from tests.oracles import Shape, random_network, readings, reference_logits, shapes


@given(shapes | readings, st.integers(0, 99))
def test_a_forward_pass_agrees_with_the_textbook(shape: Shape, seed: int):
    network = random_network(shape, seed, torch.float64)
    a, b = network.task.pairs()
    # Three layers of normal weights grow logits far beyond 1: rounding is relative to the largest.
    expected = reference_logits(network, a, b)
    torch.testing.assert_close(network.logits(a, b), expected, rtol=0, atol=1e-12 * float(expected.abs().max()))


@given(shapes | readings, st.integers(0, 99), st.integers(1, 5))
def test_rows_of_one_layer_agree_with_a_forward_pass(shape: Shape, seed: int, count: int):
    network = random_network(shape, seed, torch.float64)
    q = network.modulus
    directions = torch.randn(shape.width, count, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    assert (reader is None) == (shape.layers > 1)
    if reader:
        expected = network.body.readout_vectors(network.table_a, network.table_b, *network.task.pairs()) @ directions
        found = torch.cat([reader.rows(rows) for rows in torch.arange(q).split(2)]).flatten(0, 1)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-12 * float(expected.abs().max()))


@given(shapes | readings, st.integers(0, 99))
def test_the_last_neurons_are_those_that_a_forward_pass_goes_through(shape: Shape, seed: int):
    network = random_network(shape, seed, torch.float64)
    a, b = network.task.pairs()
    tables, last = (network.table_a, network.table_b), network.body.blocks[-1]
    received, answered = network.body.last_neurons(*tables, a, b)
    vectors = network.body.readout_vectors(*tables, a, b)
    silent = replace(last, W_out=torch.zeros_like(last.W_out))
    beside = replace(network.body, blocks=(*network.body.blocks[:-1], silent)).readout_vectors(*tables, a, b)
    torch.testing.assert_close(answered @ last.W_out + beside, vectors, rtol=0, atol=1e-12 * float(vectors.abs().max()))
    torch.testing.assert_close(answered, ACTIVATIONS[shape.activation](received))


def test_the_reading_says_what_the_tensors_do_not_tell():
    description = random_network(Shape(layers=2)).body.description
    assert description == {"activation": "relu", "attention": "causal softmax", "tokens": "a b =", "layers": "2"}
    two = random_network(Shape(equals=False, mask="none", coefficient=0.25, activation="gelu")).body.description
    assert two["attention"] == "0.25·softmax + 0.75 over all positions"
    assert (two["activation"], two["tokens"]) == ("gelu", "a b")


def test_weights_that_change_in_place_are_not_remembered():
    """Training does so: what is laid out anew for speed must follow."""
    network = random_network(Shape(), dtype=torch.float64)
    a, b = network.task.pairs()
    network.logits(a, b)
    network.body.blocks[0].W_Q.mul_(3)
    network.body.blocks[0].W_V.mul_(-2)
    torch.testing.assert_close(network.logits(a, b), reference_logits(network, a, b))


def test_absent_biases_are_no_tensors():
    assert "blocks.0.b_Q" in random_network(Shape(attention_biases=True)).body.tensors()
    assert "blocks.0.b_Q" not in random_network(Shape()).body.tensors()


@given(shapes | readings, st.integers(0, 99))
def test_rows_of_their_own_are_read_as_rows_looked_up(shape: Shape, seed: int):
    network = random_network(shape, seed, torch.float64)
    a, b = network.task.pairs()
    found = network.body.readout_of_rows(network.table_a[a], network.table_b[b])
    expected = network.body.readout_vectors(network.table_a, network.table_b, a, b)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12 * float(expected.abs().max()))
