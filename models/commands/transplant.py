"""Re-cut a network's tables for another modulus and count all pairs; the body is never touched, nothing is trained."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.analysis.circuitless import circuit_warning
from models.analysis.separability import impossible_because
from models.commands.files import (
    add_file,
    add_norm_gain,
    add_single_frequency,
    files_read,
    open_network,
    require_suffix,
    seed,
)
from models.commands.operations import Asked, add_operation, asked_for
from models.commands.outcome import as_text, sampled_summary, summary
from models.commands.terminal import print_json, print_text, progress, remark
from models.errors import CheckpointError, ClockworkError, FileError, RecipeError
from models.evaluation import Evaluation
from models.evaluation.certificate import certify
from models.experiment.auto import MODE_CHOICES
from models.experiment.request import SEARCHES, Request, dials_for
from models.experiment.run import run as run_experiment
from models.experiment.sampled import sample
from models.files.json_text import json_text
from models.files.writing import Destination, require_apart, reserved_if_asked
from models.formats.registry import LAYOUTS, as_written, operated_to_bytes, require_writable_as
from models.groups import product_factors
from models.network import Network
from models.operations.renaming import as_plain_sum, plain_sum
from models.planner import RANDOM_DIALS
from models.surgery.dial_map import parse_map
from models.surgery.recipe import Recipe, linked_recipe
from models.surgery.transplant import transplant

Files = dict[str, bytes | ClockworkError]  # by the names of their options
MOST_SAMPLED = 1_000_000
OF_THE_SUM = ("raw_accuracy", "answer_mod_q_accuracy")  # of a + b mod q, which the untouched network was trained on
LARGEST_WITH_RANDOM = 512  # above it, sixteen random settings on all pairs would take longer than the search

GRAPH = ".onnx"


def add_arguments(parser: ArgumentParser) -> None:
    """The options of DESIGN.md."""
    add_file(parser)
    parser.add_argument(
        "--modulus", type=int, metavar="Q", help="the new modulus (needed unless --group or a recipe says it)"
    )
    add_operation(parser)
    parser.add_argument("--map", default="", metavar="K:S,…", help="targets, e.g. 16:22,30:-7; the rest is chosen")
    parser.add_argument("--recipe", type=Path, metavar="R.json", help="a recipe file instead of --map")
    parser.add_argument(
        "--readout",
        choices=MODE_CHOICES,
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
    add_norm_gain(parser)
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    parser.add_argument(
        "--out", type=Path, help="write the operated network: .safetensors or .pt; .onnx where it came as one"
    )
    parser.add_argument(
        "--certificate", type=Path, metavar="C.json", help="write what was counted, to keep and to check"
    )
    parser.add_argument("--layout", choices=sorted(LAYOUTS), help="layout of --out (the source's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Operate, count or sample, write and print; exit 0 also below 100%."""
    _refuse_contradictions(options)
    network = open_network(options)
    asked = asked_for(options)
    if options.out:
        _require_writable(network, asked, options)
    request = _request(asked, options)
    warning = circuit_warning(network) or impossible_because(request.group, len(dials_for(network, request)))
    weights = sum(tensor.nbytes for tensor in network.tensors().values())
    with reserved_if_asked(options.out, weights) as out, reserved_if_asked(options.certificate) as certificate:
        counted = _counted if options.sample is None else _sampled
        result, files = counted(network, asked, request, options, warning)
        result |= {"warning": warning} if warning else {}
        trouble = [_written(result, *each, files) for each in (("out", out), ("certificate", certificate))]
    if options.json:
        print_json(result)
    else:
        print_text(as_text(result))
    for error in filter(None, trouble):  # what was counted is told all the same
        raise error
    return 0


def _require_writable(network: Network, asked: Asked, options: Namespace) -> None:
    """Where not even this can be written, nothing is begun. A graph may have sizes of its own written into it."""
    require_writable_as(network, options.out.suffix, options.layout)
    as_written(network, options.layout)
    if asked.recipe:
        as_written(transplant(network, asked.recipe), options.layout)
    if asked.operation:
        plain_sum(asked.operation)
        some_dial = linked_recipe(asked.group, {1: 1})  # so that rows differ where the operation sets tables apart
        as_written(as_plain_sum(transplant(network, some_dial), asked.operation), options.layout)
    if options.out.suffix == GRAPH:
        as_written(transplant(network, Recipe(asked.group.order, ())), options.layout)


def _written(result: dict[str, Any], name: str, place: Destination | None, files: Files) -> ClockworkError | None:
    """Write a file where it was asked for, and say so in the result; or what went wrong."""
    if place is None:
        return None
    data = files[name]
    if isinstance(data, ClockworkError):
        return data
    try:
        place.write(data)
    except FileError as error:
        return error
    result[name] = str(place.path)
    return None


def _counted(
    network: Network, asked: Asked, request: Request, options: Namespace, warning: str
) -> tuple[dict[str, Any], Files]:
    """What is told, and the files that were asked for, by the names of their options."""
    with _progress(warning) as show:
        outcome = run_experiment(network, request, on_progress=show)
    result = outcome.result
    written = as_plain_sum(result.network, asked.operation) if options.out and asked.operation else result.network
    files = _network_file(network, outcome.recipe, written, result.readout, asked, options)
    if options.certificate:
        certificate = certify(
            network,
            outcome.recipe,
            result.network,
            result.evaluation,
            result.readout,
            options.seed,
            asked.certified(result.evaluation),
        )
        files["certificate"] = json_text(certificate.to_json()).encode()
    return _with_operation(summary(network, outcome), asked, result.evaluation), files


def _with_operation(told: dict[str, Any], asked: Asked, evaluation: Evaluation) -> dict[str, Any]:
    """A summary with what a group or an operation adds to it; a sum mod q needs nothing more."""
    if not asked.operation and len(asked.group.factors) == 1:
        return told
    told = {name: value for name, value in told.items() if name not in OF_THE_SUM}
    return told | asked.figures(evaluation)


def _sampled(
    network: Network, asked: Asked, request: Request, options: Namespace, warning: str
) -> tuple[dict[str, Any], Files]:
    """The same of a sample, which has no certificate."""
    with _progress(warning) as show:
        sampled = sample(network, request, options.sample, show)
    files = _network_file(network, sampled.recipe, sampled.operated, sampled.readout, asked, options)
    return sampled_summary(network, sampled), files


def _network_file(
    network: Network, recipe: Recipe, operated: Network, readout: str, asked: Asked, options: Namespace
) -> Files:
    """The bytes of --out, or why they cannot be had: what else was asked for is written all the same."""
    if not options.out:
        return {}
    suffix, layout = options.out.suffix, options.layout
    formula = asked.operation.formula if asked.operation else None
    try:
        data = operated_to_bytes(
            operated, suffix, recipe.to_json(), network.digest, readout=readout, layout=layout, operation=formula
        )
    except CheckpointError as error:
        return {"out": error}
    return {"out": data}


def _refuse_contradictions(options: Namespace) -> None:
    """Before any work is done; raises ClockworkError."""
    if options.out:
        require_suffix(options.out)
    elif options.layout:
        raise RecipeError("--layout says how to write --out; give --out too.")
    if options.certificate:
        require_suffix(options.certificate, (".json",))
    require_apart(
        files_read(options) | {"--recipe": options.recipe},
        {"--out": options.out, "--certificate": options.certificate},
    )
    if options.recipe and options.map:
        raise RecipeError("--recipe and --map both say which dials; give one of them.")
    if options.readout == "balance" and options.harmonics is not None:
        raise RecipeError("--readout balance carries harmonics of its own; leave out --harmonics.")
    if options.recipe and options.single_frequency:
        raise RecipeError("--recipe says whether neurons are single-frequency; leave out --single-frequency.")
    if options.recipe and options.norm_gain:
        raise RecipeError("--recipe says whether there is a norm gain; leave out --norm-gain.")
    if options.recipe and options.search == "none":
        raise RecipeError("--recipe says which dials, so that there is nothing to search; leave out --search none.")
    _refuse_samples_of_operations(options)
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


def _refuse_samples_of_operations(options: Namespace) -> None:
    """Raises RecipeError."""
    if options.operation and options.sample is not None:
        raise RecipeError(
            "--sample looks at pairs of the sum in the group that an operation is carried out in; give --group or "
            "--modulus for that sum, without --operation."
        )


def _request(asked: Asked, options: Namespace) -> Request:
    """What the options ask for. Raises RecipeError for numbers that no network can have."""
    modulus, fixed = asked.group.order, parse_map(options.map, asked.group)
    harmonics = 2 if options.harmonics is None else options.harmonics
    Recipe(modulus, (), harmonics)
    return Request(
        modulus,
        options.readout or "auto",
        asked.recipe,
        fixed,
        options.search,
        harmonics=harmonics,
        single_frequency=options.single_frequency,
        norm_gain=options.norm_gain,
        seed=options.seed,
        random_settings=RANDOM_DIALS if modulus <= LARGEST_WITH_RANDOM else 0,
        factors=product_factors(asked.group),
    )


@contextmanager
def _progress(warning: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that hears (done, at most), and says that after the last the best setting may still be counted.

    It begins anew with a second search. A warning stands before it, once nothing is left that could be refused.
    """
    left = [warning] if warning else []
    with progress(desc="settings tried", disable=None, leave=False) as bar:

        def show(done: int, at_most: int) -> None:
            if left:
                remark(left.pop())
            if done < bar.n:
                bar.reset()
                bar.set_description("settings tried")
            bar.total = at_most
            bar.update(done - bar.n)
            if done == at_most:
                bar.set_description("settings tried; counting all pairs of the best")

        yield show
    if left:
        remark(left.pop())
