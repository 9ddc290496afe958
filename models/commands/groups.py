"""Every abelian group up to an order: dials found for each, all pairs counted, failures explained."""

from argparse import ArgumentParser, Namespace
from typing import Any

from models.analysis.failures import explain_failure
from models.analysis.separability import impossible_because
from models.circuits.logits import CosineFit
from models.commands.files import add_file, open_network, seed
from models.commands.outcome import targets_of
from models.commands.terminal import print_json, print_text, progress
from models.errors import RecipeError
from models.evaluation.percent import percent
from models.experiment.auto import MODE_CHOICES
from models.experiment.request import Request, waves_for
from models.experiment.run import run as run_experiment
from models.groups import Group, product_factors
from models.groups.listing import abelian_groups
from models.network import Network

MOST = 1024  # of elements; there are some 2,000 groups below, most of them on one clock


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, how far, and how."""
    add_file(parser)
    parser.add_argument("--largest", type=int, default=64, metavar="N", help="groups of 2 to so many elements (64)")
    parser.add_argument("--readout", choices=MODE_CHOICES, default="keep", help="as in transplant (keep)")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Count and print; exit 0 also where groups fall short."""
    if not 2 <= options.largest <= MOST:
        raise RecipeError(f"--largest {options.largest} is out of range; expected 2 to {MOST} elements.")
    network = open_network(options)
    waves = waves_for(network, Request(2))
    groups = [group for order in range(2, options.largest + 1) for group in abelian_groups(order)]
    results = []
    with progress(total=len(groups), unit="group", desc="groups") as bar:
        for group in groups:
            results.append(_counted(network, waves, group, options))
            bar.update()
    right = sum(each["correct"] == each["pairs"] for each in results)
    result = {"groups": len(groups), "right": right, "readout": options.readout, "results": results}
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result))
    return 0


def _counted(network: Network, waves: CosineFit, group: Group, options: Namespace) -> dict[str, Any]:
    request = Request(group.order, options.readout, seed=options.seed, factors=product_factors(group))
    outcome = run_experiment(network, request, waves)
    evaluation = outcome.result.evaluation
    counts = evaluation.counts
    told: dict[str, Any] = {"group": str(group), "order": group.order, "rank": group.rank}
    told |= {"readout": outcome.result.readout, "frequencies": targets_of(outcome.recipe), "margin": outcome.margin}
    told |= {"correct": counts.right, "ties": counts.undecided, "pairs": counts.pairs, "tried": outcome.tried}
    if outcome.control:
        told |= {"control": outcome.control.mean}
    if why := impossible_because(group, len(waves.frequencies)):
        return told | {"impossible": why}
    failure = explain_failure(outcome.result.network, outcome.recipe, waves, evaluation)
    return told | ({"failure": failure.to_json()} if failure else {})


def _as_text(result: dict[str, Any]) -> str:
    short = [each for each in result["results"] if each["correct"] < each["pairs"]]
    lines = [f"right on all pairs: {result['right']} of {result['groups']} groups, readout {result['readout']}"]
    lines += [_control_shown(each) for each in result["results"] if "control" in each]
    for each in short:
        why = each.get("impossible") or _failure_shown(each)
        lines.append(f"{each['group']:>16}  {percent(each['correct'] / each['pairs'])}  {why}")
    return "\n".join(lines)


def _control_shown(each: dict[str, Any]) -> str:
    accuracy, control = percent(each["correct"] / each["pairs"]), percent(each["control"])
    return f"{each['group']:>16}  {accuracy}  by {each['readout']}; {control} on shuffled bodies"


def _failure_shown(each: dict[str, Any]) -> str:
    failure = each["failure"]
    return (
        f"margin {each['margin']:.3f}; {failure['failed']:,} pairs, most of them taken for the answer + element "
        f"{failure['distance']}, which dial {failure['dial']} should have told"
    )
