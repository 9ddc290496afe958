"""Train a network on a + b or x·a + y·b mod p; stopped, it leaves a state from which the same command goes on."""

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import torch

from models.circuits.spectra import key_frequencies
from models.commands.files import require_suffix, seed, thread_count
from models.commands.stopping import stop_when_ready
from models.commands.terminal import print_json, print_text, progress, remark
from models.errors import FileError
from models.evaluation import evaluate
from models.files.json_text import JsonError, json_text, parse_json
from models.files.reading import read_file
from models.files.writing import reserved
from models.formats.registry import network_to_bytes
from models.runtime.program import program_name
from models.task import Operation
from models.training.architectures import ARCHITECTURES
from models.training.milestones import first_step, stable_step
from models.training.recipes import FIRST, RECIPES
from models.training.request import OF_SCHEDULE, OF_SIZES, TrainingRequest, require_in_bounds, training_request
from models.training.saved_state import MOST_STEPS, STATE_OVER_WEIGHTS, StateKeeper, take_up, train_with_state
from models.training.snapshots import Snapshots
from models.training.trainer import Before, Metrics, TrainingRun

OPTIONS = ("architecture", "operation", *OF_SIZES, *OF_SCHEDULE)
SAVE_EVERY = 10.0  # seconds; a state is written in hundredths of one
LARGEST_CARD = 2**20  # bytes


def add_arguments(parser: ArgumentParser) -> None:
    """Recipe, what is to be otherwise than it says, and where to write."""
    parser.add_argument("--out", type=Path, required=True, help="where the network goes; its card stands beside it")
    parser.add_argument(
        "--recipe", choices=list(RECIPES), default=FIRST, help=f"what the options below are unless given ({FIRST})"
    )
    parser.add_argument("--architecture", choices=list(ARCHITECTURES), help="what to train")
    parser.add_argument("--modulus", type=int, help="p")
    parser.add_argument("--operation", metavar="FORMULA", help="x*a+y*b, such as a-b or 2*a+3*b (a+b)")
    parser.add_argument("--width", type=int, help="d_model")
    parser.add_argument("--heads", type=int, help="attention heads")
    parser.add_argument("--neurons", type=int, help="d_mlp")
    parser.add_argument("--seed", type=seed, default=0, help="of weights and split (0)")
    parser.add_argument("--steps", type=int, help="at most")
    parser.add_argument("--stop-below", type=float, help="test loss in nats that ends training")
    parser.add_argument("--fraction", type=float, help="of all pairs trained on")
    parser.add_argument("--learning-rate", type=float, help="of AdamW, at the first step")
    parser.add_argument("--weight-decay", type=float, help="of AdamW")
    parser.add_argument(
        "--snapshots",
        type=Path,
        metavar="DIR",
        help="a folder for the weights at steps 0, 1, 2 … that grow further apart: a series that opens as one training",
    )
    parser.add_argument(
        "--threads",
        type=thread_count,
        default=0,
        help="of the CPU (all that may be used); the last bits depend on it",
    )
    parser.add_argument(
        "--save-every",
        type=float,
        default=SAVE_EVERY,
        metavar="SECONDS",
        help=f"how often the state is saved, and so what a power cut may cost ({SAVE_EVERY:g})",
    )
    parser.add_argument("--about", default="", help="a sentence for the card")
    parser.add_argument("--json", action="store_true", help="print the card")


def run(options: Namespace) -> int:
    """Train, write network and card; exit 0, or 130 when stopped."""
    request = _request(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    training = request.begin()
    weights = sum(leaf.nbytes for leaf in training.leaves.values())
    card_path, state_path = (options.out.with_suffix(suffix) for suffix in (".json", ".training.pt"))
    with (
        reserved(options.out, weights) as network_place,
        reserved(card_path) as card_place,
        reserved(state_path, weights * STATE_OVER_WEIGHTS) as state_place,
    ):
        _require_own_card(card_path, options.out)
        take_up(training, state_path)
        snapshots = Snapshots(options.snapshots, training) if options.snapshots else None
        if not _train(StateKeeper(training, state_place, options.save_every, _tell_trouble), snapshots):
            return 130
        card = _card(training, request, options)
        metadata = {"clockwork_command": card["command"]}
        network_place.write(network_to_bytes(training.finished_network(), options.out.suffix, metadata))
        card_place.write(f"{json_text(card)}\n".encode())
        state_place.remove()
    if options.json:
        print_json(card)
    else:
        keys = ", ".join(map(str, card["key_frequencies"]))
        figures = f"accuracy {card['accuracy']:.4f}, test loss {card['test_loss']:.3g}, key frequencies {keys}"
        print_text(f"{options.out}: {figures}")
    return 0


def _request(options: Namespace) -> TrainingRequest:
    """What is asked for. Raises FileError or TrainingError where it cannot be."""
    require_suffix(options.out)
    require_in_bounds("save_every", options.save_every, (0, MOST_STEPS), _spelled)
    asked = {name: getattr(options, name) for name in OPTIONS}
    return training_request(options.recipe, asked, seed=options.seed, called=_spelled)


def _spelled(name: str) -> str:
    """How an option is typed."""
    return f"--{name.replace('_', '-')}"


def _train(keeper: StateKeeper, snapshots: Snapshots | None) -> bool:
    """Train with a bar; True when finished. When stopped it says how to go on."""
    run = keeper.run
    with (
        progress(total=run.schedule.steps, initial=run.step, unit="step", desc="training") as bar,
        stop_when_ready() as stop,
    ):

        def show(metrics: Metrics) -> None:
            bar.update(metrics.step - bar.n)
            bar.set_postfix_str(
                f"train {metrics.train_loss:.2e}, test {metrics.test_loss:.2e}, "
                f"test accuracy {metrics.test_accuracy:.4f}"
            )

        def look_and_stop() -> bool:
            if snapshots:
                snapshots.take_if_due()
            return stop()

        finished = train_with_state(keeper, show, look_and_stop)
    if finished and snapshots:
        snapshots.take()
    if not finished:
        kept = "" if keeper.saved_step == run.step else f" with step {keeper.saved_step}"
        remark(f"Stopped at step {run.step}. The same command goes on from {keeper.place.path}{kept}.")
    return finished


def _tell_trouble(reason: str) -> None:
    remark(f"{reason} Training goes on; what was saved before is still there.")


def _require_own_card(path: Path, out: Path) -> None:
    """The card of the network that is trained anew may be replaced, and no other file that has its name."""
    if not path.exists():
        return
    try:
        found = parse_json(read_file(path, LARGEST_CARD))
    except JsonError:
        found = None
    if not isinstance(found, dict) or found.get("file") != out.name:
        raise FileError(
            f"{path} is there and is not the card of {out.name}, which would go there. Move it, or give another --out."
        )


def _card(training: TrainingRun, request: TrainingRequest, options: Namespace) -> dict[str, Any]:
    """What stands beside the weights. `first_step` and `stable_step` are steps of checks, every `checked_every`.

    Every figure is measured on the finished network. Steps and seconds of earlier sittings are known from the saved
    state alone, and stand there as what it said.
    """
    operation = Operation(*training.schedule.operation)
    network, measured, before = training.finished_network(), training.measured(), training.before
    card = {
        "file": options.out.name,
        "about": options.about or f"A {request.architecture} trained on {operation} mod {request.sizes.modulus}.",
        "command": f"{program_name()} {shlex.join(options.arguments)}",
        "operation": str(operation),
        "recipe": options.recipe,
        "seed": training.schedule.seed,
        "first_step": first_step(training.history),
        "stable_step": stable_step(training.history),
        "checked_every": training.schedule.check_every,
        "steps": training.step,
        "seconds": round(training.seconds, 1),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "train_loss": measured.train_loss,
        "test_loss": measured.test_loss,
        "test_accuracy": measured.test_accuracy,
        "accuracy": evaluate(network).counts.accuracy,
        "key_frequencies": list(key_frequencies(network).frequencies),
        "fraction": training.schedule.fraction,
        "digest": network.digest,
    }
    if request.changed:
        card["changed_of_recipe"] = list(request.changed)
    if before != Before():
        card["said_by_its_saved_state"] = {"steps": before.step, "seconds": round(before.seconds, 1)}
    return card
