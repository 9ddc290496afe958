"""What a checkpoint is: layout, accuracy, key frequencies, shares, half-step test, verdict."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.analysis.inspection import Inspection, inspect
from models.analysis.published import published_figures
from models.circuits.findings import Findings
from models.circuits.measures import Measured, slow_measures, take_measures
from models.commands.files import add_file, files_read, open_contents, open_reading, reading_of, require_suffix
from models.commands.inspect_group import group_as_text, group_summary
from models.commands.outcome import proof_shown
from models.commands.rules import rules_as_text, rules_told
from models.commands.terminal import print_json, print_text
from models.errors import CheckpointError, shown
from models.evaluation.percent import percent
from models.files.writing import require_apart, reserved
from models.formats import general_transformer
from models.formats.decoding import Contents
from models.formats.roles.find import filled_in
from models.formats.roles.given import roles_text
from models.readings import Interpretation
from models.readings.claims import digest_holds

MOST_CLAIMS = 20  # of what a file says of itself
LONGEST_CLAIM = 90  # characters


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, --roles-out, --all-metrics and --json."""
    add_file(parser)
    parser.add_argument(
        "--roles-out",
        type=Path,
        metavar="JSON",
        help="write which tensor of a transformer is which, as far as it was found, also where FILE does not open",
    )
    parser.add_argument("--all-metrics", action="store_true", help="also the measures that take more than some seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Inspect and print; exit 0."""
    interpretation, contents = _opened(options)
    if interpretation.network.task.factors:
        told = group_summary(interpretation, contents)
        if options.json:
            print_json(told)
        else:
            print_text("\n".join([*group_as_text(told), *_claims(told)]))
        return 0
    inspection = inspect(interpretation.network)
    findings = Findings(interpretation.network, inspection.keys.frequencies)
    measured = take_measures(findings, options.all_metrics)
    result = summary(inspection, interpretation, contents, measured)
    if options.json:
        print_json(result)
    else:
        left_out = () if options.all_metrics else slow_measures(findings)
        print_text(_as_text(result) + "\n" + _measures_as_text(measured, left_out))
    return 0


def _opened(options: Namespace) -> tuple[Interpretation, Contents]:
    """FILE as it is read; its roles are written first, where they are asked for, and also where it does not open."""
    if options.roles_out is None:
        return open_reading(options)
    require_suffix(options.roles_out, (".json",))
    require_apart(files_read(options), {"--roles-out": options.roles_out})
    contents = open_contents(options)
    with reserved(options.roles_out) as place:
        try:
            interpretation = reading_of(contents, options)
        except CheckpointError as error:
            place.write(roles_text(filled_in(contents.tensors, contents.roles)).encode())
            raise CheckpointError(
                f"{error} Its roles as far as they were found are in {options.roles_out}: complete them, and give them "
                "with --roles."
            ) from error
        if not general_transformer.has_roles(interpretation.network):
            raise CheckpointError(
                f"{contents.name} is no transformer, so that its tensors have no roles; leave out --roles-out."
            )
        place.write(roles_text(filled_in(contents.tensors, contents.roles)).encode())
    return interpretation, contents


def summary(
    inspection: Inspection, interpretation: Interpretation, contents: Contents, measured: Mapping[str, Measured]
) -> dict[str, Any]:
    """The JSON object of `inspect --json`."""
    network, counts = inspection.network, inspection.evaluation.counts
    result: dict[str, Any] = {
        "file": contents.name,
        "format": network.layout.name,
        "reading": network.body.description,
        "facts": network.hyperparameters.to_json(),
        "read_by": interpretation.why,
        "remarks": list(interpretation.remarks),
        "also_fits": [each.hyperparameters.to_json() for each in interpretation.others_that_fit],
        "operation": interpretation.learned,
        "accuracy_of": str(network.layout.hyperparameters.operation),
        "memorised": interpretation.memorised,
        "modulus": network.modulus,
        "accuracy": counts.accuracy,
        "correct": counts.right,
        "ties": counts.undecided,
        "pairs": counts.pairs,
        "proof": inspection.evaluation.proof.to_json(),
        "loss": inspection.loss,
        "key_frequencies": list(inspection.keys.frequencies),
        "key_gap": inspection.keys.gap,
        "embedding_share": inspection.embedding_share,
        "unembedding_share": inspection.unembedding_share,
        "neuron_logit_share": inspection.neuron_logit_share,
        "half_step_accuracy": inspection.half_step_accuracy,
        "verdict": inspection.verdict,
        "digest": network.digest,
        "metrics": {name: each.to_json() for name, each in measured.items()},
    }
    result |= rules_told(interpretation)
    theirs = [asdict(figure) for figure in published_figures(network.digest)]
    result |= {"published": theirs} if theirs else {}
    if network.layout.name == general_transformer.NAME:
        result["roles"] = filled_in(contents.tensors, network.layout.roles)
    result |= {"contradiction": inspection.contradiction} if inspection.contradiction else {}
    if contents.metadata:
        result |= {"claimed": dict(contents.metadata), "digest_claimed": digest_holds(contents.metadata, network)}
    return result


def _as_text(result: dict[str, Any]) -> str:
    keys = ", ".join(map(str, result["key_frequencies"]))
    read_as = ", ".join(f"{name} {value}" for name, value in result["reading"].items())
    lines = [
        f"{result['file']}: {result['format']} layout ({read_as}), {result['operation']} mod {result['modulus']}",
        f"read so because    {result['read_by']}" + _others(result["facts"], result["also_fits"]),
        *(f"note               {remark}" for remark in result["remarks"]),
        *rules_as_text(result),
        f"accuracy           {_of_which(result)}{percent(result['accuracy'])} of all {result['pairs']:,} pairs "
        f"({result['correct']:,} right, {result['ties']:,} undecided); loss {result['loss']:.4g} nats",
        f"counted            {proof_shown(result['proof'])}",
        f"key frequencies    {keys} (gap {result['key_gap']:.3f} of the strongest)",
        f"share of power     embedding {result['embedding_share']:.4f}, readout {result['unembedding_share']:.4f}, "
        f"neuron-logit map {result['neuron_logit_share']:.4f}",
        f"half-step test     {percent(result['half_step_accuracy'])} of (a+½)+(b+½) = a+b+1",
        f"verdict            {result['verdict']}"
        + (f"; memorised: {result['memorised']}" if result["memorised"] else ""),
        *([f"contradiction      {result['contradiction']}"] if "contradiction" in result else []),
    ]
    return "\n".join(lines + _claims(result))


def _of_which(result: dict[str, Any]) -> str:
    """Which operation is counted, where the network follows another."""
    return f"as {result['accuracy_of']}: " if "operations" in result else ""


def _claims(result: dict[str, Any]) -> list[str]:
    """What the file says of itself, apart from what was measured."""
    if "claimed" not in result:
        return []
    digest = {True: "; its digest is that of these weights", False: "; its digest is another's", None: ""}
    heading = f"claimed by the file's metadata, which anybody can write{digest[result['digest_claimed']]}"
    entries = list(result["claimed"].items())
    more = [f"  and {len(entries) - MOST_CLAIMS:,} more"] if len(entries) > MOST_CLAIMS else []
    return [heading, *(f"  {shown(name)}: {shown(text, LONGEST_CLAIM)}" for name, text in entries[:MOST_CLAIMS]), *more]


def _measures_as_text(measured: Mapping[str, Measured], left_out: tuple[str, ...]) -> str:
    """Two measures a line, and the names of those that were not taken."""
    shown = [f"{name:<31}{each.value:<12.5g}" for name, each in measured.items()]
    lines = ["measures", *("  " + "".join(shown[i : i + 2]).rstrip() for i in range(0, len(shown), 2))]
    if left_out:
        lines.append(f"  not taken, slow here: {', '.join(left_out)} (--all-metrics)")
    return "\n".join(lines)


def _others(taken: dict[str, Any], also_fits: list[dict[str, Any]]) -> str:
    """Other readings by the facts in which they differ from the one that was taken."""
    if not also_fits:
        return ""
    apart = ({name: each[name] for name in each if each[name] != taken.get(name)} for each in also_fits)
    listed = "; ".join(
        ", ".join(f"{name} {value}" for name, value in hyperparameters.items()) for hyperparameters in apart
    )
    return f" (also fits: {listed}; choose with --read)"
