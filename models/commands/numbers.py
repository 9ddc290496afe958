"""What a language model's rows of the numbers 0, 1, 2, … hold: periods, remainders, and angles that an adder takes."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from models.commands.files import FILE_HELP, seed
from models.commands.terminal import print_json, print_text
from models.errors import RecipeError
from models.evaluation.percent import percent
from models.library.opening import open_network
from models.numbers.attach import Attached, attached
from models.numbers.periods import periods_of
from models.numbers.probe import kappa
from models.numbers.table import open_number_table

REMAINDERS = (2, 3, 5, 7, 10)


def add_arguments(parser: ArgumentParser) -> None:
    """TABLE, --attach FILE --modulus Q, --seed, --json."""
    parser.add_argument(
        "table",
        metavar="TABLE",
        type=Path,
        help=".npy, .npz or .safetensors; row n is what a model has for n",
    )
    parser.add_argument(
        "--attach",
        metavar="FILE",
        help=f"a network that adds by the angles read off the rows: {FILE_HELP}",
    )
    parser.add_argument("--modulus", type=int, metavar="Q", help="which it adds in, with --attach (10)")
    parser.add_argument("--seed", type=seed, default=0, help="of folds, surrogates and shuffles (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Measure and print; exit 0."""
    if options.modulus is not None and not options.attach:
        raise RecipeError("--modulus says what a network adds in; give it with --attach FILE.")
    table = open_number_table(options.table)
    network = open_network(options.attach) if options.attach else None
    result: dict[str, Any] = {
        "table": table.name,
        "count": table.count,
        "width": table.width,
        "periods": [vars(each) for each in periods_of(table, options.seed)],
        "kappa": {str(period): kappa(table, period, options.seed) for period in REMAINDERS},
    }
    if network is not None:
        result |= _told(attached(network, table, 10 if options.modulus is None else options.modulus, options.seed))
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result))
    return 0


def _told(found: Attached) -> dict[str, Any]:
    return {
        "modulus": found.modulus,
        "accuracy": found.accuracy,
        "correct": found.right,
        "pairs": found.pairs,
        "fitted": found.fitted,
        "fitted_on": found.fitted_on,
        "controls": {name: right / found.pairs for name, right in found.controls.items()},
        "angles_alone": found.angles_alone / found.pairs,
    }


CONTROLS = {
    "shuffled": "rows dealt out to other numbers",
    "random": "rows of noise",
    "shuffled_body": "a shuffled body, same angles",
    "one_dial": "the strongest dial alone",
}


def _as_text(result: dict[str, Any]) -> str:
    lines = [
        f"{result['table']}: {result['count']:,} numbers, {result['width']:,} columns",
        "power at periods, by the median of all (95% of shuffled rows stay below)",
        *(
            f"  {each['period']:<9.4g}{each['power_over_median']:>8.1f}   ({each['surrogate']:.1f})"
            for each in result["periods"]
        ),
        "n mod T read off a row by a linear map that has not seen it, Cohen's kappa",
        "  " + ", ".join(f"T = {period}: {value:.3f}" for period, value in result["kappa"].items()),
    ]
    if "accuracy" in result:
        lines += [
            f"attached, mod {result['modulus']}: {percent(result['accuracy'])} of {result['pairs']:,} pairs; each "
            f"number read by a map of {result['fitted']:,} numbers, fitted on {result['fitted_on']:,} others",
            *(f"  {CONTROLS[name]:<34}{percent(share)}" for name, share in result["controls"].items()),
            f"  {'angles added without a network':<34}{percent(result['angles_alone'])}",
        ]
    return "\n".join(lines)
