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
from models.commands.files import add_file, add_norm_gain, file_path, open_network, seed
from models.commands.operations import Asked, add_operation, asked_for
from models.commands.outcome import targets_of
from models.commands.terminal import print_json, print_text, progress
from models.errors import RecipeError
from models.evaluation import Evaluation
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
from models.surgery.norm_gain import norm_gain, with_norm_gain

BLEND_SEEDS = 3  # shuffles of the curve from the trained body to a shuffled one


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, the operation, how many seeds."""
    add_file(parser)
    parser.add_argument("--modulus", type=int, metavar="Q", help="of the operation (needed unless --group says it)")
    add_operation(parser)
    parser.set_defaults(recipe=None)  # dials are sought
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"shuffles of each kind ({SEEDS})")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    add_norm_gain(parser)
    parser.add_argument(
        "--ship",
        type=Path,
        metavar="FILE",
        help="write them as they are shipped with a zoo network, with a blend curve",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Find dials, run every control with them, print, write what is to be shipped; exit 0."""
    if options.ship and options.norm_gain:
        raise RecipeError("--ship is for counts with nothing altered; leave out --norm-gain.")
    if options.modulus is None and not (options.group or options.operation):
        raise RecipeError("Which modulus? Give --modulus Q, --group MxN or --operation FORMULA.")
    asked = asked_for(options)
    if options.ship and (asked.operation or len(asked.group.factors) > 1):
        raise RecipeError("--ship is for sums mod one number, which pages look up; leave out --group and --operation.")
    require_apart({"FILE": file_path(options), "--config": options.config}, {"--ship": options.ship})
    trained = open_network(options)
    keys = key_frequencies(trained).frequencies
    waves = logit_waves(trained, keys)
    network = with_norm_gain(trained, keys) if options.norm_gain else trained
    with reserved_if_asked(options.ship) as to_ship:
        plan = find_dials(network, waves, asked.group, seed=options.seed)
        found = list(_all_controls(network, plan, waves, asked, options))
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
        **_operation_told(asked, plan.evaluation),
        "frequencies": targets_of(plan.recipe),
        "trained": asked.share(plan.evaluation),
        "half_step_accuracy": half_step_accuracy(network, keys),
        "margin_over_analytic": relative_margin(plan.evaluation, plan.recipe, waves),
        "body_parameters": own_parameters(network),
        "controls": rows,
    }
    if options.norm_gain:
        result["norm_gain"] = norm_gain(trained, keys)
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result))
    return 0


def _operation_told(asked: Asked, evaluation: Evaluation) -> dict[str, Any]:
    """Which sum or operation, in the words of `transplant`; of sums mod one number the modulus alone."""
    plain = asked.operation is None and len(asked.group.factors) == 1
    return {"modulus": asked.group.order} if plain else asked.figures(evaluation)


def _command(options: Namespace) -> str:
    """What counts the same again."""
    said = [options.file, "--modulus", options.modulus]
    said += [] if options.seeds == SEEDS else ["--seeds", options.seeds]
    said += ["--seed", options.seed] if options.seed else []
    return f"{IN_ITS_FOLDER} controls {shlex.join(map(str, said))}"


def _all_controls(
    network: Network, plan: Plan, waves: CosineFit, asked: Asked, options: Namespace
) -> Iterator[Control]:
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
            share=asked.share,
            on_seed=lambda what, seed: tell(f"{what}, seed {seed}"),
        )
        for each in trials:
            bar.update()
            yield each
        accuracy, search = asked.share(plan.evaluation), SearchOptions(seed=options.seed)
        anew = searched_control(
            network,
            waves,
            BodySearches(asked.group, accuracy, search, seeds, asked.share),
            on_setting=lambda shuffle, done, most: tell(f"{ANEW}, seed {shuffle}, {done} of {most} settings"),
        )
        yield from [each for each in anew if each.accuracies][-1:]  # as it stands after the last body


def _title(result: dict[str, Any]) -> str:
    """What was carried out."""
    if "group" not in result:
        return f"mod {result['modulus']}"
    sums = f"sums in {result['group']}"
    return f"{result['operation']}, as {sums}" if "operation" in result else sums


def _as_text(result: dict[str, Any]) -> str:
    trained, half = percent(result["trained"]), percent(result["half_step_accuracy"])
    relative = result["margin_over_analytic"]
    keep = f"keep and norm gain {result['norm_gain']:.4g}" if "norm_gain" in result else "keep"
    of_what = f"{_title(result)}: {trained} with {keep}"
    lines = [f"{of_what}; half-step test {half}; margin {relative:.3f} of the analytic"]
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
