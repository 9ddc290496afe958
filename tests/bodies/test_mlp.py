from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation import evaluate
from tests.mlps import MlpShape, hand_built_mlp, mlp_shapes, random_mlp, textbook_vectors
from tests.oracles import circle_table

seeds = st.integers(0, 99)


def tolerance(expected: torch.Tensor) -> float:
    return 1e-12 * max(1.0, float(expected.abs().max()))  # squares of squares grow: rounding is relative to the largest


@given(mlp_shapes, seeds)
def test_a_forward_pass_agrees_with_the_textbook(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed, torch.float64)
    a, b = network.task.pairs()
    expected = textbook_vectors(network, a, b)
    found = network.body.readout_vectors(network.table_a, network.table_b, a, b)
    torch.testing.assert_close(found, expected, rtol=0, atol=tolerance(expected))
    assert found.shape[1] == network.body.width


@given(mlp_shapes, seeds, st.integers(1, 5))
def test_rows_agree_with_a_forward_pass(shape: MlpShape, seed: int, count: int):
    network = random_mlp(shape, seed, torch.float64)
    generator = torch.Generator().manual_seed(seed)
    directions = torch.randn(network.body.width, count, dtype=torch.float64, generator=generator)
    expected = textbook_vectors(network, *network.task.pairs()) @ directions
    reader = network.body.rows_reader(network.table_a, network.table_b, directions)
    found = torch.cat([reader.rows(rows) for rows in torch.arange(network.modulus).split(2)]).flatten(0, 1)
    torch.testing.assert_close(found, expected, rtol=0, atol=tolerance(expected))


@given(mlp_shapes, seeds)
def test_a_reader_gives_any_rows_in_any_order_as_often_as_asked(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed, torch.float64)
    before = network.digest
    reader = network.body.rows_reader(network.table_a, network.table_b, network.unembedding)
    every = reader.rows(torch.arange(network.modulus))
    picked = torch.tensor([network.modulus - 1, 0, 0])
    torch.testing.assert_close(reader.rows(picked), every[picked], rtol=1e-12, atol=tolerance(every))
    assert network.map_tensors(torch.clone).digest == before  # nothing is written into the network


@given(mlp_shapes, seeds)
def test_mapping_keeps_everything_but_the_weights(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed)
    same = network.map_tensors(torch.clone)
    assert same.digest == network.digest
    assert same.tables_shared == network.tables_shared
    names = ("combination", "activation", "table_width", "width", "description", "own_parameters")
    assert [getattr(same.body, name) for name in names] == [getattr(network.body, name) for name in names]
    doubled = network.body.map_tensors(lambda tensor: 2 * tensor).tensors()
    assert doubled.keys() == network.body.tensors().keys()
    assert all(torch.equal(doubled[name], 2 * tensor) for name, tensor in network.body.tensors().items())


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("combination", ["sum", "concat"])
def test_only_what_stands_behind_a_non_linearity_is_the_bodys_own(combination: str, biases: bool):
    def own(layers: int) -> int:
        shape = MlpShape(layers=layers, combination=combination, biases=biases)
        return random_mlp(shape).body.own_parameters

    assert (own(0), own(1)) == (0, 0)
    assert own(2) == 6 * 7 + (7 if biases else 0)  # from 6 neurons to 7


@given(mlp_shapes.filter(lambda shape: shape.layers == 1), seeds)
def test_one_layer_multiplied_into_the_tables_is_the_same_network(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed, torch.float64)
    body, [layer] = network.body, network.body.layers
    split = [layer.weight] * 2 if body.combination == "sum" else layer.weight.split(body.table_width)
    bias = 0 if layer.bias is None else layer.bias
    folded = replace(
        network,
        table_a=network.table_a @ split[0],
        table_b=network.table_b @ split[1] + bias,
        body=replace(body, combination="sum", layers=(), table_width=body.width),
    )
    pairs = network.task.pairs()
    expected = network.logits(*pairs)
    torch.testing.assert_close(folded.logits(*pairs), expected, rtol=0, atol=tolerance(expected))


def test_the_reading_says_what_the_tensors_do_not_tell():
    description = random_mlp(MlpShape(layers=2, activation="square", combination="concat")).body.description
    assert description == {"activation": "square", "operands": "concat", "layers": "2"}


def test_absent_biases_are_no_tensors():
    assert list(random_mlp(MlpShape(biases=True)).body.tensors()) == ["layers.0.weight", "layers.0.bias"]
    assert list(random_mlp(MlpShape()).body.tensors()) == ["layers.0.weight"]
    assert random_mlp(MlpShape(layers=0)).body.tensors() == {}


@pytest.mark.parametrize(
    ("layout", "activation"),
    [("he", "relu"), ("he", "square"), ("chughtai_mlp", "relu"), ("chughtai_mlp", "square"), ("clockwork", "relu")],
)
def test_the_phase_rule_adds(layout: str, activation: str):
    assert evaluate(hand_built_mlp(13, (1, 3, 4), layout, activation)).counts.right == 169


@given(mlp_shapes, seeds)
def test_every_pair_is_in_the_state_that_the_textbook_gives(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed)
    a, b = network.task.pairs()
    logits = textbook_vectors(network, a, b) @ network.unembedding.double()
    answers = network.task.answers(a, b)
    right = logits.gather(1, answers[:, None])[:, 0]
    runner_up = logits.scatter(1, answers[:, None], -torch.inf).amax(1)
    evaluation = evaluate(network)
    clear = (right - runner_up).abs() > 1e-6 * evaluation.scale  # what is nearer is a matter of the tolerance
    assert torch.equal((evaluation.states.flatten() == 2)[clear], (right > runner_up)[clear])


def test_circles_for_both_operands_are_what_surgery_turns():
    network = hand_built_mlp(13, (1, 3, 4), "chughtai_mlp")
    assert torch.equal(network.table_a, circle_table(13, (1, 3, 4)).float())
    assert not network.tables_shared


@given(mlp_shapes, st.integers(0, 99))
def test_rows_of_their_own_are_read_as_rows_looked_up(shape: MlpShape, seed: int):
    network = random_mlp(shape, seed, torch.float64)
    a, b = network.task.pairs()
    found = network.body.readout_of_rows(network.table_a[a], network.table_b[b])
    expected = network.body.readout_vectors(network.table_a, network.table_b, a, b)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12 * float(expected.abs().max()))
