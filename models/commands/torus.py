"""How steadily a network adds at random angles of its dials, and what that foretells of moduli and groups."""

import math
from argparse import ArgumentParser, Namespace
from typing import Any

import torch

from models.analysis.torus import Torus, safe_margins, torus_of
from models.circuits.logits import CosineFit
from models.commands.files import add_file, open_network, seed
from models.commands.groups import MOST as MOST_ELEMENTS
from models.commands.moduli import moduli_given
from models.commands.terminal import print_json, print_text, progress
from models.errors import RecipeError
from models.evaluation.percent import percent
from models.experiment.prediction import Agreement, Foretold, agreement, foretell
from models.experiment.request import SEARCHES, Request, waves_for
from models.groups import Cyclic, Group
from models.groups.listing import abelian_groups
from models.network import Network

QUANTILES = (0.5, 0.9, 0.99, 0.999, 1.0)  # of the pairs


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, and which moduli and groups are foretold and counted."""
    add_file(parser)
    parser.add_argument("--moduli", type=moduli_given, metavar="2..256,300", help="foretell and count these moduli")
    parser.add_argument("--step", type=int, default=1, metavar="N", help="every N-th of them (1)")
    parser.add_argument("--groups", type=int, metavar="N", help="foretell and count every group of 2 to N elements")
    parser.add_argument(
        "--search",
        choices=SEARCHES,
        default="none",
        help="none: dials by margin alone, no answers looked at; full: as reach finds them (none)",
    )
    parser.add_argument("--seed", type=seed, default=0, help="of the angles and of the search (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Look, foretell, count and print; exit 0 also where the forecast fails."""
    chosen = _chosen(options)
    network = open_network(options)
    waves = waves_for(network, Request(2))
    torus = torus_of(network, waves.frequencies, options.seed)
    result = _measured(torus, waves)
    for name, groups in chosen.items():
        result[name] = _foretold(network, torus, waves, groups, options)
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result))
    return 0


def _chosen(options: Namespace) -> dict[str, list[Group]]:
    """What is to be foretold, by its name in the JSON object. Raises RecipeError for numbers out of range."""
    if options.step < 1:
        raise RecipeError(f"--step {options.step} is out of range; expected 1 or more.")
    if options.groups is not None and not 2 <= options.groups <= MOST_ELEMENTS:
        raise RecipeError(f"--groups {options.groups} is out of range; expected 2 to {MOST_ELEMENTS} elements.")
    chosen: dict[str, list[Group]] = {}
    if options.moduli:
        chosen["moduli"] = [Cyclic(modulus) for modulus in options.moduli[:: options.step]]
    if options.groups is not None:
        chosen["groups"] = [group for order in range(2, options.groups + 1) for group in abelian_groups(order)]
    return chosen


def _measured(torus: Torus, waves: CosineFit) -> dict[str, Any]:
    spacing = torch.quantile(safe_margins(torus, waves.weights), torch.tensor(QUANTILES, dtype=torch.float64))
    return {
        "pairs": len(torus.along),
        "errors_in_degrees": {
            str(k): math.degrees(error) for k, error in zip(torus.frequencies, torus.steadiness, strict=True)
        },
        "safe_margins": {f"{share:g}": margin for share, margin in zip(QUANTILES, spacing.tolist(), strict=True)},
    }


def _foretold(
    network: Network, torus: Torus, waves: CosineFit, groups: list[Group], options: Namespace
) -> dict[str, Any]:
    found = []
    with progress(total=len(groups), unit="group", desc="foretold and counted") as bar:
        for each in foretell(network, torus, waves, groups, options.search, options.seed):
            found.append(each)
            bar.update()
    return _agreement_told(agreement(found)) | {"results": [_told(each) for each in found]}


def _agreement_told(found: Agreement) -> dict[str, Any]:
    return {
        "counted": found.groups,
        "failing": found.failing,
        "first_failing": _named(found.first_failing),
        "first_foretold": _named(found.first_foretold),
        "first_unsafe": _named(found.first_unsafe),
        "failing_though_safe": found.failing_though_safe,
        "rank_correlation": {
            "share": found.by_share,
            "least_lead": found.by_lead,
            "margin": found.by_margin,
            "order": found.by_order,
        },
    }


def _named(group: Group | None) -> str | None:
    return None if group is None else str(group)


def _told(each: Foretold) -> dict[str, Any]:
    counts = each.counts
    foretold: dict[str, Any] = {"group": str(each.group), "margin": each.margin, "safe": each.safe}
    foretold |= {"share": each.share, "least_lead": each.least_lead}
    return foretold | {"correct": counts.right, "ties": counts.undecided, "wrong": counts.wrong, "pairs": counts.pairs}


def _as_text(result: dict[str, Any]) -> str:
    errors = ", ".join(f"{k} {error:.1f}°" for k, error in result["errors_in_degrees"].items())
    margins = ", ".join(f"{percent(float(share))} {margin:.3f}" for share, margin in result["safe_margins"].items())
    lines = [
        f"looked at          {result['pairs']:,} pairs at random angles of all dials; no modulus, nothing counted",
        f"errors of dials    {errors} (root mean square)",
        f"margin from which  no class is taken for the right one, of so many pairs: {margins}",
    ]
    for name in ("moduli", "groups"):
        lines += _agreement_lines(name, result[name]) if name in result else []
    return "\n".join(lines)


def _agreement_lines(name: str, told: dict[str, Any]) -> list[str]:
    ranks = {by: "none" if rho is None else f"{rho:.3f}" for by, rho in told["rank_correlation"].items()}
    return [
        f"{name:<19}{told['failing']} of {told['counted']} fall short, first {told['first_failing'] or 'none'}; "
        f"foretold by random angles {told['first_foretold'] or 'none'}",
        f"safe margin        first missed at {told['first_unsafe'] or 'none'}; of those that have it "
        f"{told['failing_though_safe']} fall short",
        f"rank correlation   with the share of pairs that fall short: {ranks['share']} of the share at random angles, "
        f"{ranks['least_lead']} of the least lead there; {ranks['margin']} of the margin alone, {ranks['order']} of "
        "the number of elements",
    ]
