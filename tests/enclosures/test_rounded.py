"""Float64 rows with radii must hold what balls of many bits say is exact."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.enclosures import BallRows, RoundedRows, precision_of_balls
from models.enclosures.rounded import largest_singular_value
from models.network import Network
from tests.mlps import MlpShape, any_activation, random_mlp
from tests.oracles import random_network, readings, shapes

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
networks = st.builds(random_network, shapes | readings, st.integers(0, 99)) | st.builds(
    random_mlp, mlps, st.integers(0, 99)
)


def both(network: Network) -> tuple[RoundedRows, BallRows, torch.Tensor]:
    """The readout vectors of all pairs in both arithmetics, and the right classes."""
    a, b = network.task.pairs()
    exact = network.cast(torch.float64)
    vectors = [
        exact.body.enclosed_vectors(kind.exact(exact.table_a), kind.exact(exact.table_b), a, b)
        for kind in (RoundedRows, BallRows)
    ]
    return *vectors, network.task.answers(a, b)


@given(networks)
def test_radii_hold_the_exact_rows_and_are_small(network: Network):
    with precision_of_balls(256):
        rounded, balls, _ = both(network)
        apart = [
            [float(abs(x - value).upper()) for x, value in zip(row, values, strict=True)]
            for row, values in zip(balls.lists(), rounded.values.tolist(), strict=True)
        ]
    sizes = torch.linalg.vector_norm(torch.tensor(apart, dtype=torch.float64), dim=1)
    assert bool((sizes <= rounded.radius).all())
    assert float(rounded.radius.max()) < 1e-6 * (1 + float(rounded.sizes.max()))


@given(networks)
def test_errors_of_margins_hold_the_exact_margins(network: Network):
    with precision_of_balls(256):
        rounded, balls, answers = both(network)
        right, runner_up, errors = rounded.right_and_runner_up(network.unembedding, network.unembedding_bias, answers)
        values = right - runner_up
        exact = balls.margins(network.unembedding, network.unembedding_bias, answers)
        off = [float(abs(ball - value).upper()) for ball, value in zip(exact, values.tolist(), strict=True)]
    assert bool((torch.tensor(off, dtype=torch.float64) <= errors).all())


@given(st.integers(1, 9), st.integers(1, 9), st.floats(-30, 30), st.integers(0, 99), st.booleans())
def test_the_bound_on_singular_values_is_one_and_is_near(rows: int, columns: int, power: float, seed: int, sizes: bool):
    matrix = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    matrix = matrix * 10.0**power
    true = float(torch.linalg.matrix_norm(matrix.abs() if sizes else matrix, 2))
    assert true <= largest_singular_value(matrix, of_sizes=sizes) <= 1.08 * true


def test_a_weight_that_changes_in_place_is_measured_anew():
    matrix = torch.eye(3)
    assert largest_singular_value(matrix) < 2
    matrix *= 5
    assert largest_singular_value(matrix) >= 5


@pytest.mark.parametrize("score", [0.0, 30.0, 800.0])
def test_a_softmax_holds_the_exact_weights(score: float):
    columns = [torch.tensor([[x]], dtype=torch.float64) for x in (score, 0.25, -score)]
    with precision_of_balls(256):
        rounded = RoundedRows.exact(columns[0]).softmax([RoundedRows.exact(column) for column in columns])
        balls = BallRows.exact(columns[0]).softmax([BallRows.exact(column) for column in columns])
        for near, ball in zip(rounded, balls, strict=True):
            assert float(abs(ball.lists()[0][0] - float(near.values)).upper()) <= float(near.radius) < 1e-10


def test_what_is_unknown_stays_unknown():
    wild = RoundedRows(torch.ones(2, 1, dtype=torch.float64), torch.tensor([torch.inf, 0.0], dtype=torch.float64))
    weights = wild.softmax([wild, RoundedRows.exact(torch.zeros(2, 1))])
    assert weights[0].radius[0] >= 1
    assert weights[0].radius[1] < 1e-6


def rows(radius: float, *values: list[float]) -> RoundedRows:
    return RoundedRows(
        torch.tensor(values, dtype=torch.float64), torch.full((len(values),), radius, dtype=torch.float64)
    )


def test_a_product_of_wide_rows_holds_the_product_of_their_far_ends():
    """Both factors off by as much as they may be, so that the product of what they are off by counts."""
    for here, there in ((0.5, 2.0), (2.0, 0.5), (3.0, 3.0)):
        found = rows(here, [1.0]).product(rows(there, [4.0]))
        off = (1 + here) * (4 + there) - 4
        assert off <= float(found.radius) <= off * (1 + 1e-8)


STEPS_ON_ROWS = {
    "added": lambda x: x + x,
    "divided": lambda x: x.over_root(3),
    "times each": lambda x: x.times_each(torch.tensor([2.0, 3.0])),
    "multiplied": lambda x: x.product(x),
    "layer norm": lambda x: x.normalised(1e-5, centred=True),
    "squared": lambda x: x.activated("square"),
    "gelu": lambda x: x.activated("gelu"),
}


@pytest.mark.parametrize("step", STEPS_ON_ROWS.values(), ids=STEPS_ON_ROWS)
def test_what_stands_in_other_rows_makes_no_row_less_certain(step):
    small, large = [0.5, -2.0], [3e9, 1e9]
    both_rows, alone = step(rows(1e-9, small, large)), step(rows(1e-9, small))
    assert float(both_rows.radius[0]) == pytest.approx(float(alone.radius[0]), rel=1e-9)
