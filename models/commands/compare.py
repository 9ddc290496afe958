"""Whether X is less than, equal to or greater than Y, whole numbers of any length: -1, 0 or 1, by their difference."""

from argparse import ArgumentParser, Namespace

from models import arithmetic
from models.commands.long_integers import AdderFor, add_long_arguments, calculated


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, X, Y, and in which base."""
    add_long_arguments(parser)


def run(options: Namespace) -> int:
    """Compare and print."""
    return calculated(options, _calculate)


def _calculate(adder_for: AdderFor, x: int, y: int, base: int) -> arithmetic.LongResult:
    return arithmetic.compare(adder_for(2 * base), [x], [y], base)
