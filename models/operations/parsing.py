"""An operation by its formula, as the command line takes it."""

import re

from models.errors import RecipeError, shown
from models.groups import Group
from models.operations.bitwise import xor
from models.operations.linear import linear
from models.operations.named import NAMES, named_operation
from models.operations.operation import Operation
from models.operations.product_formula import is_product, parse_product

TERM = re.compile(r"(?P<sign>[+-]?)(?:(?P<factor>\d{1,9})\*?)?(?P<letter>[ab])|(?P<shift>[+-]?\d{1,9})")
EXPECTED = (
    "expected x*a+y*b+z with whole numbers; a product of powers such as a*b, a/b, a**3*b or 2**a*b, or log(…) of one; "
    f"a^b with --bits; or one of {', '.join(NAMES)}"
)


def parse_operation(formula: str, group: Group | None, bits: int | None = None) -> Operation:
    """The operation of a formula, on the numbers of a group or mod its order.

    Args:
        formula: `2*a+3*b+1`, `a-b`; `a*b`, `a/b`, `a**3*b`, `2**a*b`, `log(g**a*b)`; `a^b`, where ^ is XOR; or a name,
            such as `hours` or `weekday:2024`.
        group: what x·a + y·b + z is taken in. For products the numbers mod its order are multiplied. None with a name.
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
    if named := named_operation(plain):
        if group is not None or bits is not None:
            raise RecipeError(f"{shown(plain)} says itself in which numbers; leave out --modulus, --group and --bits.")
        return named
    if bits is not None:
        raise RecipeError("--bits says how long the numbers of a^b are; leave it out with another operation.")
    if group is None:
        raise RecipeError(f"{shown(formula)}: in which numbers? Give --modulus Q or --group MxN.")
    if is_product(plain):
        if len(group.factors) > 1:
            raise RecipeError(f"{shown(formula)} is taken mod a number; give --modulus Q in place of --group {group}.")
        return parse_product(plain, group.order)
    return linear(*linear_factors(formula), group, plain)


def _xor(group: Group | None, bits: int | None) -> Operation:
    if group is None and bits is not None:
        return xor(bits)
    raise RecipeError("a^b is XOR of numbers of so many bits; give --bits N, and neither --modulus nor --group.")


def linear_factors(formula: str) -> tuple[int, int, int]:
    """x, y and z of a sum of terms, x·a + y·b + z. Raises RecipeError for any other formula.

    >>> linear_factors("2*a - b + 7")
    (2, -1, 7)
    """
    plain = formula.replace(" ", "").replace("·", "*").replace("−", "-")
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
