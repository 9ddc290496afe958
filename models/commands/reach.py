"""Accuracy at many moduli: dials found for each, all pairs counted; Ctrl-C and --resume go on where it stopped."""

import shlex
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.analysis.failures import explain_failure
from models.circuits.logits import CosineFit
from models.commands.files import add_file, add_norm_gain, add_single_frequency, files_read, open_network, seed
from models.commands.moduli import moduli_as_given, moduli_given
from models.commands.terminal import print_json, print_text, progress, remark
from models.errors import FileError, RecipeError, shown
from models.evaluation.percent import percent
from models.experiment.auto import MODE_CHOICES
from models.experiment.request import Request, source_of, waves_for
from models.experiment.shipping import sweep_to_ship
from models.experiment.store import BYTES_A_RESULT, SweepStore, settings_of
from models.experiment.sweep import SWEEP_ROUNDS, Reached, counted_again, reach_of, sweep
from models.files.json_text import json_table
from models.files.writing import require_apart, reserved_if_asked
from models.network import Network
from models.runtime.machine import usable_cores
from models.runtime.program import IN_ITS_FOLDER
from models.runtime.workers import MOST_WORKERS, one_thread_each


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, the range, and how to compute."""
    add_file(parser)
    parser.add_argument("--moduli", type=moduli_given, required=True, metavar="2..256,300", help="which moduli")
    parser.add_argument("--readout", choices=MODE_CHOICES, default="auto", help="as in transplant (auto)")
    parser.add_argument(
        "--rounds",
        type=int,
        default=SWEEP_ROUNDS,
        help=f"of the search at each modulus ({SWEEP_ROUNDS}); more find more and take longer",
    )
    parser.add_argument("--seed", type=seed, default=0, help="of the search for dials (0)")
    add_single_frequency(parser)
    add_norm_gain(parser)
    parser.add_argument("--jobs", type=int, default=0, help="processes (one a core)")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="keep results here, and go on from them")
    parser.add_argument(
        "--ship", type=Path, metavar="FILE", help="write the counts, compact, as they are shipped with a zoo network"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Sweep and print; exit 0, or 130 when stopped by Ctrl-C (what was counted is in --resume)."""
    _check(options)
    network = open_network(options)
    first = Request(
        options.moduli[0],
        options.readout,
        rounds=options.rounds,
        seed=options.seed,
        single_frequency=options.single_frequency,
        norm_gain=options.norm_gain,
    )
    source_of(network, first)  # refused here, before any work, where its tables cannot be cut so
    waves = waves_for(network, first)
    size = len(options.moduli) * BYTES_A_RESULT
    with reserved_if_asked(options.resume, size) as place, reserved_if_asked(options.ship, size) as to_ship:
        store = SweepStore(place, settings_of(network, first), remark)
        if options.resume:
            store.take_up(options.resume, network, waves)
        try:
            _count_the_rest(network, waves, store, first, options)
        except KeyboardInterrupt:
            store.save()
            go_on = f"goes on from {options.resume}" if options.resume else "with --resume FILE can go on another time"
            remark(f"Stopped after {len(store.found)} moduli. The same command {go_on}.")
            return 130
        asked = {q: store.found[q] for q in options.moduli}
        if to_ship:
            to_ship.write(json_table(sweep_to_ship(network, asked, _command(options)).to_json()).encode() + b"\n")
    result = {
        "reach": reach_of(asked),
        "readout": options.readout,
        "results": [asked[q].to_json() for q in options.moduli],
    }
    result |= _taken_from(options.resume, store, asked) | _first_failure(network, waves, asked, options)
    if options.json:
        print_json(result)
    else:
        print_text(_as_text(result, asked))
    if store.trouble:
        raise FileError(store.trouble)
    return 0


def _check(options: Namespace) -> None:
    if options.rounds < 0 or options.jobs < 0:
        raise RecipeError("--rounds and --jobs are counts; expected 0 or more.")
    if options.jobs > MOST_WORKERS:
        raise RecipeError(f"--jobs {shown(options.jobs)} is out of range; expected at most {MOST_WORKERS} processes.")
    if options.ship and (options.readout != "keep" or options.single_frequency or options.norm_gain):
        raise RecipeError(
            "--ship is for counts with nothing fitted and nothing altered; expected --readout keep alone."
        )
    outputs = {"--resume": options.resume, "--ship": options.ship}
    require_apart(files_read(options), outputs)


def _command(options: Namespace) -> str:
    """What counts the same again, whatever was taken from a file."""
    moduli = moduli_as_given(options.moduli)
    said = [options.file, "--moduli", moduli, "--readout", options.readout, "--rounds", options.rounds]
    said += ["--seed", options.seed] if options.seed else []
    return f"{IN_ITS_FOLDER} reach {shlex.join(map(str, said))}"


def _count_the_rest(network: Network, waves: CosineFit, store: SweepStore, asked: Request, options: Namespace) -> None:
    """Count every modulus that is not stored yet, the long ones first."""
    todo = [q for q in reversed(options.moduli) if q not in store.found]
    if not todo:
        return
    with (
        one_thread_each(min(options.jobs or usable_cores(), len(todo))) as pool,
        progress(total=len(todo), unit="modulus", desc="moduli") as bar,
    ):
        for each in sweep(network, waves, (replace(asked, modulus=q) for q in todo), pool):
            store.add(each)
            bar.update()


def _taken_from(path: Path | None, store: SweepStore, asked: dict[int, Reached]) -> dict[str, Any]:
    """Which figures an earlier run counted, and which of these were counted again; nothing where none was."""
    taken = sorted(store.from_file & asked.keys())
    if not taken:
        return {}
    return {"taken_from_file": {"file": str(path), "moduli": taken, "counted_again": list(store.recounted)}}


def _first_failure(network: Network, waves: CosineFit, found: dict[int, Reached], options: Namespace) -> dict[str, Any]:
    """Why the smallest modulus that falls short does so; nothing where none does."""
    short = [each for each in found.values() if each.counts.right < each.counts.pairs]
    if not short:
        return {}
    first = min(short, key=lambda each: each.modulus)
    remark(f"Looking at what fails mod {first.modulus} …")
    result = counted_again(network, first, waves, options.seed)
    why = explain_failure(result.network, first.recipe, waves, result.evaluation)
    law = {"law": why.law} if why and why.law else {}
    return {"first_failure": {"modulus": first.modulus} | why.to_json() | law} if why else {}


def _failure_shown(why: dict[str, Any]) -> str:
    classes = ", ".join(f"{difference} ({count})" for difference, count in why["stripes"])
    pairs = "1 pair" if why["failed"] == 1 else f"{why['failed']:,} pairs"
    if "law" in why:
        return f"first failure mod {why['modulus']}: {pairs}; {why['law']}"
    return (
        f"first failure mod {why['modulus']}: {pairs}, on stripes in a - b: {classes}; taken for the "
        f"class {why['distance']} further on, which dial {why['dial']} should have told apart"
    )


def _reach_told(reach: int) -> str:
    if reach < 2:
        return "reach 1: mod 2, the smallest, is not right on all pairs"
    return f"reach {reach}: every modulus from 2 to there is right on all pairs"


def _as_text(result: dict[str, Any], found: dict[int, Reached]) -> str:
    short = [each for each in found.values() if each.counts.right < each.counts.pairs]
    lines = [f"{len(found) - len(short)} of {len(found)} moduli right on all pairs, readout {result['readout']}"]
    if result["reach"] is not None:
        lines.append(_reach_told(result["reach"]))
    for each in short[:10]:
        lines.append(
            f"mod {each.modulus}: {percent(each.counts.accuracy)}, {each.counts.wrong:,} wrong, "
            f"{each.counts.undecided:,} undecided, readout {each.readout}{_control_shown(each)}, "
            f"{each.tried} settings tried"
        )
    lines += ["…"] if len(short) > 10 else []
    if taken := result.get("taken_from_file"):
        again = ", ".join(map(str, taken["counted_again"]))
        lines.append(
            f"{len(taken['moduli'])} of these figures are from {taken['file']}, as an earlier run left them; of that "
            f"file mod {again} was counted again and holds"
        )
    return "\n".join(lines + ([_failure_shown(result["first_failure"])] if "first_failure" in result else []))


def _control_shown(each: Reached) -> str:
    return "" if each.control is None else f" ({percent(each.control)} on shuffled bodies)"
