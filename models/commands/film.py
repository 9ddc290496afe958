"""Make the film of a training run from its snapshots: what every moment shows, counted over all pairs."""

import json
import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from models.commands.files import seed
from models.commands.terminal import print_json, print_text, progress
from models.errors import FileError, TrainingError
from models.experiment.request import Request
from models.experiment.run import run as run_experiment
from models.files.writing import reserved
from models.formats.registry import network_from_bytes
from models.network import Network
from models.runtime.program import IN_ITS_FOLDER
from models.training.film import SUFFIX, Film, film_of, film_to_bytes, moments_of, watched_of
from models.training.snapshots import snapshots_in
from models.training.trainer import Schedule

FEWEST = 2  # moments
RECUT = 127


def add_arguments(parser: ArgumentParser) -> None:
    """The folder of snapshots, how the run split its pairs, and where the film goes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="what train --snapshots DIR wrote")
    parser.add_argument("--out", type=Path, required=True, help=f"where the film goes, a {SUFFIX} file")
    parser.add_argument("--seed", type=seed, default=0, help="of the run: it drew the pairs trained on (0)")
    parser.add_argument("--fraction", type=float, default=Schedule().fraction, help="of all pairs trained on (0.3)")
    parser.add_argument("--modulus", type=int, default=RECUT, help=f"to which every moment is re-cut ({RECUT})")
    parser.add_argument("--trained-by", default="", metavar="COMMAND", help="what made the snapshots, to stand beside")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Measure every snapshot, write the film, tell its phases; exit 0."""
    snapshots = _snapshots(options)
    *_, last = snapshots.values()
    dials = run_experiment(last, Request(options.modulus, "keep", shuffles=0)).recipe
    trained, _ = last.task.split(options.fraction, options.seed)
    watched = watched_of(last, trained, dials)
    with reserved(options.out) as place, progress(total=len(snapshots), unit="moment", desc="filming") as bar:
        moments = []
        for moment in moments_of(snapshots, watched):
            moments.append(moment)
            bar.update()
        film = film_of(moments, watched, _about(options, last))
        place.write(film_to_bytes(film))
    told = _told(film)
    if options.json:
        print_json(told)
    else:
        print_text(f"{options.out}: {json.dumps(told)}")
    return 0


def _snapshots(options: Namespace) -> dict[int, Network]:
    if options.out.suffix != SUFFIX:
        raise FileError(f"Cannot write {options.out}; expected a name that ends in {SUFFIX}.")
    if not 0 < options.fraction < 1:
        raise TrainingError(f"--fraction {options.fraction} is out of range; expected a number between 0 and 1.")
    found = snapshots_in(options.folder) if options.folder.is_dir() else {}
    if len(found) < FEWEST:
        raise FileError(
            f"Expected at least {FEWEST} snapshots in {options.folder}, found {len(found)}. "
            "Make them by train --snapshots DIR."
        )
    networks = {step: network_from_bytes(path.read_bytes(), path.name) for step, path in found.items()}
    if len({(each.modulus, each.table_a.shape, each.layout.name) for each in networks.values()}) > 1:
        raise TrainingError(f"The snapshots in {options.folder} are of networks of several sizes; expected one run's.")
    return networks


def _about(options: Namespace, last: Network) -> dict[str, Any]:
    said = ["--seed", options.seed, "--fraction", options.fraction, "--modulus", options.modulus, "--out", options.out]
    return {
        "digest": last.digest,
        "seed": options.seed,
        "fraction": options.fraction,
        "trained_by": options.trained_by,
        "command": f"{IN_ITS_FOLDER} film {shlex.join(map(str, [options.folder, *said]))}",
    }


def _told(film: Film) -> dict[str, Any]:
    steps, phases = film.steps.tolist(), film.phases
    at = {name: None if moment is None else steps[moment] for name, moment in vars(phases).items()}
    carries = next((step for step, share in zip(steps, film.curve("recut_accuracy"), strict=True) if share == 1), None)
    return {
        "moments": len(steps),
        "steps": steps[-1],
        "digest": film.about["digest"],
        "key_frequencies": list(film.frequencies),
        "circuit_forms_from": at["forms"],
        "cleanup_from": at["cleanup"],
        "all_right_from": at["done"],
        "modulus": film.recipe.modulus,
        "recut_all_right_first": carries,
    }
