"""Re-cut a network's tables for another modulus and count all pairs; the body is never touched, nothing is trained."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.ascent import ASKED, Ascent, Asked, ascend, climb_until_right, rung_control
from models.certificate import certify
from models.circuits.logits import LogitWaves, logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import add_file, add_single_frequency, file_path, open_network, require_suffix, seed
from models.commands.outcome import Dialled, Outcome, Sampled, as_text, sampled_summary, summary
from models.commands.terminal import print_json, print_text, progress
from models.controls import sampled_interval
from models.errors import FileError, RecipeError
from models.evaluation import Counts
from models.files.json_text import json_text
from models.files.writing import Destination, require_apart, reserved_if_asked
from models.formats.registry import LAYOUTS, operated_to_bytes
from models.ladder import climb
from models.network import Network
from models.planner import Plan, best_by_margin, choose_dials, find_dials, random_dials
from models.surgery.balance import rung_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import Readout
from models.surgery.recipe import Recipe, parse_map, read_recipe
from models.surgery.single_frequency import single_frequency_neurons
from models.surgery.transplant import recut_source, transplant

SEARCHES = ("full", "none")
MOST_SAMPLED = 1_000_000
LARGEST_WITH_RANDOM = 512  # above it, sixteen random settings on all pairs would take longer than the search


def add_arguments(parser: ArgumentParser) -> None:
    """The options of DESIGN.md."""
    add_file(parser)
    parser.add_argument("--modulus", type=int, metavar="Q", help="the new modulus (needed unless a recipe says it)")
    parser.add_argument("--map", default="", metavar="K:S,…", help="targets, e.g. 16:22,30:-7; the rest is chosen")
    parser.add_argument("--recipe", type=Path, metavar="R.json", help="a recipe file instead of --map")
    parser.add_argument(
        "--readout",
        choices=ASKED,
        help="keep: nothing fitted; balance: nothing fitted, dials at strengths chosen at random angles; calibrate: "
        "(2·dials)² numbers; refit: a new readout; auto: the first that is right (auto; keep with --sample)",
    )
    parser.add_argument(
        "--search",
        choices=SEARCHES,
        default=SEARCHES[0],
        help="full: settings by margin, then by answers; none: the largest margin, no answers looked at (full)",
    )
    parser.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help="look at N random pairs, with their 95%% interval, in place of counting all; readout keep",
    )
    parser.add_argument("--harmonics", type=int, metavar="H", help="harmonics carried with each dial (2)")
    add_single_frequency(parser)
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument("--out", type=Path, help="write the operated network: .safetensors or .pt")
    parser.add_argument(
        "--certificate", type=Path, metavar="C.json", help="write what was counted, to keep and to check"
    )
    parser.add_argument("--layout", choices=sorted(LAYOUTS), help="layout of --out (the source's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Operate, count or sample, write and print; exit 0 also below 100%."""
    _refuse_contradictions(options)
    network = open_network(options)
    weights = sum(tensor.nbytes for tensor in network.tensors().values())
    with reserved_if_asked(options.out, weights) as out, reserved_if_asked(options.certificate) as certificate:
        result, files = _counted(network, options) if options.sample is None else _sampled(network, options)
        trouble = [_written(result, *each, files) for each in (("out", out), ("certificate", certificate))]
    if options.json:
        print_json(result)
    else:
        print_text(as_text(result))
    for error in filter(None, trouble):  # what was counted is told all the same
        raise error
    return 0


def _written(result: dict[str, Any], name: str, place: Destination | None, files: dict[str, bytes]) -> FileError | None:
    """Write a file where it was asked for, and say so in the result; or what went wrong."""
    if place is None:
        return None
    try:
        place.write(files[name])
    except FileError as error:
        return error
    result[name] = str(place.path)
    return None


def _counted(network: Network, options: Namespace) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is told, and the files that were asked for, by the names of their options."""
    outcome = _operate(network, options)
    recipe, rung = outcome.dialled.recipe, outcome.rung
    files = _network_file(network, recipe, rung.network, rung.readout, options)
    if options.certificate:
        certificate = certify(network, recipe, rung.network, rung.evaluation, rung.readout, options.seed)
        files["certificate"] = json_text(certificate.to_json()).encode()
    return summary(network, outcome), files


def _sampled(network: Network, options: Namespace) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The same of a sample, which has no certificate."""
    sampled = _sample(network, options)
    files = _network_file(network, sampled.dialled.recipe, sampled.operated, sampled.readout, options)
    return sampled_summary(network, sampled), files


def _network_file(
    network: Network, recipe: Recipe, operated: Network, readout: str, options: Namespace
) -> dict[str, bytes]:
    if not options.out:
        return {}
    suffix, layout = options.out.suffix, options.layout
    return {
        "out": operated_to_bytes(operated, suffix, recipe.to_json(), network.digest, readout=readout, layout=layout)
    }


def _refuse_contradictions(options: Namespace) -> None:
    """Before any work is done; raises ClockworkError."""
    if options.out:
        require_suffix(options.out)
    elif options.layout:
        raise RecipeError("--layout says how to write --out; give --out too.")
    if options.certificate:
        require_suffix(options.certificate, (".json",))
    require_apart(
        {"FILE": file_path(options), "--config": options.config, "--recipe": options.recipe},
        {"--out": options.out, "--certificate": options.certificate},
    )
    if options.recipe and options.map:
        raise RecipeError("--recipe and --map both say which dials; give one of them.")
    if options.readout == "balance" and options.harmonics is not None:
        raise RecipeError("--readout balance carries harmonics of its own; leave out --harmonics.")
    if options.recipe and options.single_frequency:
        raise RecipeError("--recipe says whether neurons are single-frequency; leave out --single-frequency.")
    if options.recipe and options.search == "none":
        raise RecipeError("--recipe says which dials, so that there is nothing to search; leave out --search none.")
    if options.sample is None:
        return
    if not 1 <= options.sample <= MOST_SAMPLED:
        raise RecipeError(
            f"--sample {options.sample} is out of range; expected 1 to {MOST_SAMPLED} pairs. "
            "Without --sample all pairs are counted."
        )
    if options.certificate:
        raise RecipeError(
            "--certificate keeps a count of all pairs, and --sample looks at some of them; give one of the two."
        )
    if options.readout not in (None, "keep"):
        raise RecipeError(
            f"--readout {options.readout} is judged on all pairs, and --sample looks at some of them; "
            "give --readout keep with --sample."
        )


def _operate(network: Network, options: Namespace) -> Outcome:
    """Dials, readout, all pairs."""
    network = _source(network, options)
    if options.recipe or options.search == "none":
        dialled, waves = _dialled(network, options)
        ascent = _climb(network, dialled.recipe, waves, options)
        recipe = _told(ascent.rung.recipe, options)
        dialled = replace(dialled, recipe=recipe, margin=recipe_margin(recipe, waves))
        return Outcome(dialled, ascent.rung, ascent.control, ascent.refused)
    waves = _waves(network, options)

    def search(balanced: bool) -> Plan:
        with _progress() as show:
            return find_dials(network, waves, options.modulus, **_asked(options), balanced=balanced, on_progress=show)

    asked, balanced = _readout(options), options.readout == "balance"
    plan = search(balanced)
    ascent = ascend(network, plan, waves, asked, seed=options.seed, search_balanced=lambda: search(True))
    plan_readout: Readout = "balance" if balanced else "keep"
    drawn: tuple[Counts, ...] = ()
    if plan.tried > 1 and options.modulus <= LARGEST_WITH_RANDOM:
        drawn = tuple(random_dials(network, waves, options.modulus, balanced=balanced, seed=options.seed))
    recipe = _told(ascent.rung.recipe, options)
    dialled = Dialled(recipe, recipe_margin(recipe, waves), plan.tried + ascent.tried, options.search)
    return Outcome(dialled, ascent.rung, ascent.control, ascent.refused, plan.by_margin_alone, drawn, plan_readout)


def _source(network: Network, options: Namespace) -> Network:
    """The network that is searched and re-cut."""
    return single_frequency_neurons(network) if options.single_frequency else network


def _told(recipe: Recipe, options: Namespace) -> Recipe:
    """The recipe for the network as it was opened."""
    return replace(recipe, single_frequency=recipe.single_frequency or options.single_frequency)


def _sample(network: Network, options: Namespace) -> Sampled:
    """Dials without a count, and random pairs of what they make of the network."""
    dialled, waves = _dialled(_source(network, options), options)
    dialled = replace(dialled, recipe=_told(dialled.recipe, options))
    operated = transplant(network, dialled.recipe)
    readout = rung_of(network, dialled.recipe, waves.frequencies)
    return Sampled(dialled, operated, readout, sampled_interval(operated, options.sample, seed=options.seed))


def _dialled(network: Network, options: Namespace) -> tuple[Dialled, LogitWaves]:
    """Dials that no setting was counted for: given, by margin alone, or by glimpses of a few rows."""
    if options.recipe:
        recipe = _read_recipe(options.recipe, options.modulus)
        source = recut_source(network, recipe)
        waves = logit_waves(source, tuple(dial.frequency for dial in recipe.dials))
        return Dialled(recipe, recipe_margin(recipe, waves), 1, ""), waves
    waves = _waves(network, options)
    if options.search == "none":
        recipe = best_by_margin(waves, options.modulus, **_asked(options))
        return Dialled(recipe, recipe_margin(recipe, waves), 0, options.search), waves
    with _progress() as show:
        choice = choose_dials(network, waves, options.modulus, **_asked(options), on_progress=show)
    return Dialled(choice.recipe, choice.margin, choice.tried, options.search), waves


def _asked(options: Namespace) -> dict[str, Any]:
    """What every choice of dials is told."""
    return {"fixed": parse_map(options.map), "harmonics": _harmonics(options), "seed": options.seed}


def _harmonics(options: Namespace) -> int:
    return 2 if options.harmonics is None else int(options.harmonics)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar that hears (done, at most), and says that after the last the best setting may still be counted."""
    with progress(desc="settings tried", disable=None, leave=False) as bar:

        def show(done: int, at_most: int) -> None:
            bar.total = at_most
            bar.update(done - bar.n)
            if done == at_most:
                bar.set_description("settings tried; counting all pairs of the best")

        yield show


def _readout(options: Namespace) -> Asked:
    found: Asked = options.readout or "auto"
    return found


def _climb(network: Network, recipe: Recipe, waves: LogitWaves, options: Namespace) -> Ascent:
    """With dials that no search has counted: the rung asked for, or the first one that is right everywhere."""
    readout = _readout(options)
    if readout == "auto":
        return climb_until_right(network, recipe, waves, seed=options.seed)
    if readout == "keep":  # by its own name where a recipe file holds balanced dials
        readout = rung_of(network, recipe, waves.frequencies)
    rung = climb(network, recipe, waves, readout, seed=options.seed)
    return Ascent(rung, rung_control(network, rung.recipe, waves, readout, options.seed))


def _waves(network: Network, options: Namespace) -> LogitWaves:
    """The dials of the search: the key frequencies, and whatever else the user maps."""
    if options.modulus is None:
        raise RecipeError("Which modulus? Give --modulus Q, or --recipe R.json that says it.")
    fixed = parse_map(options.map)
    Recipe(options.modulus, (), _harmonics(options))  # refuse bad numbers before the search
    top = network.modulus // 2
    foreign = [k for k in fixed if not 1 <= k <= top]
    if foreign:
        raise RecipeError(f"--map names frequency {foreign[0]}; a network mod {network.modulus} has 1 to {top}.")
    return logit_waves(network, tuple(sorted({*key_frequencies(network).frequencies, *fixed})))


def _read_recipe(path: Path, modulus: int | None) -> Recipe:
    recipe = read_recipe(path)
    if modulus is not None and modulus != recipe.modulus:
        raise RecipeError(
            f"--modulus {modulus} contradicts the recipe, which is for {recipe.modulus}; give one of them."
        )
    return recipe
