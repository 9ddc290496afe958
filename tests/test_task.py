import torch
from hypothesis import given
from hypothesis import strategies as st

from models.task import Addition


@given(st.integers(2, 30))
def test_pairs_are_all_pairs_row_by_row(p: int):
    a, b = Addition(p).pairs()
    assert len(a) == Addition(p).pair_count == p**2
    assert (a * p + b).tolist() == list(range(p**2))


@given(st.integers(2, 30))
def test_answers_are_sums_modulo_p(p: int):
    a, b = Addition(p).pairs()
    assert Addition(p).answers(a, b).tolist() == [(x + y) % p for x in range(p) for y in range(p)]


@given(st.integers(2, 30), st.floats(0, 1), st.integers(0, 2**32))
def test_a_split_partitions_the_pairs(p: int, fraction: float, seed: int):
    train, test = Addition(p).split(fraction, seed)
    assert len(train) == int(fraction * p**2)
    assert torch.cat([train, test]).sort().values.tolist() == list(range(p**2))


def test_a_split_is_decided_by_its_seed():
    first, again, other = (Addition(11).split(0.3, seed)[0].tolist() for seed in (5, 5, 6))
    assert first == again != other
