"""Networks of x·a + y·b: found, seen as sums, operated on, and given back with their own operands."""

from dataclasses import replace
from math import gcd

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.errors import CheckpointError
from models.evaluation import evaluate
from models.formats.decoding import Contents, read_contents
from models.formats.operands import as_it_was, seen_as_a_sum
from models.formats.registry import LAYOUTS, network_from_bytes, network_to_bytes
from models.hyperparameters import PLAIN
from models.network import Network
from models.readings import read_network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from models.task import SUM, Addition, Operation
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built_pizza, random_network
from tests.textbooks import ACTIVATIONS, output_first

DIALS = (1, 3, 4)
DIFFERENCE = Operation(1, -1)
OPERATIONS = [DIFFERENCE, Operation(-1, 1), Operation(2, 3), Operation(5, 5), Operation(-1, -1), Operation(1, 6)]


def of(operation: Operation, network: Network) -> Network:
    """The network with its tables renamed by hand, so that its answer to (a, b) is x·a + y·b; facts say nothing."""
    numbers, p = torch.arange(network.modulus), network.modulus
    table_a = torch.stack([network.table_a[operation.x * n % p] for n in numbers.tolist()])
    table_b = torch.stack([network.table_b[operation.y * n % p] for n in numbers.tolist()])
    together = network.tables_shared and operation.x == operation.y
    return replace(network, table_a=table_a, table_b=table_a if together else table_b)


def state_of(operation: Operation, layout: str = "chughtai_mlp", p: int = 13) -> dict[str, Tensor]:
    return LAYOUTS[layout].write(of(operation, hand_built_mlp(p, DIALS, layout)))


def chughtai(state: dict[str, Tensor], a: Tensor, b: Tensor) -> Tensor:
    """Answers [n] of an MLP of Chughtai et al., straight from its file."""
    hidden = torch.cat([state["W_x"][a], state["W_y"][b]], dim=1) @ state["W"]
    return (ACTIVATIONS["relu"](hidden) @ state["W_U"]).argmax(1)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_operation_is_found_and_its_answers_are_then_all_right(operation: Operation):
    state = state_of(operation)
    a, b = Addition(13).pairs()
    assert torch.equal(chughtai(state, a, b), (operation.x * a + operation.y * b) % 13)
    read = read_network(Contents("some.pt", state))
    assert read.network.hyperparameters.operation == operation
    assert read.adds
    assert f"its answers follow {operation}" in read.why
    assert evaluate(read.network).counts.accuracy == 1


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_file_is_given_back_exactly(operation: Operation, suffix: str):
    state = state_of(operation)
    network = read_network(Contents("some.pt", state)).network
    data = network_to_bytes(network, suffix, {})
    written = read_contents(data, f"some{suffix}")
    assert written.tensors.keys() == state.keys()
    assert all(torch.equal(tensor, state[name]) for name, tensor in written.tensors.items())
    again = read_network(written)
    assert again.network.digest == network.digest
    assert again.network.hyperparameters.operation == operation
    assert again.why.startswith("claimed by the file's metadata")


@pytest.mark.parametrize("operation", [DIFFERENCE, Operation(2, 3), Operation(5, 5)], ids=str)
@pytest.mark.parametrize("q", [11, 13, 16, 17, 22])
def test_a_transplant_exported_computes_the_operation_there(operation: Operation, q: int):
    network = read_network(Contents("some.pt", state_of(operation))).network
    operated = transplant(network, linked_recipe(q, {1: 2, 3: -3, 4: 5}))
    counts = evaluate(operated).counts
    state = dict(read_contents(network_to_bytes(operated, ".pt", {}), "some.pt").tensors)
    a, b = Addition(q).pairs()
    right = int((chughtai(state, a, b) == (operation.x * a + operation.y * b) % q).sum())
    if gcd(operation.x, q) == gcd(operation.y, q) == 1:  # then every pair of a sum is one pair of the operation
        assert counts.right <= right <= counts.right + counts.undecided
        assert right > 0.9 * q * q
    elif counts.accuracy == 1:
        assert right == q * q


@pytest.mark.parametrize("q", [11, 17, 29])
def test_a_difference_is_computed_at_other_moduli_by_the_exported_file(q: int):
    network = read_network(Contents("some.pt", state_of(DIFFERENCE))).network
    state = LAYOUTS["chughtai_mlp"].write(as_it_was(transplant(network, linked_recipe(q, {1: 1, 3: 3, 4: -4}))))
    a, b = Addition(q).pairs()
    assert torch.equal(chughtai(state, a, b), (a - b) % q)
    again = read_network(Contents("some.pt", state))
    assert str(again.network.hyperparameters.operation) == "a − b"
    assert evaluate(again.network).counts.accuracy == 1


@pytest.mark.parametrize("q", [9, 13, 17])
@pytest.mark.parametrize("coefficient", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("operation", [SUM, DIFFERENCE, Operation(2, 3)], ids=str)
def test_a_transformer_with_a_vocabulary_for_each_operand(operation: Operation, coefficient: float, q: int):
    state = LAYOUTS["zhong"].write(of(operation, hand_built_pizza(13, DIALS, coefficient)))
    chosen = {"activation": "relu", "coefficient": coefficient, "operation": [operation.x, operation.y]}
    network = read_network(Contents("some.pt", state), chosen=chosen).network
    assert evaluate(network).counts.accuracy == 1
    operated = transplant(network, linked_recipe(q, {1: 1, 3: 2, 4: 4}))
    assert evaluate(operated).counts.accuracy == 1
    data = network_to_bytes(operated, ".safetensors", {})
    a, b = Addition(q).pairs()
    written = dict(read_contents(data, "some.safetensors").tensors)
    answers = output_first(written, [a, b + q], "relu", coefficient, causal=False).argmax(1)
    assert torch.equal(answers, (operation.x * a + operation.y * b) % q)
    if gcd(operation.x, q) == gcd(operation.y, q) == 1:
        assert network_from_bytes(data, "some.safetensors").digest == operated.digest


@pytest.mark.parametrize("coefficient", [0.0, 1.0])
@pytest.mark.parametrize("operation", [DIFFERENCE, Operation(2, 3)], ids=str)
def test_trying_finds_coefficient_and_operation_together(operation: Operation, coefficient: float):
    state = LAYOUTS["zhong"].write(of(operation, hand_built_pizza(13, DIALS, coefficient)))
    read = read_network(Contents("some.pt", state))
    hyperparameters = read.network.hyperparameters
    assert (hyperparameters.operation, hyperparameters.tables, hyperparameters.activation) == (
        operation,
        "separate",
        "relu",
    )
    assert hyperparameters.coefficient == pytest.approx(coefficient, abs=0.02)
    assert read.adds
    assert evaluate(read.network).counts.accuracy == 1


@pytest.mark.parametrize("modulus", range(2, 9))
@pytest.mark.parametrize("layout", ["zhong", "nanda"])
def test_where_numbers_are_even_half_of_them_may_be_those_of_b(layout: str, modulus: int):
    shape = Shape(modulus=modulus, layout=layout, equals=layout == "nanda")
    contents = Contents("some.pt", LAYOUTS[layout].write(random_network(shape)))
    expected = ("shared", "separate") if modulus in (4, 6, 8) else ("shared",)
    assert LAYOUTS[layout].open_hyperparameters(contents)["tables"] == expected


@given(st.integers(2, 40), st.integers(-60, 60), st.integers(-60, 60), st.integers(0, 99))
def test_renaming_there_and_back_is_exact_wherever_it_is_possible(p: int, x: int, y: int, seed: int):
    operation = Operation(x, y)
    network = random_mlp(MlpShape(modulus=p, combination="concat", shared=False, layout="chughtai_mlp"), seed)
    network = replace(network, layout=replace(network.layout, hyperparameters=replace(PLAIN, operation=operation)))
    if gcd(x, p) == gcd(y, p) == 1:
        renamed = seen_as_a_sum(network, operation)
        a, b = network.task.pairs()
        assert torch.equal(renamed.logits(x * a % p, y * b % p), network.logits(a, b))
        assert as_it_was(renamed).digest == network.digest
    else:
        with pytest.raises(CheckpointError, match=rf"mod {p} cannot be seen as a sum: .* share no factor with {p}"):
            seen_as_a_sum(network, operation)


@given(st.integers(2, 12), st.integers(-20, 20), st.integers(0, 99))
def test_a_shared_table_stays_one_table_where_both_operands_are_multiplied_alike(p: int, x: int, seed: int):
    network = random_network(Shape(modulus=p), seed)
    network = replace(
        network, layout=replace(network.layout, hyperparameters=replace(PLAIN, operation=Operation(x, x)))
    )
    if gcd(x, p) == 1:
        renamed = seen_as_a_sum(network, Operation(x, x))
        assert renamed.tables_shared
        assert as_it_was(renamed).tables_shared
        assert as_it_was(renamed).digest == network.digest


def test_a_shared_table_read_as_a_difference_is_written_as_one_table():
    network = random_network(Shape(modulus=11))
    state = LAYOUTS["transformerlens"].write(network)
    read = read_network(Contents("some.pt", state), chosen={"operation": [1, -1], "activation": "relu"}).network
    assert not read.tables_shared
    written = read_contents(network_to_bytes(read, ".pt", {}), "some.pt").tensors
    assert all(torch.equal(tensor, state[name]) for name, tensor in written.items())


@pytest.mark.parametrize("factors", [(2, 3), (1, 4), (3, 1), (0, 1)])
def test_a_composite_modulus_cannot_divide_by_its_factors(factors: tuple[int, int]):
    state = state_of(Operation(*factors), p=12)
    with pytest.raises(CheckpointError, match=r"mod 12 cannot be seen as a sum: its factors must share no factor"):
        read_network(Contents("some.pt", state), chosen={"operation": list(factors)})
    read = read_network(Contents("some.pt", state))  # found out by nobody, it is judged as a sum
    assert not read.adds
    assert read.network.hyperparameters.operation == SUM


def with_answers(answers: Tensor) -> dict[str, Tensor]:
    """An MLP of Chughtai et al. that answers so: one neuron for each pair, which only that pair wakes."""
    p = int(len(answers.flatten()) ** 0.5)
    a, b = Addition(p).pairs()
    one_of_a, one_of_b = torch.eye(p + 1)[:p], torch.eye(p + 1)[:p]
    one_of_a[:, p] = 1  # a constant, so that the neuron of (a, b) hears 1 + 1 − 1
    weight = torch.zeros(2 * (p + 1), p * p)
    pairs = torch.arange(p * p)
    weight[a, pairs], weight[p + 1 + b, pairs], weight[p, pairs] = 1, 1, -1
    unembedding = torch.zeros(p * p, p)
    unembedding[pairs, answers.flatten()] = 10
    return {"W_x": one_of_a, "W_y": one_of_b, "W": weight, "W_U": unembedding}


NOT_SUMS = {
    "a² + b²": lambda a, b: (a * a + b * b) % 11,
    "a·b": lambda a, b: a * b % 11,
    "one answer to all": lambda a, b: torch.full_like(a, 3),
    "any answers": lambda a, b: torch.randint(11, a.shape, generator=torch.Generator().manual_seed(0)),
    "a + b + 1": lambda a, b: (a + b + 1) % 11,
}


@pytest.mark.parametrize("name", NOT_SUMS)
def test_what_is_no_such_operation_is_said_not_to_add_and_is_judged_by_addition(name: str):
    a, b = Addition(11).pairs()
    answers = NOT_SUMS[name](a, b)
    state = with_answers(answers)
    assert torch.equal(chughtai(state, a, b), answers)
    read = read_network(Contents("some.pt", state))
    assert not read.adds
    assert read.network.hyperparameters.operation == SUM
    expected = int((answers == (a + b) % 11).sum())
    assert evaluate(read.network).counts.right == expected


@pytest.mark.parametrize("p", [11, 12])
def test_a_network_made_to_answer_sums_adds(p: int):
    a, b = Addition(p).pairs()
    read = read_network(Contents("some.pt", with_answers((a + b) % p)))
    assert read.adds
    assert evaluate(read.network).counts.accuracy == 1


@pytest.mark.parametrize(
    ("operation", "shown"),
    [
        (SUM, "a + b"),
        (DIFFERENCE, "a − b"),
        (Operation(-1, 1), "− a + b"),
        (Operation(2, 3), "2a + 3b"),
        (Operation(-2, -7), "− 2a − 7b"),
    ],
)
def test_an_operation_is_written_as_on_paper(operation: Operation, shown: str):
    assert str(operation) == shown
