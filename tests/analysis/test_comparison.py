"""Dials of two networks: one where both turn alike, whatever their moduli."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from models.analysis.comparison import shared_dials


def test_at_one_modulus_dials_are_alike_where_their_frequencies_are():
    found = shared_dials(113, [5, 43, 45], 113, [1, 43])
    assert [(dial.left, dial.right) for dial in found.dials] == [(None, 1), (5, None), (43, 43), (45, None)]
    assert [dial.left for dial in found.shared] == [43]


def test_at_two_moduli_one_number_names_two_dials_and_one_dial_has_two_numbers():
    found = shared_dials(12, [2, 3], 18, [2, 3])
    assert [(dial.turn, dial.left, dial.right) for dial in found.dials] == [
        (Fraction(1, 9), None, 2),
        (Fraction(1, 6), 2, 3),
        (Fraction(1, 4), 3, None),
    ]
    assert [dial.period for dial in found.dials] == [9, 6, 4]


def frequencies(modulus: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, modulus // 2), unique=True, max_size=8)


two_networks = st.tuples(st.integers(2, 60), st.integers(2, 60)).flatmap(
    lambda moduli: st.tuples(*(st.tuples(st.just(m), frequencies(m)) for m in moduli))
)


@given(two_networks)
def test_every_key_frequency_is_told_once_and_the_other_way_round_the_same(networks):
    (p, left), (q, right) = networks
    found, turned = shared_dials(p, left, q, right), shared_dials(q, right, p, left)
    assert sorted(dial.left for dial in found.dials if dial.left is not None) == sorted(left)
    assert sorted(dial.right for dial in found.dials if dial.right is not None) == sorted(right)
    assert [(dial.turn, dial.right, dial.left) for dial in turned.dials] == [
        (dial.turn, dial.left, dial.right) for dial in found.dials
    ]
    assert found.could_be_shared or not found.shared


@given(st.integers(2, 60), st.integers(2, 60))
def test_dials_could_be_shared_exactly_where_some_frequency_turns_alike(p: int, q: int):
    every = shared_dials(p, range(1, p // 2 + 1), q, range(1, q // 2 + 1))
    assert every.could_be_shared == bool(every.shared)
