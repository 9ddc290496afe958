"""Operations in files: rows of an order of their own, read back as the sum that they are, or refused."""

from dataclasses import replace

import pytest
import torch

from models.errors import CheckpointError, RecipeError
from models.evaluation import State, evaluate
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import network_from_contents, operated_to_bytes
from models.groups import Cyclic, Group, Product
from models.hyperparameters import PLAIN
from models.network import Network
from models.operations import Operation, parse_operation
from models.operations.renaming import as_plain_sum, plain_sum
from models.readings import read_network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, hand_built, random_network

SEPARATE = MlpShape(modulus=13, combination="concat", layout="chughtai_mlp", shared=False)


def there_and_back(source: Network, operation: Operation) -> tuple[Network, Network]:
    """The sum network that was operated, and the network of the file that was written for the operation."""
    recipe = linked_recipe(operation.group, {1: 1, 3: operation.group.order - 1, 4: 2})
    operated = transplant(source, recipe)
    data = operated_to_bytes(
        as_plain_sum(operated, operation), ".safetensors", recipe.to_json(), source.digest, operation=operation.formula
    )
    contents = read_contents(data, "some.safetensors")
    assert contents.metadata["clockwork_operation"] == operation.formula
    interpretation = read_network(contents)
    assert interpretation.network.digest == contents.metadata["clockwork_digest"]
    return operated, interpretation.network


@pytest.mark.parametrize(
    ("formula", "group", "bits"),
    [
        ("a-b", Cyclic(12), None),
        ("5*a-7*b", Cyclic(12), None),
        ("2*a+b", Cyclic(9), None),
        ("a-b", Product((3, 4)), None),
        ("5*a+7*b", Product((2, 6)), None),
        ("a^b", None, 3),
    ],
)
def test_what_a_file_says_is_the_sum_in_the_group_again(formula: str, group: Group | None, bits: int | None):
    operation = parse_operation(formula, group, bits)
    operated, again = there_and_back(random_mlp(SEPARATE), operation)
    assert again.task == operated.task
    assert again.digest == operated.digest
    assert torch.equal(evaluate(again).states, evaluate(operated).states)


@pytest.mark.parametrize("formula", ["5*a-7*b", "a-b"])
def test_rows_of_the_file_stand_in_the_order_of_the_operations_numbers(formula: str):
    operation = parse_operation(formula, Product((3, 4)), None)
    operated = transplant(random_mlp(SEPARATE), linked_recipe(operation.group, {1: 1, 3: 11, 4: 2}))
    data = operated_to_bytes(as_plain_sum(operated, operation), ".safetensors", {}, operated.digest)
    raw = read_contents(data, "some.safetensors")
    plain = network_from_contents(replace(raw, metadata={}))  # as another program reads it: no renaming
    a, b = (numbers.flatten() for numbers in torch.meshgrid(torch.arange(12), torch.arange(12), indexing="ij"))
    logits = operated.logits(operation.element_of_a[a], operation.element_of_b[b])
    torch.testing.assert_close(plain.logits(a, b), logits)
    assert plain.task.factors == ()


def test_hours_are_written_as_the_clock_of_a_week():
    operation = parse_operation("hours", None)
    operated, again = there_and_back(hand_built(13, (1, 3, 4)), operation)
    assert (again.modulus, again.task.factors) == (168, ())
    states, elements = evaluate(operated).states, operation.element_of_a
    assert torch.equal(evaluate(again).states, states[elements][:, elements])
    assert bool((states == State.RIGHT).any())


@pytest.mark.parametrize(
    ("formula", "group", "expected"),
    [
        ("a*b", Cyclic(7), "0 has no logarithm"),
        ("2*a+b", Cyclic(12), "written twice"),
        ("a-b+1", Cyclic(12), "no sum of multiples"),
        ("weekday:2024", None, "written twice"),
        ("g**a*g**b", Cyclic(7), "written twice"),
        ("interval", None, "written twice"),
    ],
)
def test_what_tables_cannot_express_is_refused_with_why(formula: str, group: Group | None, expected: str):
    with pytest.raises(RecipeError, match=expected):
        plain_sum(parse_operation(formula, group))


def test_a_group_that_has_not_as_many_elements_is_refused_and_none_is_uploaded():
    network = transplant(random_network(Shape(modulus=13)), linked_recipe(Product((3, 4)), {1: 1, 3: 4}))
    data = operated_to_bytes(network, ".safetensors", {}, network.digest)
    contents = read_contents(data, "some.safetensors")
    assert read_network(contents).network.task.group == Product((3, 4))
    with pytest.raises(CheckpointError, match="expected as many"):
        read_network(contents, chosen={"group": [3, 5]})
    with pytest.raises(CheckpointError, match="mod one number"):
        network_from_contents(read_contents(data, "some.safetensors", UPLOAD))
    with pytest.raises(CheckpointError, match="no reading known"):
        read_network(contents, chosen={"group": [12]})
    unsaid = replace(contents, metadata={})
    chosen = read_network(unsaid, chosen={"group": [3, 4]})
    assert chosen.network.digest == network.digest
    assert read_network(unsaid).network.task.factors == ()


@pytest.mark.parametrize("said", ["7x24", [12], [1, 12], [2] * 17, [True, 3], [10**9, 2], [2.0, 3], None])
def test_what_is_no_product_of_groups_is_no_reading(said: object):
    with pytest.raises(CheckpointError, match="orders of two cyclic groups"):
        PLAIN.with_values({"group": said})


def test_a_sum_mod_one_number_says_nothing_of_groups():
    assert "group" not in PLAIN.to_json() | PLAIN.values()
    assert PLAIN.with_values({"group": []}) == PLAIN
    told = PLAIN.with_values({"group": [7, 24]})
    assert (told.group, told.to_json()["group"]) == ((7, 24), [7, 24])
