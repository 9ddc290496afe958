"""What could explain a figure away: the same operation with shuffled bodies, scrambled phases, other frequencies."""

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.ablation.shuffles import own_parameters
from models.analysis.inspection import half_step_accuracy
from models.circuits.logits import CosineFit, logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import add_file, file_path, open_network, seed
from models.commands.terminal import print_json, print_text, progress
from models.evaluation.percent import percent
from models.experiment.blend import blend_curve
from models.experiment.controls import SEEDS, Control, controls_at_most, relative_margin, run_controls
from models.experiment.searched_controls import ANEW, BodySearches, searched_control
from models.experiment.shipping import controls_to_ship
from models.files.json_text import json_table
from models.files.writing import require_apart, reserved_if_asked
from models.network import Network
from models.planner import Plan, SearchOptions, find_dials
from models.runtime.program import IN_ITS_FOLDER
from models.surgery.recipe import Recipe

BLEND_SEEDS = 3  # shuffles of the curve from the trained body to a shuffled one


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, the modulus, how many seeds."""
    add_file(parser)
    parser.add_argument("--modulus", type=int, required=True, metavar="Q", help="the modulus of the operation")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"shuffles of each kind ({SEEDS})")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument(
        "--ship",
        type=Path,
        metavar="FILE",
        help="write them as they are shipped with a zoo network, with a blend curve",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Find dials, run every control with them, print, write what is to be shipped; exit 0."""
    require_apart({"FILE": file_path(options), "--config": options.config}, {"--ship": options.ship})
    network = open_network(options)
    Recipe(options.modulus, ())  # refuse bad numbers before the search
    keys = key_frequencies(network).frequencies
    waves = logit_waves(network, keys)
    with reserved_if_asked(options.ship) as to_ship:
        plan = find_dials(network, waves, options.modulus, seed=options.seed)
        found = list(_all_controls(network, plan, waves, options))
        if to_ship:
            blends = {seed: blend_curve(network, plan.recipe, seed) for seed in range(BLEND_SEEDS)}
            shipped = controls_to_ship(network, plan.recipe, found, blends, _command(options))
            to_ship.write(json_table(shipped.to_json()).encode() + b"\n")
    rows = [
        {
            "control": each.name,
            "readout": each.readout,
            "trained": each.trained,
            "accuracies": list(each.accuracies),
            "mean": each.mean,
            "remark": each.remark,
        }
        for each in found
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
        print_text(_as_text(result))
    return 0


def _command(options: Namespace) -> str:
    """What counts the same again."""
    said = [options.file, "--modulus", options.modulus]
    said += [] if options.seeds == SEEDS else ["--seeds", options.seeds]
    said += ["--seed", options.seed] if options.seed else []
    return f"{IN_ITS_FOLDER} controls {shlex.join(map(str, said))}"


def _all_controls(network: Network, plan: Plan, waves: CosineFit, options: Namespace) -> Iterator[Control]:
    """Those with the same dials, then the one with dials searched anew for each shuffled body."""
    seeds = max(1, options.seeds)
    with progress(total=1 + controls_at_most(network), disable=None, leave=False) as bar:

        def tell(what: str) -> None:
            bar.set_description(what)

        trials = run_controls(
            network,
            plan.recipe,
            waves,
            seeds=seeds,
            fit_seed=options.seed,
            on_seed=lambda what, seed: tell(f"{what}, seed {seed}"),
        )
        for each in trials:
            bar.update()
            yield each
        accuracy, search = plan.evaluation.counts.accuracy, SearchOptions(seed=options.seed)
        anew = searched_control(
            network,
            waves,
            BodySearches(plan.recipe.modulus, accuracy, search, seeds),
            on_setting=lambda shuffle, done, most: tell(f"{ANEW}, seed {shuffle}, {done} of {most} settings"),
        )
        yield from [each for each in anew if each.accuracies][-1:]  # as it stands after the last body


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
