"""X − Y of whole numbers of any length, digit by digit through the network; nothing is fitted."""

from argparse import ArgumentParser, Namespace

from models import arithmetic
from models.commands.long_integers import AdderFor, add_long_arguments, add_method, by_residues, calculated


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, X, Y, and in which base."""
    add_long_arguments(parser)
    add_method(parser)


def run(options: Namespace) -> int:
    """Calculate and print."""
    return calculated(
        options, by_residues(arithmetic.residues.subtract) if options.method == "residues" else _calculate
    )


def _calculate(adder_for: AdderFor, x: int, y: int, base: int) -> arithmetic.LongResult:
    return arithmetic.subtract(adder_for(2 * base), [x], [y], base)
