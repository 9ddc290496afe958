"""A count is a proof: bounds that hold, methods that agree, and networks made to fool the count at real sizes."""

from dataclasses import replace

import pytest
import torch
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from models import zoo
from models.bodies.mlp import Dense
from models.circuits.spectra import key_frequencies
from models.enclosures import FLOAT32, FLOAT64, Precision, precision_of_balls
from models.evaluation import Proof, State, balls, difference_classes, evaluate, evaluate_within, grid_of
from models.evaluation.balls import margins_by_balls
from models.evaluation.classes import distinct_classes
from models.evaluation.directions import unembedding_directions, whole_unembedding
from models.evaluation.passes import Passes
from models.evaluation.results import spread_rows
from models.evaluation.rows import bounded_rows
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, any_activation, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, random_network, readings, shapes

seeds = st.integers(0, 99)
one_layer = (shapes | readings).filter(lambda shape: shape.layers == 1)
mlps = st.builds(
    MlpShape,
    modulus=st.integers(2, 6),
    layers=st.integers(1, 3),
    combination=st.sampled_from(["sum", "concat"]),
    activation=any_activation,
    biases=st.booleans(),
    shared=st.booleans(),
    unembedding_bias=st.booleans(),
)
with_readers = st.builds(random_network, one_layer, seeds) | st.builds(random_mlp, mlps, seeds)
networks = st.builds(random_network, shapes | readings, seeds) | st.builds(random_mlp, mlps, seeds)


def exact_margins(network: Network) -> torch.Tensor:
    """float64 [q, q], from balls of 256 bits."""
    classes = distinct_classes(network)
    found = [part.values for part in margins_by_balls(network, classes, *network.task.pairs(), 256)]
    return torch.cat(found).unflatten(0, (network.modulus, -1))


def assert_bounds_hold(network: Network, precision: Precision, near: float) -> None:
    """And are not so wide that nothing could be decided by them."""
    exact, classes = exact_margins(network), distinct_classes(network)
    for unembedding in filter(
        None, (unembedding_directions(network.unembedding), whole_unembedding(network.unembedding))
    ):
        found = bounded_rows(network, unembedding, classes, precision).margins_of_rows(torch.arange(network.modulus))
        assert bool(((found.values - exact).abs() <= found.errors).all())
        assert float(found.errors.max()) <= near * (1 + float(exact.abs().max()))


@given(networks)
def test_bounds_on_single_pairs_hold(network: Network):
    a, b = (operand.flip(0) for operand in network.task.pairs())
    found, exact = Passes(network).of_pairs(a, b), exact_margins(network).flatten().flip(0)
    assert bool(((found.values - exact).abs() <= found.errors).all())
    assert float(found.errors.max()) <= 1e-6 * (1 + float(exact.abs().max()))


@given(with_readers)
def test_bounds_on_float32_hold_for_every_pair(network: Network):
    assert_bounds_hold(network, FLOAT32, near=1.0)


@given(with_readers)
def test_bounds_on_float64_hold_for_every_pair(network: Network):
    assert_bounds_hold(network, FLOAT64, near=1e-6)


@pytest.mark.parametrize("make", [hand_built, hand_built_mlp])
def test_bounds_hold_where_the_unembedding_is_read_along_few_directions(make):
    operated = transplant(make(13, (1, 3, 4)), linked_recipe(20, {1: 3, 3: -7, 4: 9}))
    assert unembedding_directions(operated.unembedding).directions.shape[1] < len(operated.unembedding)
    assert_bounds_hold(operated, FLOAT32, near=0.05)
    assert_bounds_hold(operated, FLOAT64, near=1e-4)


@given(networks)
def test_all_methods_prove_the_same_states(network: Network):
    fast, plain, exact = (evaluate(network, method) for method in ("fast", "plain", "exact"))
    assert torch.equal(plain.states, exact.states)
    assert torch.equal(fast.states, exact.states)
    for each in (fast, plain, exact):
        proof = each.proof
        assert proof.in_float32 + proof.in_float64 + proof.in_balls + proof.unproven == each.counts.pairs
        assert each.smallest_at_least <= float(exact_margins(network).min()) + 1e-12


def test_a_count_names_its_method():
    operated = transplant(hand_built_mlp(13, (1, 3, 4)), own_recipe(600, (1, 3, 4)))
    assert evaluate(operated).proof.method == "stripes"
    assert evaluate(hand_built(13, (1, 3, 4))).proof.method == "rows"
    assert evaluate(hand_built(13, (1, 3, 4)), "plain").proof.method == "plain"
    assert evaluate(random_network(Shape(layers=2))).proof.method == "plain"
    exact = evaluate(hand_built(5, (1, 2)), "exact").proof
    assert exact == Proof("exact", 0, 0, 25, 0, exact.largest_error)
    assert 0 <= exact.largest_error < 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("method", ["fast", "plain", "exact"])
def test_counting_changes_no_weight(method: str, dtype: torch.dtype):
    network = random_network(Shape(attention_biases=True, unembedding_bias=True, activation="square"), 3, dtype)
    before = {name: tensor.clone() for name, tensor in network.tensors().items()}
    evaluate(network, method)
    after = network.tensors()
    assert all(torch.equal(after[name], before[name]) for name in before)


# Networks made to fool a count that believes float32 by a sample


def with_cancelling_columns(network: Network, small: float, numbers: list[int], huge: float = 1e10) -> Network:
    """Three columns more, [f, +h, −h] at some numbers; the first layer reads all three alike."""
    where = torch.zeros(network.modulus).index_fill(0, torch.tensor(numbers), 1.0)
    columns = torch.stack([small * where, huge * where, -huge * where], dim=1)
    first = network.body.layers[0]
    alike = torch.randn(first.weight.shape[1], generator=torch.Generator().manual_seed(0))
    layers = (Dense(torch.cat([first.weight, alike.expand(3, -1)]), first.bias), *network.body.layers[1:])
    table = torch.cat([network.table_a, columns], dim=1)
    body = replace(network.body, layers=layers, table_width=network.body.table_width + 3)
    return replace(network, table_a=table, table_b=table, body=body)


def unsampled(modulus: int) -> list[int]:
    """Numbers that none of the few rows is of."""
    return [number for number in range(modulus) if number not in spread_rows(modulus).tolist()]


def test_columns_that_cancel_in_float32_alone_do_not_fool_the_count():
    network = zoo.load("mlp-113")
    assert evaluate(network).counts.right == 12769
    crafted = with_cancelling_columns(network, 40.0, unsampled(113)[::2])
    found = evaluate(crafted)
    assert torch.equal(found.states, evaluate(crafted, "plain").states)
    assert found.counts.right < 12769 / 2
    assert found.proof.in_float64 > 0


def test_nor_after_surgery_nor_downwards():
    network = zoo.load("mlp-113")
    operated = transplant(network, own_recipe(97, key_frequencies(network).frequencies))
    honest = evaluate(operated).counts.right
    for small in (40.0, 0.0):  # 0: exactly nothing is added, while float32 adds the rounding of 1e10
        crafted = with_cancelling_columns(operated, small, unsampled(97)[::3])
        found = evaluate(crafted)
        assert torch.equal(found.states, evaluate(crafted, "plain").states)
        assert (found.counts.right == honest) == (small == 0.0)


def test_nor_by_difference_classes(monkeypatch: pytest.MonkeyPatch):
    operated = transplant(hand_built_mlp(13, (1, 3, 4), "clockwork"), linked_recipe(61, {1: 2, 3: -3, 4: 5}))
    monkeypatch.setattr(difference_classes, "SMALLEST_MODULUS", 2)
    crafted = with_cancelling_columns(operated, 3.0, unsampled(61)[::5])
    found = evaluate(crafted)
    assert found.proof.method == "stripes"
    assert torch.equal(found.states, evaluate(crafted, "plain").states)
    assert 0 < found.counts.right < 61**2


def with_neurons_that_fire_between_the_sampled_rows(network: Network) -> Network:
    """Two twin neurons of a one-hot MLP that fire for a few pairs, one read as +h·v, the other as −h·v + v."""
    q, numbers = network.modulus, unsampled(network.modulus)[5:9]
    fires = torch.full((q, 2), -1.0).index_fill(0, torch.tensor(numbers), 0.75)  # only where both operands are of these
    direction = 50 * torch.randn(q, generator=torch.Generator().manual_seed(0))
    huge = (2.0**30 * direction).double()
    return replace(
        network,
        table_a=torch.cat([network.table_a, fires], dim=1),
        table_b=torch.cat([network.table_b, fires], dim=1),
        body=replace(network.body, table_width=network.body.table_width + 2),
        unembedding=torch.cat([network.unembedding.double(), huge[None], (direction - huge)[None]]),
    )


def test_neurons_that_fire_only_between_the_sampled_rows_do_not_fool_the_count():
    crafted = with_neurons_that_fire_between_the_sampled_rows(zoo.load("one-hot-97"))
    found = evaluate(crafted)
    assert torch.equal(found.states, evaluate(crafted, "plain").states)
    wrong = (found.states != State.RIGHT).nonzero()
    assert 0 < len(wrong) <= 16
    assert set(wrong.flatten().tolist()) <= set(unsampled(97)[5:9])


# What cannot be told


def test_pairs_beyond_the_balls_allowance_are_undecided_and_said_to_be_unproven(monkeypatch: pytest.MonkeyPatch):
    crafted = with_cancelling_columns(hand_built_mlp(13, (1, 3, 4), "clockwork"), 1.0, [3, 7], huge=1e30)
    settled = evaluate(crafted)
    assert settled.proof.in_balls > 0 == settled.proof.unproven
    monkeypatch.setattr(balls, "MOST_PRODUCTS", 0)
    found = evaluate(crafted)
    assert found.proof.unproven == settled.proof.in_balls
    assert found.counts.undecided == found.proof.unproven + settled.counts.undecided
    assert found.smallest_at_least == -torch.inf
    assert evaluate_within(crafted, found.counts.pairs - found.counts.right) is not None
    assert evaluate_within(crafted, found.counts.pairs - found.counts.right - 1) is None


@pytest.mark.parametrize("method", ["fast", "plain", "exact"])
@pytest.mark.parametrize("make", [hand_built, hand_built_mlp])
def test_a_count_is_given_up_once_more_pairs_fail_than_may(make, method: str):
    operated = transplant(make(7, (1, 2)), linked_recipe(9, {1: 1.5, 2: 4}))
    failed = evaluate(operated).counts
    failing = failed.pairs - failed.right
    assert failing > 0
    assert evaluate_within(operated, failing, method).counts == failed
    for fewer in (failing - 1, 0):
        assert evaluate_within(operated, fewer, method) is None


def test_so_is_a_count_by_difference_classes():
    dials = (Dial(1, Turn(20)), Dial(3, Turn(-73), Turn(-72)), Dial(4, Turn(150)))
    operated = transplant(hand_built_mlp(13, (1, 3, 4)), Recipe(521, dials))
    found = evaluate(operated)
    failing = found.counts.pairs - found.counts.right
    assert (found.proof.method, failing > 0) == ("stripes", True)
    assert evaluate_within(operated, failing).counts == found.counts
    assert evaluate_within(operated, failing - 1) is None


def test_an_unembedding_that_says_the_same_of_every_class_ties_every_pair_exactly():
    network = hand_built(13, (1, 3, 4))
    off = transplant(network, own_recipe(31, ()))
    found = evaluate(off)
    assert (found.counts.undecided, found.proof.method, found.proof.unproven) == (31**2, "silent", 0)
    assert evaluate_within(off, 31**2 - 1) is None


def test_balls_are_computed_at_the_precision_that_is_asked_for():
    before = ctx.prec
    with precision_of_balls(777):
        assert ctx.prec == 777
    assert ctx.prec == before


@given(st.integers(2, 12), st.integers(1, 4), st.integers(0, 999), st.floats(-3, 3))
def test_the_bound_of_a_difference_class_holds_for_every_pair_of_it(pairs: int, waves: int, seed: int, slant: float):
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(pairs, 2 * waves, generator=generator) * 10.0 ** (
        slant * torch.rand(2 * waves, generator=generator)
    )
    angles = torch.rand(waves, 9, generator=generator) * 2 * torch.pi
    rivals = torch.cat([1 - angles.cos(), angles.sin()])
    exact = z.double() @ rivals.double()
    found = difference_classes.lower_bounds(z, rivals)
    assert bool((found <= exact.amin(0)).all())
    assert float((exact.amin(0) - found).max()) <= 8 * waves * float(z.norm(dim=1).max())


def test_few_rivals_are_enough_for_the_same_count(monkeypatch: pytest.MonkeyPatch):
    operated = transplant(hand_built_mlp(13, (1, 3, 4)), linked_recipe(521, {1: 20, 3: -73, 4: 150}))
    assert grid_of(operated) is not None
    many = evaluate(operated)
    monkeypatch.setattr(difference_classes, "FIRST_RIVALS", 1)
    few = evaluate(operated)
    assert torch.equal(many.states, few.states)
    assert many.smallest_margin == pytest.approx(few.smallest_margin, rel=1e-5)
    assert many.proof.method == "stripes"
