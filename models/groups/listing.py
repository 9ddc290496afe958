"""All finite abelian groups of an order, up to isomorphism."""

import math
from collections.abc import Iterator
from itertools import product

from models.groups.group import Group
from models.groups.naming import group_of
from models.groups.primes import prime_factors


def abelian_groups(order: int) -> list[Group]:
    """Every abelian group of an order once, the cyclic one first; each by factors of which every one divides the last.

    There is one for each way of writing the exponents of the order's primes as sums, by the structure theorem.

    >>> [str(group) for group in abelian_groups(16)]
    ['16', '2x8', '4x4', '2x2x4', '2x2x2x2']
    >>> sum(len(abelian_groups(order)) for order in range(2, 65))
    116
    """
    by_prime = []
    for prime in prime_factors(order):
        exponent = next(e for e in range(1, order) if order % prime ** (e + 1))
        by_prime.append([[prime**part for part in parts] for parts in _partitions(exponent, exponent)])
    found = [group_of(_invariant_factors(chosen)) for chosen in product(*by_prime)]
    return sorted(found, key=lambda group: (len(group.factors), group.factors))


def _partitions(total: int, largest: int) -> Iterator[list[int]]:
    """Ways of writing a number as a sum of parts that do not grow."""
    if total == 0:
        yield []
    for part in range(min(total, largest), 0, -1):
        for rest in _partitions(total - part, part):
            yield [part, *rest]


def _invariant_factors(powers: tuple[list[int], ...]) -> list[int]:
    """The largest powers of all primes together, then the next ones; the largest factor last."""
    most = max(map(len, powers))
    padded = [part + [1] * (most - len(part)) for part in powers]
    return [math.prod(column) for column in zip(*padded, strict=True)][::-1]
