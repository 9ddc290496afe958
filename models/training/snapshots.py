"""Weights of a run at steps that grow further apart, as files that `models/formats/series.py` reads as one training."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from models.errors import FileError
from models.files.writing import reserved
from models.formats.registry import network_to_bytes
from models.network import Network
from models.training.trainer import Metrics, TrainingRun

GROWTH = 10  # from one snapshot to the next it goes on by a tenth of the steps done,
FURTHEST = 100  # and by no more than this
NAME = "step-{:07d}.safetensors"
NAMED = re.compile(r"step-(\d{7})\.safetensors")


def next_snapshot(step: int) -> int:
    """The first step after this one at which a snapshot is due: 0, 1, 2 … 20, 22, 24 … 969, 1,065, 1,165 …

    >>> [next_snapshot(step) for step in (0, 19, 20, 27)]
    [1, 20, 22, 28]
    """
    return next(each for each in snapshot_steps() if each > step)


def snapshot_steps() -> Iterator[int]:
    """All of them, without end."""
    step = 0
    while True:
        yield step
        step += min(FURTHEST, max(1, step // GROWTH))


@dataclass
class Snapshots:
    """Where snapshots of a run go; those of other steps that lie there stay.

    Attributes:
        folder: made where there is none.
        run: whose weights are written; taking a snapshot changes nothing of it.
    """

    folder: Path
    run: TrainingRun
    due: int = 0

    def __post_init__(self) -> None:
        """Raises FileError where no folder can be there."""
        make_folder(self.folder)
        if self.run.step:  # taken up again: what was due before lies there, but for what was lost with its last steps
            self.due = next_snapshot(self.run.step - 1)

    def take_if_due(self) -> None:
        """Write the weights as they stand, if this is a step for it. Raises FileError."""
        if self.run.step == self.due:
            self.take()
            self.due = next_snapshot(self.run.step)

    def take(self) -> None:
        """Write the weights as they stand. Raises FileError."""
        write_snapshot(self.folder, self.run.finished_network(), self.run.measured())


def write_snapshot(folder: Path, network: Network, measured: Metrics) -> None:
    """Write a network as it stood at a step, with what was measured there. Raises FileError."""
    recorded = {name: repr(value) for name, value in asdict(measured).items()}
    data = network_to_bytes(network, ".safetensors", recorded)
    with reserved(folder / NAME.format(measured.step), len(data)) as place:
        place.write(data)


def make_folder(folder: Path) -> None:
    """A folder, where there is none. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Cannot make the folder {folder}: {error.strerror}.") from error


def snapshots_in(folder: Path) -> dict[int, Path]:
    """The snapshots of a folder by their steps, in order; other files are left alone."""
    found = {int(named[1]): path for path in folder.iterdir() if (named := NAMED.fullmatch(path.name))}
    return dict(sorted(found.items()))
