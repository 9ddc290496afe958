from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.evaluation import evaluate
from models.surgery.transplant import transplant
from models.sweep import coarse_to_fine, reached
from tests.oracles import Shape, oracle, oracle_waves, random_network

ALPHAS = {2: 1.0, 5: 0.7}


@given(st.integers(2, 300), st.integers(0, 300))
def test_every_modulus_comes_once_and_the_whole_range_early(lowest: int, more: int):
    order = coarse_to_fine(lowest, lowest + more)
    assert sorted(order) == list(range(lowest, lowest + more + 1))
    for count in (2, 4, 8, 16):
        seen = sorted([lowest, *order[:count]])
        # The stride is a power of two, at most twice that of an even spread, and the next one has only begun.
        assert max((right - left for left, right in pairwise(seen)), default=0) <= max(1, 4 * (more + 1) / count)


def test_strides_halve_from_the_top():
    assert coarse_to_fine(2, 9) == [9, 5, 7, 3, 8, 6, 4, 2]


def test_what_is_reached_is_the_best_recipe_with_all_its_pairs():
    network = oracle(23, ALPHAS)
    found = reached(network, oracle_waves(ALPHAS), 31, judged=3)
    assert (found.modulus, found.tried, found.counts.right) == (31, 1, 31**2)
    assert evaluate(transplant(network, found.recipe)).counts == found.counts


def test_no_more_settings_are_judged_than_wanted():
    waves = oracle_waves({1: 1.0, 2: 1.0})
    assert reached(random_network(Shape()), waves, 11, judged=3).tried == 3
