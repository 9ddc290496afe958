"""Numbers under multiplication: primes, primitive roots, powers and inverses."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.groups.primes import is_prime
from models.groups.units import inverses, powers, primitive_root

PRIMES = [n for n in range(2, 230) if is_prime(n)]


def test_primes_are_those_of_the_sieve():
    sieve = set(range(2, 230))
    for n in range(2, 16):
        sieve -= set(range(2 * n, 230, n))
    assert set(PRIMES) == sieve
    assert not any(map(is_prime, (-3, 0, 1)))


@pytest.mark.parametrize("prime", PRIMES)
def test_the_powers_of_a_primitive_root_are_all_numbers_but_0(prime: int):
    found = powers(prime).tolist()
    assert sorted(found) == list(range(1, prime))
    g = primitive_root(prime)
    assert found == [pow(g, exponent, prime) for exponent in range(prime - 1)]
    assert all(len({pow(h, e, prime) for e in range(prime - 1)}) < prime - 1 for h in range(1, g))


@given(st.integers(2, 60))
def test_inverses_are_of_those_that_have_one(modulus: int):
    found, numbers = inverses(modulus), torch.arange(modulus)
    there = found >= 0
    assert bool((numbers * found % modulus == 1)[there].all())
    assert bool((torch.gcd(numbers, torch.tensor(modulus)) > 1)[~there].all())
