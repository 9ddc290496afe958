"""An operation by its formula, as the command line takes it."""

import re

from models.errors import RecipeError, shown
from models.groups import Group
from models.operations.bitwise import xor
from models.operations.linear import linear
from models.operations.operation import Operation
from models.operations.units import over, times

TERM = re.compile(r"(?P<sign>[+-]?)(?:(?P<factor>\d{1,9})\*?)?(?P<letter>[ab])|(?P<shift>[+-]?\d{1,9})")
EXPECTED = "expected x*a+y*b+z with whole numbers, a-b, a*b, a/b, or a^b with --bits"


def parse_operation(formula: str, group: Group | None, bits: int | None = None) -> Operation:
    """The operation of a formula, on the numbers of a group or mod its order.

    Args:
        formula: `2*a+3*b+1`, `a-b`, `a*b`, `a/b` or `a^b`, where ^ is XOR.
        group: what x·a + y·b + z is taken in. For a*b and a/b the numbers mod its order are multiplied.
        bits: of the numbers that XOR takes, which says the group.

    Raises:
        RecipeError: a formula that is none of these, or one without what it is taken in.

    >>> from models.groups import Cyclic
    >>> int(parse_operation("2*a-3*b+1", Cyclic(10), None).answers()[4, 1])
    6
    """
    plain = formula.replace(" ", "").replace("·", "*").replace("−", "-")
    if plain == "a^b":
        return _xor(group, bits)
    if bits is not None:
        raise RecipeError("--bits says how long the numbers of a^b are; leave it out with another operation.")
    if group is None:
        raise RecipeError(f"{shown(formula)}: in which numbers? Give --modulus Q or --group MxN.")
    if plain in ("a*b", "b*a", "a/b"):
        if len(group.factors) > 1:
            raise RecipeError(f"{shown(formula)} is taken mod a number; give --modulus Q in place of --group {group}.")
        return over(group.order) if plain == "a/b" else times(group.order)
    return linear(*_factors(plain, formula), group, plain)


def _xor(group: Group | None, bits: int | None) -> Operation:
    if group is None and bits is not None:
        return xor(bits)
    raise RecipeError("a^b is XOR of numbers of so many bits; give --bits N, and neither --modulus nor --group.")


def _factors(plain: str, formula: str) -> tuple[int, int, int]:
    """x, y and z of a sum of terms."""
    found, place = {"a": 0, "b": 0, "": 0}, 0
    while place < len(plain):
        term = TERM.match(plain, place)
        if term is None or (place and plain[place] not in "+-"):
            raise RecipeError(f"{shown(repr(formula))} is no operation that is known here; {EXPECTED}.")
        letter = term["letter"] or ""
        value = int(term["shift"]) if term["shift"] else int(f"{term['sign']}{term['factor'] or 1}")
        found[letter] += value
        place = term.end()
    if not plain:
        raise RecipeError(f"The operation is empty; {EXPECTED}.")
    return found["a"], found["b"], found[""]
