"""What add, subtract, multiply, divide and compare share: two whole numbers, a base, networks for its moduli."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any

from models.arithmetic import LongResult
from models.arithmetic.adder import Adder
from models.arithmetic.residues import coprime_moduli
from models.commands.files import add_file, open_network, seed
from models.commands.terminal import print_json, print_text
from models.errors import RecipeError, shown
from models.experiment.request import Request
from models.experiment.run import run as run_experiment
from models.network import Network

LONGEST = 4300  # decimal digits, which Python turns into a number without taking long
LARGEST_BASE = 1024
LARGEST_RESIDUE, RESIDUES = 128, 9  # limbs of 60 bits; larger moduli have more pairs to compute first
AdderFor = Callable[[int], Adder]  # the network, operated for a modulus
Calculate = Callable[[AdderFor, int, int, int], LongResult]  # of x, y and the base


def add_long_arguments(parser: ArgumentParser) -> None:
    """FILE, X, Y, and in which base."""
    add_file(parser)
    parser.add_argument("x", metavar="X", type=_whole, help="a whole number of any length up to 4,300 digits")
    parser.add_argument("y", metavar="Y", type=_whole, help="another")
    parser.add_argument("--base", type=int, default=10, metavar="B", help="whose digits go through the network (10)")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_method(parser: ArgumentParser) -> None:
    """By carries or by remainders."""
    parser.add_argument(
        "--method",
        choices=("carry", "residues"),
        default="carry",
        help="carry: digit by digit modulo 2·B; residues: remainders of limbs, B has no say then (carry)",
    )


def by_residues(combine: Callable[[Sequence[Adder], Sequence[int], Sequence[int]], LongResult]) -> Calculate:
    """The same by remainders, for moduli that share no factor."""
    moduli = coprime_moduli(LARGEST_RESIDUE, RESIDUES)
    return lambda adder_for, x, y, _base: combine([adder_for(modulus) for modulus in moduli], [x], [y])


def calculated(options: Namespace, calculate: Calculate) -> int:
    """Carry it out and print; exit 0 also where it is not certified."""
    if not 2 <= options.base <= LARGEST_BASE:
        raise RecipeError(f"--base {shown(options.base)} is out of range; expected 2 to {LARGEST_BASE}.")
    network = open_network(options)
    found = calculate(lambda modulus: _adder(network, modulus, options.seed), options.x, options.y, options.base)
    told = _told(found)
    if options.json:
        print_json(told)
    else:
        print_text(_as_text(told))
    return 0


def _adder(network: Network, modulus: int, seed: int) -> Adder:
    """The network with its tables re-cut and nothing fitted, all pairs counted."""
    result = run_experiment(network, Request(modulus, "keep", seed=seed)).result
    return Adder(result.network, result.evaluation)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST:
        raise ValueError(text)
    return int(text)


_whole.__name__ = "whole number"  # as the parser names what it refuses


def _told(found: LongResult) -> dict[str, Any]:
    account = found.ledger
    return {
        "result": str(found.numbers[0]),
        **({"remainder": str(found.remainders[0])} if found.remainders else {}),
        "base": account.base,
        "modulus": account.moduli[0] if len(account.moduli) == 1 else list(account.moduli),
        "calls": account.calls,
        "forward_passes": account.forward_passes,
        "certified": account.certified,
        "unproven": list(account.unproven),
        "outside": list(account.outside),
    }


def _listed(moduli: int | list[int]) -> str:
    return str(moduli) if isinstance(moduli, int) else ", ".join(map(str, moduli))


def _as_text(told: dict[str, Any]) -> str:
    proven = "yes: every call that could happen is among pairs counted right"
    return "\n".join(
        [
            told["result"] + (f" remainder {told['remainder']}" if "remainder" in told else ""),
            f"digits             base {told['base']}, by sums modulo {_listed(told['modulus'])}",
            f"calls              {told['calls']:,} of the network, by {told['forward_passes']:,} different pairs",
            f"certified          {proven if told['certified'] else 'no: ' + '; '.join(told['unproven'])}",
            *(f"outside of it      {each}" for each in told["outside"]),
        ]
    )
