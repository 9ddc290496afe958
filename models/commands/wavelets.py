"""Where a network is broken, against surrogates with the same spectrum: rows, classes, dials; and its repair."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from models.commands.files import add_file, files_read, open_network, require_suffix, seed
from models.commands.terminal import print_json, print_text
from models.errors import RecipeError
from models.evaluation import evaluate
from models.evaluation.percent import percent
from models.files.writing import require_apart, reserved_if_asked
from models.formats.registry import network_to_bytes, require_writable_as
from models.network import Network
from models.wavelets.breaks import Break
from models.wavelets.defects import Defect, Diagnosis, find_defects
from models.wavelets.tables import TABLES

SHARED = "operand table"
NO_DIALS = "This network has no key frequencies, so that its tables have no waves that a row could depart from."


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, --table, --repair, --out, --seed, --json."""
    add_file(parser)
    parser.add_argument("--table", choices=tuple(TABLES), help="look at this table alone; u: the unembedding (all)")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="write rows anew from the others and turn dials back, and count all pairs before and after",
    )
    parser.add_argument("--out", type=Path, help="with --repair: write the repaired network in its source's layout")
    parser.add_argument("--seed", type=seed, default=0, help="of the surrogates (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Look, repair where asked, print; exit 0 also where something is broken."""
    if options.out:
        if not options.repair:
            raise RecipeError("--out is for the repaired network; give --repair too.")
        require_suffix(options.out)
        require_apart(files_read(options), {"--out": options.out})
    network = open_network(options)
    if options.out:
        require_writable_as(network, options.out.suffix)
    if options.table == "b" and network.tables_shared:
        raise RecipeError("Both operands read one table of this network; it is called a.")
    with reserved_if_asked(options.out) as out:
        found = find_defects(network, seed=options.seed, table=options.table)
        result = _told(network, found)
        if options.repair:
            result |= {"before": _counted(network), "after": _counted(found.mended)}
        if out:
            out.write(network_to_bytes(found.mended, options.out.suffix, {"repaired_from": network.digest}))
            result["out"] = str(options.out)
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result, network.tables_shared))
    return 0


def _told(network: Network, found: Diagnosis) -> dict[str, Any]:
    return {
        "modulus": network.modulus,
        "frequencies": list(found.frequencies),
        "defects": [_defect_told(each) for each in found.defects],
        "seam": {table: [_break_told(each) for each in breaks] for table, breaks in found.breaks.items()},
    }


def _defect_told(defect: Defect) -> dict[str, Any]:
    """What there is to tell: a row has no frequency, a missing dial no number."""
    return {name: value for name, value in vars(defect).items() if value is not None}


def _break_told(found: Break) -> dict[str, Any]:
    return {
        "frequency": found.frequency,
        "kind": found.kind,
        "number": found.number,
        "amount": found.amount,
        "gain": found.gain,
        "score": found.standing.score,
    }


def _counted(network: Network) -> dict[str, Any]:
    counts = evaluate(network).counts
    return {
        "correct": counts.right,
        "ties": counts.undecided,
        "pairs": counts.pairs,
        "accuracy": counts.accuracy,
    }


def _as_text(result: dict[str, Any], shared: bool) -> str:
    if not result["frequencies"]:
        return NO_DIALS
    dials = ", ".join(str(k) for k in result["frequencies"])
    looked = list(result["seam"])
    where = "every table" if len(looked) > 1 else _called(looked[0], shared)
    lines = [f"dials {dials} of mod {result['modulus']}, looked at in {where}"]
    lines += [_line(each, shared) for each in result["defects"]] or ["nothing stands out"]
    if "before" in result:
        before, after = result["before"], result["after"]
        lines.append(
            f"repaired from the circuit: {percent(before['accuracy'])} of {before['pairs']:,} pairs right before, "
            f"{percent(after['accuracy'])} after"
        )
    if "out" in result:
        lines.append(f"wrote {result['out']}")
    return "\n".join(lines)


def _called(table: str, shared: bool) -> str:
    return SHARED if shared and table == "a" else TABLES[table]


def _line(defect: dict[str, Any], shared: bool) -> str:
    table = _called(defect["table"], shared)
    amount = defect["amount"]
    if defect["kind"] == "missing":
        return f"{table}: dial {defect['frequency']} is missing, {2**amount:,.0f} times as strong elsewhere"
    certain = f"{defect['score']:.1f} standard deviations above its surrogates"
    if defect["kind"] == "row":
        what = "class" if defect["table"] == "u" else "row"
        return (
            f"{table}: {what} {defect['number']} is not what the others foretell (departs by {amount:.2f}); {certain}"
        )
    if defect["kind"] == "seam":
        return (
            f"{table}: dial {defect['frequency']} does not close before {defect['number']}, {amount:+.2f} turns; "
            f"{certain}"
        )
    return f"{table}: dial {defect['frequency']} glides from {defect['number']} on, {amount:+.2f}; {certain}"
