"""The bound on the margins of a row is the one that docs/exactness.md derives, term by term (bodies/test_sizes.py).

Margins are off by far less than their bound, so one that lost a term would hold of nearly every network.
"""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.enclosures import FLOAT32, FLOAT64, Precision
from models.evaluation.classes import distinct_classes
from models.evaluation.directions import UnembeddingDirections, unembedding_directions, whole_unembedding
from models.evaluation.rows import EXPONENTS, bounded_rows
from models.network import Network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, random_network
from tests.test_exactness import with_readers

precisions = st.sampled_from([FLOAT32, FLOAT64])
FOR_A_MARGIN = 6  # conversions, the bias, and the difference of two logits


def bound_of(network: Network, readout: UnembeddingDirections, precision: Precision) -> Tensor:
    """e(a, b) [q, q], straight from the formula."""
    exact = network.cast(torch.float64)
    tables, body = (exact.table_a, exact.table_b), exact.body
    reader = body.rows_reader(*tables, readout.directions, precision.dtype)
    kappa = 2 * (readout.classes.abs().max(1).values + precision.floor)
    sizes = reader.sizes(kappa, precision.floor)
    bias = torch.zeros(()) if exact.unembedding_bias is None else exact.unembedding_bias - exact.unembedding_bias.mean()
    largest = bias.to(precision.dtype).double().abs().max() + precision.floor
    size = both(sizes.of_a, sizes.of_b) + 2 * largest
    from_weights = body.set_up_sizes(*tables, (readout.directions.abs() @ kappa)[:, None], FLOAT64.floor)
    left_out = body.set_up_sizes(*tables, readout.left_out[:, None], FLOAT64.floor)
    relative = precision.gamma(reader.roundings + readout.directions.shape[1] + FOR_A_MARGIN)
    scores: Tensor | float = 0.0
    if from_weights.scores_a is not None:
        scores = FLOAT64.gamma(body.set_up_roundings) * both(from_weights.scores_a, from_weights.scores_b)
        relative += FLOAT64.gamma(EXPONENTS)
    of_tables = FLOAT64.gamma(body.set_up_roundings + FOR_A_MARGIN)
    more = of_tables * both(from_weights.of_a[:, 0], from_weights.of_b[:, 0])
    return (relative + scores) * size + more + 2 * both(left_out.of_a[:, 0], left_out.of_b[:, 0])


def both(of_a: Tensor, of_b: Tensor) -> Tensor:
    return of_a[:, None] + of_b


def assert_as_derived(network: Network, readout: UnembeddingDirections | None, precision: Precision) -> None:
    assert readout
    found = bounded_rows(network, readout, distinct_classes(network), precision).bounds
    rows = torch.arange(network.modulus).flip(0)
    expected = bound_of(network, readout, precision)[rows]
    torch.testing.assert_close(found.of_rows(rows), expected, rtol=1e-9, atol=0)


@given(with_readers, precisions)
def test_bounds_are_as_derived_for_every_body(network: Network, precision: Precision):
    assert_as_derived(network, whole_unembedding(network.unembedding), precision)


@given(with_readers, precisions)
def test_what_is_relative_is_told_of_each_operand(network: Network, precision: Precision):
    """How far scores may be off differs from a to b where their tables do; both together would hide an exchange."""
    apart = replace(network, table_b=3 * network.table_b.flip(0))
    readout = whole_unembedding(apart.unembedding)
    exact = apart.cast(torch.float64)
    kappa = 2 * (readout.classes.abs().max(1).values + precision.floor)
    along = (readout.directions.abs() @ kappa)[:, None]
    made = exact.body.set_up_sizes(exact.table_a, exact.table_b, along, FLOAT64.floor)
    found = bounded_rows(apart, readout, distinct_classes(apart), precision).bounds
    if made.scores_a is None:
        assert found.relative_b.eq(0).all()
        return
    off = FLOAT64.gamma(exact.body.set_up_roundings)
    torch.testing.assert_close(found.relative_b, off * made.scores_b, rtol=1e-9, atol=0)
    steady = found.relative_a - off * made.scores_a
    torch.testing.assert_close(steady, steady[:1].expand_as(steady), rtol=1e-6, atol=0)


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64], ids=["float32", "float64"])
@pytest.mark.parametrize("make", [hand_built, hand_built_mlp])
def test_bounds_are_as_derived_where_the_readout_is_read_along_few_directions(make, precision: Precision):
    operated = transplant(make(13, (1, 3, 4)), linked_recipe(20, {1: 3, 3: -7, 4: 9}))
    louder = replace(operated, unembedding=operated.unembedding + 1e-9 * torch.randn(20, generator=torch.Generator()))
    readout = unembedding_directions(louder.unembedding)
    assert float(readout.left_out.max()) > 0
    assert_as_derived(louder, readout, precision)


@pytest.mark.parametrize(
    "network",
    [random_network(Shape(modulus=5)), random_mlp(MlpShape(modulus=5)), random_mlp(MlpShape(modulus=5, layers=2))],
    ids=["transformer", "MLP", "MLP of two layers"],
)
@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64], ids=["float32", "float64"])
def test_where_a_sum_could_overflow_nothing_is_bound(network: Network, precision: Precision):
    """The readout alone is made louder, by powers of two: the sizes of sums grow with it, and nothing else does."""
    loud = network.cast(torch.float64)
    for power in range(0, 1001, 50):
        readout = whole_unembedding(loud.unembedding * 2.0**power)
        found = bounded_rows(loud, readout, distinct_classes(loud), precision).bounds
        sizes = found.size_a[:, None] + found.size_b
        assert bool(found.of_rows(torch.arange(5)).isinf().all()) == (float(sizes.max()) >= precision.largest)
