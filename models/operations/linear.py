"""x·a + y·b + z in any group: both operands are multiplied by whole numbers, which need not be invertible."""

from models.groups import Group, as_group
from models.operations.operation import Operation


def linear(x: int, y: int, z: int, group: int | Group, formula: str = "") -> Operation:
    """x·a + y·b + z; z is a number mod q, or that of an element.

    >>> int(linear(3, -1, 4, 12).answers()[5, 2])  # 3·5 − 2 + 4 = 17
    5
    """
    found = as_group(group)
    elements = found.elements()
    shifted = found.sum(found.multiple(y, elements), elements[z % found.order])
    return Operation(formula or f"{x}*a+{y}*b+{z}", found, found.multiple(x, elements), shifted, elements)
