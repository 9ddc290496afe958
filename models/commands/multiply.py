"""X · Y of whole numbers of any length: products of digits as sums of logarithms, then sums with carries."""

from argparse import ArgumentParser, Namespace

from models import arithmetic
from models.arithmetic.products import prime_for
from models.arithmetic.residues import coprime_moduli, coprime_primes
from models.commands.long_integers import (
    LARGEST_RESIDUE,
    RESIDUES,
    AdderFor,
    add_long_arguments,
    add_method,
    calculated,
)


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, X, Y, and in which base."""
    add_long_arguments(parser)
    add_method(parser)


def run(options: Namespace) -> int:
    """Calculate and print."""
    return calculated(options, _by_residues if options.method == "residues" else _calculate)


def _calculate(adder_for: AdderFor, x: int, y: int, base: int) -> arithmetic.LongResult:
    return arithmetic.multiply(adder_for(2 * base), adder_for(prime_for(base) - 1), [x], [y], base)


def _by_residues(adder_for: AdderFor, x: int, y: int, _base: int) -> arithmetic.LongResult:
    logarithms = [adder_for(prime - 1) for prime in coprime_primes(LARGEST_RESIDUE, RESIDUES)]
    sums = [adder_for(modulus) for modulus in coprime_moduli(LARGEST_RESIDUE, RESIDUES)]
    return arithmetic.residues.multiply(logarithms, sums, [x], [y])
