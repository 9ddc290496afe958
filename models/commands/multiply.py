"""X · Y of whole numbers of any length: products of digits as sums of logarithms, then sums with carries."""

from argparse import ArgumentParser, Namespace
from itertools import count

from models import arithmetic
from models.commands.long_integers import AdderFor, add_long_arguments, calculated
from models.groups.primes import is_prime


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, X, Y, and in which base."""
    add_long_arguments(parser)


def run(options: Namespace) -> int:
    """Calculate and print."""
    return calculated(options, _calculate)


def _calculate(adder_for: AdderFor, x: int, y: int, base: int) -> arithmetic.LongResult:
    prime = next(n for n in count(max(3, (base - 1) ** 2 + 1)) if is_prime(n))
    return arithmetic.multiply(adder_for(2 * base), adder_for(prime - 1), [x], [y], base)
