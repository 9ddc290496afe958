import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.analysis.baselines import Baseline, baselines, baselines_from
from models.task import Addition
from tests.oracles import oracle


@given(st.integers(3, 40), st.data())
def test_a_perfect_network_is_raw_right_where_sums_do_not_wrap(p: int, data: st.DataObject):
    q = data.draw(st.integers(2, p - 1))
    task = Addition(p)
    perfect = task.answers(*task.pairs()).reshape(p, p)
    [found] = baselines_from(perfect, [q])
    assert found.raw == (q * (q + 1) / 2) / q**2
    assert (found.reduced == 1) == (2 * q - 2 < p or p % q == 0)


def test_at_its_own_modulus_a_perfect_network_needs_no_reading():
    assert baselines(oracle(11, {1: 1.0, 3: 1.0}), [11]) == [Baseline(11, 1.0, 1.0)]


def test_above_its_modulus_there_are_no_tokens_to_feed():
    assert baselines(oracle(11, {1: 1.0}), [12, 127]) == [Baseline(12, None, None), Baseline(127, None, None)]


def test_all_moduli_come_back_in_their_order():
    assert [baseline.modulus for baseline in baselines(oracle(7, {1: 1.0}), [9, 2, 7])] == [9, 2, 7]


def test_a_network_that_always_says_zero_is_right_where_the_sum_is_zero():
    [found] = baselines_from(torch.zeros(7, 7, dtype=torch.long), [5])
    assert (found.raw, found.reduced) == (pytest.approx(1 / 5), pytest.approx(1 / 5))
