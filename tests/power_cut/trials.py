"""train and reach ended again and again: what they keep is whole every time, and what they end in is as if never ended.

Each trial is a generator of (ended, kept): how a command was ended, and how much of its work is kept. It raises
AssertionError where something is lost or damaged.
"""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

from models.__main__ import main
from models.formats.registry import network_from_bytes, network_to_bytes
from models.training.architectures import Sizes, fresh_transformer
from models.training.saved_state import take_up
from models.training.trainer import Schedule, TrainingRun
from tests.oracles import hand_built
from tests.power_cut.processes import Ended, end_at_random

TRAIN = "train --modulus 7 --width 16 --heads 2 --neurons 32 --fraction 0.6 --threads 1 --save-every 0 --stop-below 0"
REACH = "reach clock.pt --moduli 2..40 --readout keep --rounds 1 --jobs 2"
ENDLESS = 10**8
CHECK_EVERY = Schedule().check_every


def ended_trainings(folder: Path, random: Random, number: signal.Signals) -> Iterator[tuple[Ended, int]]:
    """A training that is ended and taken up without end; at the close its network is held against a straight one's."""
    kept, state = 0, folder / "some.training.pt"
    try:
        while True:
            ended = end_at_random(f"{TRAIN} --steps {ENDLESS} --out some.pt", folder, random, number)
            before, kept = kept, step_of(state)
            assert kept >= before, f"step {before} was kept, and now {kept}"
            assert kept >= ended.shown, f"step {ended.shown} was shown, and {kept} is kept"
            if number == signal.SIGKILL:
                assert kept % CHECK_EVERY == 0
            elif (
                ended.code == 130 and ended.said == "Stopped."
            ):  # before it had begun: on a busy machine that takes long
                assert (kept, ended.worked) == (before, False)
            elif ended.code == 130:
                assert ended.said == f"Stopped at step {kept}. The same command goes on from some.training.pt."
            require_nothing_else(folder, {state.name})
            yield ended, kept
    finally:
        require_trained_as_never_ended(folder, kept + 2 * CHECK_EVERY)


def step_of(state: Path) -> int:
    """The step of a state, looked at in full; 0 where none has been written yet."""
    run = TrainingRun(fresh_transformer(Sizes(7, 16, 2, 32), 0), Schedule(fraction=0.6, steps=ENDLESS, stop_below=0.0))
    take_up(run, state)
    return run.step


def require_trained_as_never_ended(folder: Path, steps: int) -> None:
    """Go on to the end, and train the same at one go."""
    line = f"{TRAIN} --steps {steps // CHECK_EVERY * CHECK_EVERY}"
    for name in ("some.pt", "straight.pt"):
        assert main([*line.split(), "--out", str(folder / name)]) == 0
    some, straight = (network_from_bytes((folder / f"{name}.pt").read_bytes(), name) for name in ("some", "straight"))
    assert some.digest == straight.digest
    assert {path.name for path in folder.iterdir()} == {"some.pt", "some.json", "straight.pt", "straight.json"}


def ended_sweeps(folder: Path, random: Random, number: signal.Signals) -> Iterator[tuple[Ended, int]]:
    """A sweep that is ended and taken up until it is complete, and then begun anew, without end."""
    (folder / "clock.pt").write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)), ".pt", {}))
    expected = swept_at_one_go(folder)
    kept, file = 0, folder / "kept.json"
    while True:
        ended = end_at_random(f"{REACH} --resume kept.json", folder, random, number)
        found = {entry["modulus"]: entry for entry in json.loads(file.read_bytes())["results"]} if file.exists() else {}
        assert all(entry == expected[modulus] for modulus, entry in found.items())
        assert len(found) >= kept + ended.shown, f"{kept} + {ended.shown} moduli were counted, {len(found)} are kept"
        assert not ended.orphans
        require_nothing_else(folder, {"clock.pt", file.name})
        kept = len(found)
        yield ended, kept
        if kept == len(expected):
            file.unlink()
            kept = 0


def swept_at_one_go(folder: Path) -> dict[int, object]:
    """What every modulus has to come out as."""
    file = folder / "straight.json"
    line = REACH.replace("clock.pt", str(folder / "clock.pt"))
    assert main([*line.split(), "--resume", str(file)]) == 0
    found = {entry["modulus"]: entry for entry in json.loads(file.read_bytes())["results"]}
    file.unlink()
    return found


def require_nothing_else(folder: Path, files: set[str]) -> None:
    """What is left of a process that was ended is hidden, and little: its locks, and one file that was half written."""
    others = {path.name for path in folder.iterdir()} - files
    assert all(name.startswith(".clockwork-") for name in others), others
    assert sum(name.endswith(".partial") for name in others) <= 1, others


TRIALS = {"train": ended_trainings, "reach": ended_sweeps}
