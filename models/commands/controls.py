"""What could explain a figure away: the same operation with shuffled bodies, scrambled phases, other frequencies."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from tqdm import tqdm

from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import add_file, open_network, percent, print_json, seed
from models.controls import SEEDS, own_parameters, relative_margin, run_controls
from models.planner import find_dials
from models.surgery.recipe import Recipe
from models.verdict import half_step_accuracy


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, the modulus, how many seeds."""
    add_file(parser)
    parser.add_argument("--modulus", type=int, required=True, metavar="Q", help="the modulus of the operation")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"shuffles of each kind ({SEEDS})")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Find dials, run every control with them, print; exit 0."""
    network = open_network(options)
    Recipe(options.modulus, ())  # refuse bad numbers before the search
    keys = key_frequencies(network).frequencies
    waves = logit_waves(network, keys)
    plan = find_dials(network, waves, options.modulus, seed=options.seed)
    found = run_controls(network, plan.recipe, waves, seeds=max(1, options.seeds))
    rows = [
        {
            "control": each.name,
            "readout": each.readout,
            "trained": each.trained,
            "accuracies": list(each.accuracies),
            "mean": each.mean,
            "remark": each.remark,
        }
        for each in tqdm(found, file=sys.stderr, desc="controls", disable=None, leave=False)
    ]
    result: dict[str, Any] = {
        "modulus": options.modulus,
        "frequencies": {str(k): int(s) for k, s in plan.recipe.targets.items()},
        "trained": plan.evaluation.counts.accuracy,
        "half_step_accuracy": half_step_accuracy(network, keys),
        "margin_over_analytic": relative_margin(plan.evaluation, plan.recipe, waves),
        "body_parameters": own_parameters(network),
        "controls": rows,
    }
    if options.json:
        print_json(result)
    else:
        print(_as_text(result))
    return 0


def _as_text(result: dict[str, Any]) -> str:
    trained, half = percent(result["trained"]), percent(result["half_step_accuracy"])
    relative = result["margin_over_analytic"]
    lines = [
        f"mod {result['modulus']}: {trained} with keep; half-step test {half}; margin {relative:.3f} of the analytic"
    ]
    for row in result["controls"]:
        if not row["accuracies"]:
            lines.append(f"{row['control']}: {row['remark']}")
            continue
        low, high = min(row["accuracies"]), max(row["accuracies"])
        lines.append(
            f"{row['control']}, {row['readout']}: mean {percent(row['mean'])} "
            f"({percent(low)} to {percent(high)}), trained {percent(row['trained'])}"
        )
    return "\n".join(lines)
