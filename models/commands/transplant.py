"""Re-cut a network's tables for another modulus and count all pairs; the body is never touched, nothing is trained."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from models.baselines import baselines
from models.circuits.logits import LogitWaves, logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import open_network, percent, print_json, require_writable, seed, write_whole
from models.errors import RecipeError
from models.evaluation import evaluate
from models.formats.registry import LAYOUTS, metadata_for, network_to_bytes
from models.network import Network
from models.planner import Plan, find_dials
from models.surgery.margin import recipe_margin
from models.surgery.recipe import Recipe, parse_map
from models.surgery.transplant import transplant

READOUTS = ("keep", "auto")


def add_arguments(parser: ArgumentParser) -> None:
    """The options of DESIGN.md."""
    parser.add_argument("file", metavar="FILE", help="a checkpoint, or the name of a zoo network")
    parser.add_argument("--modulus", type=int, metavar="Q", help="the new modulus (needed unless a recipe says it)")
    parser.add_argument("--map", default="", metavar="K:S,…", help="targets, e.g. 16:22,30:-7; the rest is chosen")
    parser.add_argument("--recipe", type=Path, metavar="R.json", help="a recipe file instead of --map")
    parser.add_argument(
        "--readout", choices=READOUTS, default="auto", help="keep: re-cut like the embedding, nothing fitted"
    )
    parser.add_argument("--harmonics", type=int, default=2, metavar="H", help="harmonics carried with each dial (2)")
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--out", type=Path, help="write the operated network: .safetensors or .pt")
    parser.add_argument("--layout", choices=sorted(LAYOUTS), help="layout of --out (the source's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Operate, count, write and print; exit 0 also below 100%."""
    if options.out:
        require_writable(options.out)
    elif options.layout:
        raise RecipeError("--layout says how to write --out; give --out too.")
    network, _ = open_network(options.file)
    plan = _plan(network, options)
    result = summary(network, plan)
    if options.out:
        metadata = metadata_for(plan.recipe.to_json(), network.digest)
        write_whole(options.out, network_to_bytes(plan.network, options.out.suffix, metadata, options.layout))
        result["out"] = str(options.out)
    if options.json:
        print_json(result)
    else:
        print(_as_text(result))
    return 0


def _plan(network: Network, options: Namespace) -> Plan:
    if options.recipe:
        if options.map:
            raise RecipeError("--recipe and --map both say which dials; give one of them.")
        return _carry_out(network, _read_recipe(options.recipe, options.modulus))
    if options.modulus is None:
        raise RecipeError("Which modulus? Give --modulus Q, or --recipe R.json that says it.")
    fixed = parse_map(options.map)
    Recipe(options.modulus, (), options.harmonics)  # refuse bad numbers before the search
    waves = _waves(network, fixed)
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


def _waves(network: Network, fixed: dict[int, float]) -> LogitWaves:
    """The dials of the search: the key frequencies, and whatever else the user maps."""
    top = network.modulus // 2
    foreign = [k for k in fixed if not 1 <= k <= top]
    if foreign:
        raise RecipeError(f"--map names frequency {foreign[0]}; a network mod {network.modulus} has 1 to {top}.")
    return logit_waves(network, tuple(sorted({*key_frequencies(network).frequencies, *fixed})))


def _carry_out(network: Network, recipe: Recipe) -> Plan:
    operated = transplant(network, recipe)
    waves = logit_waves(network, tuple(dial.frequency for dial in recipe.dials))
    return Plan(recipe, operated, evaluate(operated), recipe_margin(recipe, waves), tried=1)


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


def summary(network: Network, plan: Plan) -> dict[str, Any]:
    """The JSON object of `transplant --json`."""
    counts, evaluation = plan.evaluation.counts, plan.evaluation
    baseline = baselines(network, [plan.recipe.modulus])[0]
    result: dict[str, Any] = {
        "trained_modulus": network.modulus,
        "modulus": plan.recipe.modulus,
        "readout": "keep",
        "frequencies": {str(k): int(s) if s == int(s) else s for k, s in plan.recipe.targets.items()},
        "correct": counts.right,
        "ties": counts.undecided,
        "wrong": counts.wrong,
        "pairs": counts.pairs,
        "accuracy": counts.accuracy,
        "wrapping_accuracy": evaluation.wrapping.accuracy,
        "not_wrapping_accuracy": evaluation.not_wrapping.accuracy,
        "margin": plan.margin,
        "logit_margin": evaluation.smallest_margin,
        "tried": plan.tried,
        "seconds": evaluation.seconds,
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
        f"mod {p} → mod {q}, readout keep (nothing fitted), dials {dials}",
        f"right              {result['correct']:,} of all {result['pairs']:,} pairs ({percent(result['accuracy'])}), "
        f"{result['ties']:,} undecided, {result['wrong']:,} wrong",
        f"pairs that wrap    {wraps}; that do not {plain}",
        f"margin             {result['margin']:.4f} from the dials alone; "
        f"smallest logit margin {result['logit_margin']:.4g}",
        f"without surgery    {raw}",
        f"settings tried     {result['tried']}",
    ]
    return "\n".join(lines + ([f"written            {result['out']}"] if "out" in result else []))
