"""XOR of whole numbers: addition in Z/2 × … × Z/2, whose elements are numbered by their bits already."""

from models.errors import RecipeError, shown
from models.groups import Product
from models.operations.operation import Operation

MOST_BITS = 16


def xor(bits: int) -> Operation:
    """a XOR b of numbers of so many bits. Raises RecipeError for fewer than 2 or more than MOST_BITS.

    >>> int(xor(4).answers()[0b1100, 0b1010]) == 0b0110
    True
    """
    if not 2 <= bits <= MOST_BITS:
        raise RecipeError(f"{shown(bits)} bits are out of range; expected 2 to {MOST_BITS}.")
    group = Product((2,) * bits)
    elements = group.elements()
    return Operation("a^b", group, elements, elements, elements)
