"""Logarithms of products: the sum of exponents is left as it is, and no number is looked up for it."""

from dataclasses import replace

from models.errors import RecipeError
from models.groups.units import generators_of_units
from models.operations.operation import Operation


def generator(n: int) -> int:
    """The smallest g whose powers are all units mod n, for odd prime powers and their like.

    Raises RecipeError where no power of one number gives all of them.

    >>> generator(7), generator(11)
    (3, 2)
    """
    found = generators_of_units(n)
    if len(found) != 1:
        raise RecipeError(
            f"No number has all units mod {n} among its powers, so that there is no logarithm; take a prime."
        )
    return found[0][0]


def logarithm_of(product: Operation, n: int) -> Operation:
    """The exponent to which the generator mod n is to be raised for a product mod n.

    Raises RecipeError where the units mod n have no single generator.

    >>> from models.operations.units import times
    >>> int(logarithm_of(times(7), 7).answers()[3, 3])  # 3·3 = 3²
    2
    """
    generator(n)
    return replace(product, formula=f"log({product.formula})", number_of=product.group.elements())
