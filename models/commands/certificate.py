"""Check a certificate: its digests, and a recount of all its pairs; exit 0 where it holds, 1 where it does not."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from models.commands.files import add_file_option, open_network, seed
from models.commands.terminal import print_json, print_text
from models.errors import CertificateError, FileError, RecipeError, shown
from models.evaluation.certificate import Certificate, parse_certificate
from models.experiment.certificate_check import Checked, check_certificate
from models.files.reading import read_file

MOST_SAMPLED = 1_000_000
LARGEST_CERTIFICATE = 2**24  # bytes


def add_arguments(parser: ArgumentParser) -> None:
    """C.json, --file, --sample and --json."""
    parser.add_argument("certificate", type=Path, metavar="C.json", help="what transplant --certificate wrote")
    add_file_option(parser)
    parser.add_argument(
        "--sample", type=int, metavar="N", help="look at N random pairs in place of recounting all: quick, and no proof"
    )
    parser.add_argument("--seed", type=seed, default=0, help="of the sample (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Check and print; exit 0 where everything holds, 1 where anything differs."""
    if options.sample is not None and not 1 <= options.sample <= MOST_SAMPLED:
        raise RecipeError(f"--sample {options.sample} is out of range; expected 1 to {MOST_SAMPLED:,} pairs.")
    said = read_certificate(options.certificate)
    found = check_certificate(said, open_network(options, products=True), sample=options.sample, seed=options.seed)
    result = {
        "holds": found.holds,
        "differs": [{"field": each.field, "said": each.said, "found": each.found} for each in found.differs],
        "method": "plain",
        "looked_at": found.looked_at,
        "pairs": found.pairs,
        "sampled": found.sampled,
        "remarks": list(found.remarks),
    }
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(said, found, result))
    return 0 if found.holds else 1


def _operation_lines(said: Certificate) -> list[str]:
    """What it says of an operation that the sum stands for."""
    claim = said.operation
    if claim is None:
        return []
    where = f" ({claim.numbers})" if claim.numbers else ""
    left_out = f"; {claim.left_out:,} left out" if claim.left_out else ""
    return [
        f"operation          {shown(claim.formula)}{where}: {claim.right:,} of {claim.pairs:,} pairs right{left_out}"
    ]


def read_certificate(path: Path) -> Certificate:
    """The certificate in a file. Raises CertificateError."""
    try:
        return parse_certificate(read_file(path, LARGEST_CERTIFICATE), str(path))
    except FileError as error:
        raise CertificateError(f"{error}") from error


def _as_text(said: Certificate, found: Checked, result: dict[str, Any]) -> str:
    looked = f"{found.looked_at:,} of {found.pairs:,} pairs" + (" at random" if found.sampled else "")
    claim = f"mod {said.modulus}, readout {said.readout}: {said.right:,} of {said.pairs:,} pairs right"
    lines = [
        f"it says            {claim}",
        *_operation_lines(said),
        f"checked            {looked}, by plain float64 forward passes with proven bounds",
        f"it {'holds' if found.holds else 'does not hold'}",
        *(f"  {each['field']}: it says {each['said']}, found {each['found']}" for each in result["differs"]),
        *found.remarks,
    ]
    return "\n".join(lines)
