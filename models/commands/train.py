"""Train a network on a + b mod p; Ctrl-C leaves a state that the same command takes up again."""

import json
import shlex
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from models.circuits.spectra import key_frequencies
from models.commands.files import print_json, require_writable, seed, write_whole
from models.errors import RecipeError
from models.evaluation import evaluate
from models.formats.registry import network_to_bytes
from models.training.architectures import ARCHITECTURES, Sizes
from models.training.trainer import Moment, Run, Schedule, take_up, train_with_state

LARGEST_RATE = 1000.0


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
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; results differ in the last bits with it")
    parser.add_argument("--about", default="", help="a sentence for the card")
    parser.add_argument("--json", action="store_true", help="print the card")


def run(options: Namespace) -> int:
    """Train, write network and card; exit 0, or 130 when stopped by Ctrl-C."""
    _check(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    shape = Sizes(options.modulus, options.width, options.heads, options.neurons)
    schedule = Schedule(
        seed=options.seed,
        steps=options.steps,
        fraction=options.fraction,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        stop_below=options.stop_below,
    )
    training = Run(ARCHITECTURES[options.architecture](shape, schedule.seed), schedule)
    state_path = options.out.with_suffix(".training.pt")
    take_up(training, state_path)
    with tqdm(total=schedule.steps, file=sys.stderr, unit="step", desc="training") as bar:

        def show(moment: Moment) -> None:
            bar.update(moment.step - bar.n)
            bar.set_postfix_str(
                f"train {moment.train_loss:.2e}, test {moment.test_loss:.2e}, test accuracy {moment.test_accuracy:.4f}"
            )

        finished = train_with_state(training, state_path, show)
    if not finished:
        print(f"Stopped at step {training.step}. The same command goes on from {state_path}.", file=sys.stderr)
        return 130
    network = training.finished_network()
    card = _card(training, shape, options)
    write_whole(options.out, network_to_bytes(network, options.out.suffix, {"clockwork_command": card["command"]}))
    write_whole(options.out.with_suffix(".json"), (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode())
    if options.json:
        print_json(card)
    else:
        keys = ", ".join(map(str, card["key_frequencies"]))
        figures = f"accuracy {card['accuracy']:.4f}, test loss {card['test_loss']:.3g}, key frequencies {keys}"
        print(f"{options.out}: {figures}")
    return 0


def _check(options: Namespace) -> None:
    require_writable(options.out)
    for name in ("modulus", "width", "heads", "neurons", "steps"):
        if getattr(options, name) < (2 if name == "modulus" else 1):
            raise RecipeError(f"--{name} {getattr(options, name)} is too small; expected a positive whole number.")
    for name in ("learning_rate", "weight_decay"):
        if not 0 <= getattr(options, name) < LARGEST_RATE:
            shown = name.replace("_", "-")
            raise RecipeError(f"--{shown} {getattr(options, name)} is out of range; expected 0 to {LARGEST_RATE:g}.")
    if options.threads < 0:
        raise RecipeError(
            f"--threads {options.threads} is out of range; expected 1 or more, or 0 for PyTorch's choice."
        )
    if options.width % options.heads:
        raise RecipeError(
            f"--width {options.width} does not divide by --heads {options.heads}; each head takes an equal part."
        )
    if not 0 < options.fraction < 1:
        raise RecipeError(f"--fraction {options.fraction} is out of range; expected a number between 0 and 1.")
    trained = int(options.fraction * options.modulus**2)
    if not 0 < trained < options.modulus**2:
        raise RecipeError(
            f"--fraction {options.fraction} leaves no pairs to train or to test on at modulus {options.modulus}."
        )


def _card(training: Run, shape: Sizes, options: Namespace) -> dict[str, Any]:
    """What stands beside the weights; every figure is measured on the finished network."""
    network, last = training.finished_network(), training.last_moment()
    return {
        "about": options.about or f"A {options.architecture} trained on a + b mod {shape.modulus}.",
        "command": "python -m models " + shlex.join(options.arguments),
        "seed": training.schedule.seed,
        "steps": training.step,
        "seconds": round(training.seconds, 1),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "train_loss": last.train_loss,
        "test_loss": last.test_loss,
        "test_accuracy": last.test_accuracy,
        "accuracy": evaluate(network).counts.accuracy,
        "key_frequencies": list(key_frequencies(network).frequencies),
        "fraction": training.schedule.fraction,
        "digest": network.digest,
    }
