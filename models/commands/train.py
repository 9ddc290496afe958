"""Train a network on a + b mod p. Stopped by Ctrl-C or a power cut, it leaves a state; the same command goes on."""

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import torch

from models.circuits.spectra import key_frequencies
from models.commands.files import require_suffix, seed, thread_count
from models.commands.stopping import stop_when_ready
from models.commands.terminal import print_json, print_text, progress, remark
from models.errors import FileError, TrainingError, shown
from models.evaluation import evaluate
from models.files.json_text import JsonError, json_text, parse_json
from models.files.reading import read_file
from models.files.writing import reserved
from models.formats.registry import network_to_bytes
from models.runtime.machine import usable_memory
from models.training.architectures import ARCHITECTURES, Sizes
from models.training.saved_state import MOST_STEPS, StateKeeper, take_up, train_with_state
from models.training.trainer import Before, Moment, Run, Schedule

LARGEST_RATE = 1000
LARGEST_SIZE = 2**16
BOUNDS: dict[str, tuple[float, float]] = {
    "modulus": (2, LARGEST_SIZE),
    "width": (1, LARGEST_SIZE),
    "heads": (1, LARGEST_SIZE),
    "neurons": (1, LARGEST_SIZE),
    "steps": (1, MOST_STEPS),
    "learning_rate": (0, LARGEST_RATE),
    "weight_decay": (0, LARGEST_RATE),
    "save_every": (0, MOST_STEPS),
}
SAVE_EVERY = 10.0  # seconds; a state is written in hundredths of one
STATE_OVER_WEIGHTS = 6  # weights and two averages of each, and the same again while a new state is written
BYTES_A_WEIGHT = 16  # weight, gradient and two averages
BYTES_A_LOGIT, BYTES_A_NEURON = 8, 2  # of every pair at least: of the larger part, those trained on or the others
LARGEST_CARD = 2**20  # bytes


def add_arguments(parser: ArgumentParser) -> None:
    """Sizes, schedule and where to write."""
    shape, schedule = Sizes(), Schedule()
    parser.add_argument("--out", type=Path, required=True, help="where the network goes; its card stands beside it")
    parser.add_argument("--architecture", choices=list(ARCHITECTURES), default="transformer", help="what to train")
    parser.add_argument("--modulus", type=int, default=shape.modulus, help=f"p ({shape.modulus})")
    parser.add_argument("--width", type=int, default=shape.width, help=f"d_model ({shape.width})")
    parser.add_argument("--heads", type=int, default=shape.heads, help=f"attention heads ({shape.heads})")
    parser.add_argument("--neurons", type=int, default=shape.neurons, help=f"d_mlp ({shape.neurons})")
    parser.add_argument("--seed", type=seed, default=schedule.seed, help="of weights and split (0)")
    parser.add_argument("--steps", type=int, default=schedule.steps, help=f"at most ({schedule.steps})")
    parser.add_argument(
        "--stop-below", type=float, default=schedule.stop_below, help="test loss in nats that ends training"
    )
    parser.add_argument("--fraction", type=float, default=schedule.fraction, help="of all pairs trained on (0.3)")
    parser.add_argument("--learning-rate", type=float, default=schedule.learning_rate, help="of AdamW (1e-3)")
    parser.add_argument("--weight-decay", type=float, default=schedule.weight_decay, help="of AdamW (1.0)")
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
    _check(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    shape = Sizes(options.modulus, options.width, options.heads, options.neurons)
    training = Run(ARCHITECTURES[options.architecture](shape, options.seed), _schedule(options))
    weights = sum(leaf.nbytes for leaf in training.leaves.values())
    card_path, state_path = (options.out.with_suffix(suffix) for suffix in (".json", ".training.pt"))
    with (
        reserved(options.out, weights) as network_place,
        reserved(card_path) as card_place,
        reserved(state_path, weights * STATE_OVER_WEIGHTS) as state_place,
    ):
        _require_own_card(card_path, options.out)
        take_up(training, state_path)
        if not _train(StateKeeper(training, state_place, options.save_every, _tell_trouble)):
            return 130
        card = _card(training, shape, options)
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


def _schedule(options: Namespace) -> Schedule:
    return Schedule(
        seed=options.seed,
        steps=options.steps,
        fraction=options.fraction,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        stop_below=options.stop_below,
    )


def _train(keeper: StateKeeper) -> bool:
    """Train with a bar; True when finished. When stopped it says how to go on."""
    run = keeper.run
    with (
        progress(total=run.schedule.steps, initial=run.step, unit="step", desc="training") as bar,
        stop_when_ready() as stop,
    ):

        def show(moment: Moment) -> None:
            bar.update(moment.step - bar.n)
            bar.set_postfix_str(
                f"train {moment.train_loss:.2e}, test {moment.test_loss:.2e}, test accuracy {moment.test_accuracy:.4f}"
            )

        finished = train_with_state(keeper, show, stop)
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


def _check(options: Namespace) -> None:
    require_suffix(options.out)
    for name, (lowest, highest) in BOUNDS.items():
        value = getattr(options, name)
        if not lowest <= value <= highest:
            raise TrainingError(
                f"--{name.replace('_', '-')} {shown(value)} is out of range; expected {lowest:,} to {highest:,}."
            )
    if options.width % options.heads:
        raise TrainingError(
            f"--width {options.width} does not divide by --heads {options.heads}; each head takes an equal part."
        )
    if not 0 < options.fraction < 1:
        raise TrainingError(f"--fraction {options.fraction} is out of range; expected a number between 0 and 1.")
    trained = int(options.fraction * options.modulus**2)
    if not 0 < trained < options.modulus**2:
        raise TrainingError(
            f"--fraction {options.fraction} leaves no pairs to train or to test on at modulus {options.modulus}."
        )
    _require_memory(options)


def _require_memory(options: Namespace) -> None:
    """Refuse sizes at which logits, neurons and one matrix of weights alone are more than the memory."""
    p, neurons = options.modulus, options.neurons
    weights = neurons * min(options.width, p)
    needed = BYTES_A_WEIGHT * weights + p**2 * (BYTES_A_LOGIT * p + BYTES_A_NEURON * neurons)
    if needed > usable_memory():
        raise TrainingError(
            f"Training at these sizes takes more than {needed / 2**30:,.0f} GB of memory, and "
            f"{usable_memory() / 2**30:,.0f} GB may be used. Give a smaller --modulus or fewer --neurons."
        )


def _card(training: Run, shape: Sizes, options: Namespace) -> dict[str, Any]:
    """What stands beside the weights.

    Every figure is measured on the finished network. Steps and seconds of earlier sittings are known from the saved
    state alone, and stand there as what it said.
    """
    network, measured, before = training.finished_network(), training.measured(), training.before
    card = {
        "file": options.out.name,
        "about": options.about or f"A {options.architecture} trained on a + b mod {shape.modulus}.",
        "command": "python -m models " + shlex.join(options.arguments),
        "seed": training.schedule.seed,
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
    if before != Before():
        card["said_by_its_saved_state"] = {"steps": before.step, "seconds": round(before.seconds, 1)}
    return card
