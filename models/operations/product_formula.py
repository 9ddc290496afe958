"""Products of powers by their formula: a*b, a/b, a**3*b, 2**a*b, log(g**a*b)."""

import re
from dataclasses import replace

from models.errors import RecipeError, shown
from models.operations.logarithms import generator, logarithm_of
from models.operations.operation import Operation
from models.operations.units import Power, product_of_powers

LARGEST = 10**9  # exponents, bases and factors
FACTOR = re.compile(
    r"(?P<letter>[ab])(?:\*\*(?P<exponent>-?\d{1,10}))?(?!\*\*)"
    r"|(?P<base>g|\d{1,10})\*\*(?P<power>[ab])"
    r"|(?P<number>\d{1,10})"
)


def is_product(plain: str) -> bool:
    """A formula without spaces is a product of powers, or its logarithm, and no multiple of one operand.

    >>> [is_product(each) for each in ("a*b", "a/b", "2**a*b", "log(a*b)", "3*a", "a+b", "a**b")]
    [True, True, True, True, False, False, False]
    """
    factors = _factors(plain)
    return bool(factors) and ("**" in plain or "/" in plain or {"a", "b"} <= set(plain))


def parse_product(plain: str, n: int) -> Operation:
    """The operation of such a formula, modulo n. Raises RecipeError where n or a number of it cannot be.

    >>> found = parse_product("a**2/b", 7)
    >>> int(found.answers()[3, 4])  # 9 = 4·4 mod 7
    4
    """
    powers, factor, inside = {"a": Power(), "b": Power()}, 1, _inside(plain)
    for sign, found in _factors(plain):
        factor = _taken(powers, factor, found, sign, n)
    operation = product_of_powers(n, powers["a"], powers["b"], inside, factor)
    return logarithm_of(operation, n) if inside != plain else operation


def _inside(plain: str) -> str:
    """Of log(…), what stands in the brackets."""
    return plain[4:-1] if plain.startswith("log(") and plain.endswith(")") else plain


def _factors(plain: str) -> list[tuple[int, re.Match[str]]]:
    """Factors, each with 1 where it multiplies and −1 where it divides; none where the formula is no product."""
    inside, found, place, sign = _inside(plain), list[tuple[int, re.Match[str]]](), 0, 1
    while each := FACTOR.match(inside, place):
        found.append((sign, each))
        place = each.end()
        if place == len(inside):
            return found
        if inside[place] not in "*/":
            break
        sign, place = (1 if inside[place] == "*" else -1), place + 1
    return []


def _taken(powers: dict[str, Power], factor: int, found: re.Match[str], sign: int, n: int) -> int:
    """The constant factor after one more factor of the formula; a power goes into `powers`."""
    if letter := found["letter"]:
        exponent = powers[letter].exponent + sign * _bounded(found["exponent"] or "1")
        powers[letter] = replace(powers[letter], exponent=exponent)
    elif letter := found["power"]:
        base = _signed(generator(n) if found["base"] == "g" else _bounded(found["base"]), sign, n)
        powers[letter] = replace(powers[letter], base=powers[letter].base * base % n)
    else:
        return factor * _signed(_bounded(found["number"]), sign, n) % n
    return factor


def _signed(number: int, sign: int, n: int) -> int:
    """The number mod n, or its inverse. Raises RecipeError where it has none."""
    try:
        return pow(number, sign, n)
    except ValueError as error:
        raise RecipeError(f"{number} shares a factor with {n}, so that nothing can be divided by it.") from error


def _bounded(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise RecipeError(f"{shown(text)} is out of range; expected at most {LARGEST}.")
    return number
