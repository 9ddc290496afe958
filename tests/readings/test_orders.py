"""MLPs whose weights could compute in several orders: every container is read alike, by what was recorded or tried."""

import itertools
import re
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from models.errors import CheckpointError
from models.evaluation import cross_entropy_loss, evaluate
from models.formats.decoding import Contents, read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import network_from_contents
from models.readings import read_network
from models.readings.candidate import GLIMPSED_PAIRS, MOST_TRIED
from tests.formats.test_containers import CONTAINERS
from tests.formats.test_operands import DIFFERENCE, of
from tests.mlps import hand_built_mlp

P, DIALS = 13, (1, 3, 4)
NEURONS = 48


def shuffles(count: int) -> list[Tensor]:
    """Layers [48, 48] that only change the order of the neurons, no two of which may change places."""
    generator = torch.Generator().manual_seed(1)
    return [torch.eye(NEURONS)[torch.randperm(NEURONS, generator=generator)] for _ in range(count)]


def deep(names: str) -> dict[str, Tensor]:
    """An adding MLP of nn.Embedding and nn.Linear whose layers are all of one width; `names` in their true order."""
    network, layers = hand_built_mlp(P, DIALS), shuffles(len(names) - 2)
    whole = torch.eye(NEURONS)
    for layer in layers:
        whole = layer @ whole  # what the neurons have become
    tensors = [network.table_a, *layers, network.unembedding.T @ whole.T]
    return {f"{name}.weight": tensor.contiguous() for name, tensor in zip(names, tensors, strict=True)}


def answers(state: Mapping[str, Tensor], names: str) -> Tensor:
    """Answers [p²] straight from the file: the first weight is a table, the last the unembedding, ReLU between."""
    table, *layers, unembedding = (state[f"{name}.weight"] for name in names)
    a, b = torch.arange(P).repeat_interleave(P), torch.arange(P).repeat(P)
    x = table[a] + table[b]
    for layer in layers:
        x = (x @ layer.T).relu()
    return (x @ unembedding.T).argmax(1)


def right(state: Mapping[str, Tensor], names: str) -> float:
    a, b = torch.arange(P).repeat_interleave(P), torch.arange(P).repeat(P)
    return float((answers(state, names) == (a + b) % P).double().mean())


@pytest.mark.parametrize("names", ["abcd", "dcba", "dbca", "cadb"])
def test_the_true_order_is_found_whatever_the_container(names: str):
    state = deep(names)
    assert right(state, names) == 1
    assert right(state, names[0] + names[2] + names[1] + names[3]) < 0.3  # as a sorted file was read before
    expected = " > ".join(f"{name}.weight" for name in names)
    readings = [read_network(read_contents(save(state), name, UPLOAD)) for name, save in CONTAINERS.items()]
    assert {read.network.hyperparameters.order for read in readings} == {expected}
    assert len({read.network.digest for read in readings}) == 1
    assert all(evaluate(read.network).counts.accuracy == 1 for read in readings)
    assert all(re.match(r"tried: the best of 16 readings .*; of 4 orders that", read.why) for read in readings)
    assert all(read.why.endswith(f"orders that the shapes of its weights allow: {expected}") for read in readings)


def test_every_order_is_tried_and_told():
    read = read_network(Contents("some.pt", deep("dbca")))
    orders = {each.hyperparameters.order for each in read.tried}
    assert orders == {
        " > ".join(f"{name}.weight" for name in order) for order in ("dbca", "dcba", "abcd", "acbd")
    }  # table and unembedding are of one shape
    assert len(read.tried) == 4 * 4
    assert all(each.hyperparameters.order == read.network.hyperparameters.order for each in read.others_that_fit)


def test_recorded_losses_decide_between_orders():
    state = deep("dbca")
    wrong = "d.weight > c.weight > b.weight > a.weight"
    chosen = {"order": wrong, "activation": "gelu"}
    loss = cross_entropy_loss(read_network(Contents("some.pt", state), chosen=chosen).network)
    hyperparameters = read_network(
        Contents("some.pt", state, {"train_loss": loss, "test_loss": loss})
    ).network.hyperparameters
    assert (hyperparameters.order, hyperparameters.activation) == (wrong, "gelu")


def test_a_network_that_only_memorised_is_read_in_the_order_that_has_clearly_more_right():
    """Half of all numbers are silent, so that fewer than half of the pairs are right."""
    state = deep("dbca")
    state["d.weight"] = state["d.weight"] * (torch.arange(P) % 3 > 0)[:, None]
    assert 0.3 < right(state, "dbca") < 0.5
    read = read_network(Contents("some.pt", state))
    assert read.adds
    assert read.learned == "a + b (memorised)"
    assert read.network.hyperparameters.order == "d.weight > b.weight > c.weight > a.weight"


def test_numbers_in_names_do_not_overrule_what_is_tried():
    state = {f"layer{number}.weight": tensor for number, tensor in zip("0213", deep("abcd").values(), strict=True)}
    order = read_network(Contents("some.pt", state)).network.hyperparameters.order
    assert order == "layer0.weight > layer2.weight > layer1.weight > layer3.weight"


def test_many_orders_are_glimpsed_first():
    read = read_network(Contents("some.pt", deep("ebdca")))
    assert read.network.hyperparameters.order == " > ".join(f"{name}.weight" for name in "ebdca")
    assert len(read.tried) <= MOST_TRIED + 1
    assert f"(of 48, the best on {GLIMPSED_PAIRS} pairs)" in read.why


def test_too_many_orders_are_refused_until_somebody_says_one():
    names = "hgfedcba"
    state = deep(names)
    with pytest.raises(
        CheckpointError, match=r"fit together in over 24 orders; say which .* --read order=.* or number"
    ):
        read_network(Contents("some.pt", state))
    order = " > ".join(f"{name}.weight" for name in names)
    assert evaluate(read_network(Contents("some.pt", state), chosen={"order": order}).network).counts.accuracy == 1
    numbered = {f"{number}.weight": tensor for number, tensor in enumerate(state.values())}
    assert evaluate(read_network(Contents("some.pt", numbered)).network).counts.accuracy == 1


# Two tables


def two_tables(left: str, right: str, operation=None) -> dict[str, Tensor]:
    network = hand_built_mlp(P, DIALS, "chughtai_mlp")
    network = of(operation, network) if operation else network
    weight, unembedding = network.body.layers[0].weight.T, network.unembedding.T
    tables = {f"{left}.weight": network.table_a, f"{right}.weight": network.table_b}
    return tables | {"mid.weight": weight.contiguous(), "end.weight": unembedding.contiguous()}


def test_whose_table_is_whose_is_taken_from_their_names_and_said():
    for left, right in (("a", "b"), ("b", "a")):
        read = read_network(Contents("some.pt", two_tables(left, right)))
        assert read.network.hyperparameters.order == "a.weight + b.weight > mid.weight > end.weight"
        assert "which of its two tables is a's is taken from the order of their names" in read.remarks[0]
        assert evaluate(read.network).counts.accuracy == 1


def test_a_difference_read_with_its_tables_exchanged_is_the_other_difference():
    states = [two_tables(*names, DIFFERENCE) for names in (("a", "b"), ("b", "a"))]
    first, other = (read_network(Contents("some.pt", state)) for state in states)
    assert [str(each.network.hyperparameters.operation) for each in (first, other)] == ["a − b", "− a + b"]
    chosen = {"order": "b.weight + a.weight > mid.weight > end.weight"}
    exchanged = read_network(Contents("some.pt", states[1]), chosen=chosen)
    assert str(exchanged.network.hyperparameters.operation) == "a − b"
    assert exchanged.remarks == ()
    assert exchanged.network.digest == first.network.digest


# What is refused


@pytest.mark.parametrize(
    "order", ["a.weight > b.weight", "a > b > c > d", "no", "a.weight + b.weight > c.weight > d.weight"]
)
def test_an_order_that_shapes_forbid_is_refused_with_one_that_fits(order: str):
    state = deep("dbca")
    with pytest.raises(
        CheckpointError, match=r"weights do not fit together as .*; expected all .* such as '\w\.weight"
    ):
        read_network(Contents("some.pt", state), chosen={"order": order})
    with pytest.raises(CheckpointError, match="weights do not fit together"):
        network_from_contents(Contents("some.pt", state, metadata={"clockwork_reading": f'{{"order": "{order}"}}'}))


def test_another_modulus_of_another_order_is_what_a_configuration_decides():
    square = {name: torch.randn(*shape) for name, shape in {"x.weight": (13, 13), "y.weight": (13, 26)}.items()}
    with pytest.raises(CheckpointError, match="of a network mod 7, but the weights have 13 numbers"):
        read_network(Contents("some.pt", square), {"p": 7})


def test_permutations_of_a_file_are_one_file():
    orders = [dict(items) for items in itertools.permutations(deep("dbca").items())]
    assert len({read_network(Contents("some.pt", state)).network.digest for state in orders}) == 1
