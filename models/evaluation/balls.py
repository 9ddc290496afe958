"""Margins of single pairs in balls: the last word where float64 cannot tell."""

from collections.abc import Iterator

import torch
from flint import arb
from torch import Tensor

from models.enclosures import BallRows, precision_of_balls
from models.evaluation.classes import Classes
from models.evaluation.margins import Margins, with_twins
from models.network import Network
from models.runtime.cost import products_of_a_pair
from models.runtime.interruption import may_be_interrupted

BITS = (128, 512, 2048, 8192)  # of one attempt after the other
AT_ONCE = 64  # pairs: short enough that other threads get their turn
MOST_PRODUCTS = 10**9  # with the fewest bits, in one evaluation: some ten seconds
DEARER = 1.5  # with n times the bits there may be n^DEARER times fewer


def margins_by_balls(network: Network, classes: Classes, a: Tensor, b: Tensor, bits: int) -> Iterator[Margins]:
    """Pairs a, b [n], a few at a time, in balls of so many bits."""
    for some_a, some_b in zip(a.split(AT_ONCE), b.split(AT_ONCE), strict=True):
        may_be_interrupted()
        with precision_of_balls(bits):
            values, errors = _as_numbers(_margins(network, classes, some_a, some_b))
        yield Margins(some_a, some_b, *with_twins(values, errors, classes.tied(some_a, some_b)))


def most_pairs(network: Network, bits: int) -> int:
    """How many pairs may be computed in balls of so many bits."""
    if network.body.bounded_in_float64_alone:
        return 0
    return int(MOST_PRODUCTS * (BITS[0] / bits) ** DEARER / products_of_a_pair(network))


def _margins(network: Network, classes: Classes, a: Tensor, b: Tensor) -> list[arb]:
    """The margins of a few pairs over classes that are no twins; only the rows that they need are converted."""
    (needed_a, rows_a), (needed_b, rows_b) = (numbers.unique(return_inverse=True) for numbers in (a, b))
    table_a = BallRows.exact(network.table_a[needed_a])
    table_b = table_a.like(network.table_b[needed_b])
    vectors = network.body.enclosed_vectors(table_a, table_b, rows_a, rows_b)
    bias = None if network.unembedding_bias is None else network.unembedding_bias[classes.first]
    return vectors.margins(network.unembedding[:, classes.first], bias, classes.of_answers(a, b))


def _as_numbers(balls: list[arb]) -> tuple[Tensor, Tensor]:
    """float64 [n] each: the middles, and radii that hold the balls around the rounded middles."""
    middles = [float(ball.mid()) for ball in balls]
    radii = [float(abs(ball - middle).upper()) for ball, middle in zip(balls, middles, strict=True)]
    return torch.tensor(middles, dtype=torch.float64), torch.tensor(radii, dtype=torch.float64) * (1 + 2.0**-50)
