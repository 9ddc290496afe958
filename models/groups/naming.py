"""Groups by their orders: 127 is one clock, 7x24 two."""

import math
import re
from collections.abc import Sequence

from models.errors import RecipeError, shown
from models.groups.cyclic import Cyclic
from models.groups.group import Group
from models.groups.product import Product

MOST_FACTORS = 16
LARGEST_ORDER = 100_000


def group_of(factors: Sequence[int]) -> Group:
    """The product of cyclic groups of these orders; of one alone, the numbers mod it.

    >>> group_of((12,)), group_of((7, 24))
    (Cyclic(order=12), Product(factors=(7, 24)))
    """
    return Cyclic(factors[0]) if len(factors) == 1 else Product(tuple(factors))


def group_with(modulus: int, factors: Sequence[int]) -> Group:
    """The numbers mod q, or the product of cyclic groups of these orders where there are any: as data keep a group.

    >>> group_with(12, ()), group_with(12, (3, 4))
    (Cyclic(order=12), Product(factors=(3, 4)))
    """
    return group_of(factors or (modulus,))


def product_factors(group: Group) -> tuple[int, ...]:
    """The orders that data keep beside its order: none for the numbers mod q.

    >>> product_factors(Cyclic(12)), product_factors(Product((3, 4)))
    ((), (3, 4))
    """
    return group.factors if len(group.factors) > 1 else ()


def as_group(group: int | Group) -> Group:
    """A modulus stands for the numbers mod it."""
    return Cyclic(group) if isinstance(group, int) else group


def parse_group(text: str) -> Group:
    """16x16 → Z/16 × Z/16; 127 → Z/127. Raises RecipeError for what is no group, or one that is too large.

    >>> parse_group("2x2x2").order
    8
    """
    parts = re.split("[x×]", text.strip().lower())
    sizes = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= len(str(LARGEST_ORDER))]
    if len(sizes) != len(parts):
        raise RecipeError(f"{shown(repr(text))} is no group; expected orders of cyclic groups, e.g. 16x16 or 2x2x2.")
    require_group(sizes)
    return group_of(sizes)


def require_group(factors: Sequence[int]) -> None:
    """Raises RecipeError where these are no orders of cyclic groups, or their product is too large."""
    if not 1 <= len(factors) <= MOST_FACTORS or min(factors) < 2 or math.prod(factors) > LARGEST_ORDER:
        raise RecipeError(
            f"{shown('x'.join(map(str, factors)))} is out of range; expected 1 to {MOST_FACTORS} cyclic groups of "
            f"order 2 or more, with at most {LARGEST_ORDER:,} elements together."
        )
