"""Re-cut a network's tables for another modulus and count all pairs; the body is never touched, nothing is trained."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from models.baselines import baselines
from models.certificate import certify
from models.circuits.logits import LogitWaves, logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import add_file, open_network, percent, print_json, require_writable, seed, write_whole
from models.controls import Control, climb_until_right, refit_control
from models.errors import RecipeError
from models.evaluation import Counts
from models.formats.registry import LAYOUTS, metadata_for, network_to_bytes
from models.ladder import Rung, climb
from models.network import Network
from models.planner import Plan, find_dials, random_dials
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUTS
from models.surgery.recipe import Recipe, parse_map

CHOICES = (*READOUTS, "auto")
LARGEST_WITH_RANDOM = 512  # above it, sixteen random settings on all pairs would take longer than the search


@dataclass(frozen=True)
class Outcome:
    """What a transplant ends in: the dials, the rung of the ladder where it stopped, and what the search looked at."""

    recipe: Recipe
    rung: Rung
    margin: float
    tried: int
    control: Control | None = None  # of a refit
    by_margin_alone: Counts | None = None
    random: tuple[Counts, ...] = ()


def add_arguments(parser: ArgumentParser) -> None:
    """The options of DESIGN.md."""
    add_file(parser)
    parser.add_argument("--modulus", type=int, metavar="Q", help="the new modulus (needed unless a recipe says it)")
    parser.add_argument("--map", default="", metavar="K:S,…", help="targets, e.g. 16:22,30:-7; the rest is chosen")
    parser.add_argument("--recipe", type=Path, metavar="R.json", help="a recipe file instead of --map")
    parser.add_argument(
        "--readout",
        choices=CHOICES,
        default="auto",
        help="keep: nothing fitted; calibrate: (2·dials)² numbers; refit: a new readout; auto: the first that is right",
    )
    parser.add_argument("--harmonics", type=int, default=2, metavar="H", help="harmonics carried with each dial (2)")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--out", type=Path, help="write the operated network: .safetensors or .pt")
    parser.add_argument(
        "--certificate", type=Path, metavar="C.json", help="write what was counted, to keep and to check"
    )
    parser.add_argument("--layout", choices=sorted(LAYOUTS), help="layout of --out (the source's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Operate, count, write and print; exit 0 also below 100%."""
    if options.out:
        require_writable(options.out)
    elif options.layout:
        raise RecipeError("--layout says how to write --out; give --out too.")
    if options.certificate:
        require_writable(options.certificate, (".json",))
    network = open_network(options)
    outcome = _operate(network, options)
    result = summary(network, outcome)
    if options.out:
        metadata = metadata_for(outcome.recipe.to_json(), network.digest) | {"clockwork_readout": outcome.rung.readout}
        data = network_to_bytes(outcome.rung.network, options.out.suffix, metadata, options.layout)
        write_whole(options.out, data)
        result["out"] = str(options.out)
    if options.certificate:
        certificate = certify(
            network, outcome.recipe, outcome.rung.network, outcome.rung.evaluation, outcome.rung.readout
        )
        write_whole(options.certificate, json.dumps(certificate.to_json(), indent=2).encode())
        result["certificate"] = str(options.certificate)
    if options.json:
        print_json(result)
    else:
        print(_as_text(result))
    return 0


def _operate(network: Network, options: Namespace) -> Outcome:
    if options.recipe:
        if options.map:
            raise RecipeError("--recipe and --map both say which dials; give one of them.")
        recipe = _read_recipe(options.recipe, options.modulus)
        waves = logit_waves(network, tuple(dial.frequency for dial in recipe.dials))
        rung, control = _climb(network, recipe, waves, options)
        return Outcome(recipe, rung, recipe_margin(recipe, waves), 1, control)
    if options.modulus is None:
        raise RecipeError("Which modulus? Give --modulus Q, or --recipe R.json that says it.")
    fixed = parse_map(options.map)
    Recipe(options.modulus, (), options.harmonics)  # refuse bad numbers before the search
    waves = _waves(network, fixed)
    plan = _search(network, waves, fixed, options)
    kept = Rung("keep", plan.network, plan.evaluation)
    rung, control = _climb(network, plan.recipe, waves, options, kept)
    drawn: tuple[Counts, ...] = ()
    if plan.tried > 1 and options.modulus <= LARGEST_WITH_RANDOM:
        drawn = tuple(random_dials(network, waves, options.modulus, seed=options.seed))
    return Outcome(plan.recipe, rung, plan.margin, plan.tried, control, plan.by_margin_alone, drawn)


def _search(network: Network, waves: LogitWaves, fixed: dict[int, float], options: Namespace) -> Plan:
    with tqdm(desc="settings tried", file=sys.stderr, disable=None, leave=False) as bar:

        def show(done: int, at_most: int) -> None:
            bar.total = at_most
            bar.update(done - bar.n)

        return find_dials(
            network,
            waves,
            options.modulus,
            fixed=fixed,
            harmonics=options.harmonics,
            seed=options.seed,
            on_progress=show,
        )


def _climb(
    network: Network, recipe: Recipe, waves: LogitWaves, options: Namespace, kept: Rung | None = None
) -> tuple[Rung, Control | None]:
    """The rung asked for, or with `auto` the first one that is right everywhere; a refit with its control."""
    if options.readout == "keep" and kept:
        return kept, None
    if options.readout != "auto":
        rung = climb(network, recipe, waves, options.readout, seed=options.seed)
        return rung, refit_control(network, recipe, waves) if options.readout == "refit" else None
    return climb_until_right(network, recipe, waves, seed=options.seed, kept=kept)


def _waves(network: Network, fixed: dict[int, float]) -> LogitWaves:
    """The dials of the search: the key frequencies, and whatever else the user maps."""
    top = network.modulus // 2
    foreign = [k for k in fixed if not 1 <= k <= top]
    if foreign:
        raise RecipeError(f"--map names frequency {foreign[0]}; a network mod {network.modulus} has 1 to {top}.")
    return logit_waves(network, tuple(sorted({*key_frequencies(network).frequencies, *fixed})))


def _read_recipe(path: Path, modulus: int | None) -> Recipe:
    try:
        recipe = Recipe.from_json(json.loads(path.read_text()))
    except OSError as error:
        raise RecipeError(f"{path} cannot be opened: {error.strerror}.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not JSON ({error}); expected a recipe file.") from error
    if modulus is not None and modulus != recipe.modulus:
        raise RecipeError(
            f"--modulus {modulus} contradicts the recipe, which is for {recipe.modulus}; give one of them."
        )
    return recipe


def summary(network: Network, outcome: Outcome) -> dict[str, Any]:
    """The JSON object of `transplant --json`."""
    rung, recipe = outcome.rung, outcome.recipe
    counts, evaluation = rung.evaluation.counts, rung.evaluation
    baseline = baselines(network, [recipe.modulus])[0]
    result: dict[str, Any] = {
        "trained_modulus": network.modulus,
        "modulus": recipe.modulus,
        "readout": rung.readout,
        "frequencies": {str(k): int(s) if s == int(s) else s for k, s in recipe.targets.items()},
        "correct": counts.right,
        "ties": counts.undecided,
        "wrong": counts.wrong,
        "pairs": counts.pairs,
        "accuracy": counts.accuracy,
        "wrapping_accuracy": evaluation.wrapping.accuracy,
        "not_wrapping_accuracy": evaluation.not_wrapping.accuracy,
        "margin": outcome.margin,
        "logit_margin": evaluation.smallest_margin,
        "tried": outcome.tried,
        "seconds": evaluation.seconds,
    }
    if rung.rest:
        result |= {
            "fitted_parameters": rung.fitted_parameters,
            "fitted_pairs": rung.fitted_pairs,
            "accuracy_on_the_rest": rung.rest.accuracy,
        }
    if outcome.control:
        control = outcome.control
        result["control"] = {"accuracies": list(control.accuracies), "mean": control.mean, "remark": control.remark}
    if outcome.by_margin_alone:
        result["margin_alone_accuracy"] = outcome.by_margin_alone.accuracy
    if outcome.random:
        drawn = sorted(each.accuracy for each in outcome.random)
        result["random_dials"] = {
            "drawn": len(drawn),
            "median": median(drawn),
            "lowest": drawn[0],
            "highest": drawn[-1],
        }
    if baseline.raw is not None:
        result |= {"raw_accuracy": baseline.raw, "answer_mod_q_accuracy": baseline.reduced}
    return result


def _as_text(result: dict[str, Any]) -> str:
    q, p = result["modulus"], result["trained_modulus"]
    dials = ", ".join(f"{k} → {s:g}" for k, s in result["frequencies"].items())
    if "raw_accuracy" in result:
        reduced = percent(result["answer_mod_q_accuracy"])
        raw = f"{percent(result['raw_accuracy'])} raw, {reduced} reading its answer mod {q}"
    else:
        raw = f"impossible: {q} > {p}, there are no tokens to feed"
    wraps, plain = percent(result["wrapping_accuracy"]), percent(result["not_wrapping_accuracy"])
    lines = [
        f"mod {p} → mod {q}, readout {_readout_shown(result)}, dials {dials}",
        f"right              {result['correct']:,} of all {result['pairs']:,} pairs ({percent(result['accuracy'])}), "
        f"{result['ties']:,} undecided, {result['wrong']:,} wrong",
        f"pairs that wrap    {wraps}; that do not {plain}",
        f"margin             {result['margin']:.4f} from the dials alone; "
        f"smallest logit margin {result['logit_margin']:.4g}",
        f"without surgery    {raw}",
        f"settings tried     {result['tried']}",
    ]
    if "random_dials" in result:
        drawn = result["random_dials"]
        lines.append(
            f"dials at random    median {percent(drawn['median'])} of {drawn['drawn']}, "
            f"from {percent(drawn['lowest'])} to {percent(drawn['highest'])}; "
            f"largest margin alone {percent(result['margin_alone_accuracy'])}"
        )
    if "control" in result:
        control = result["control"]
        shown = (
            control["remark"] or f"mean {percent(control['mean'])} over {len(control['accuracies'])} shuffled bodies"
        )
        lines.append(f"the same refit on shuffled bodies: {shown}")
    return "\n".join(lines + ([f"written            {result['out']}"] if "out" in result else []))


def _readout_shown(result: dict[str, Any]) -> str:
    if "fitted_parameters" not in result:
        return "keep (nothing fitted)"
    rest = percent(result["accuracy_on_the_rest"])
    return (
        f"{result['readout']} ({result['fitted_parameters']} numbers fitted on {result['fitted_pairs']:,} pairs; "
        f"{rest} of the rest)"
    )
