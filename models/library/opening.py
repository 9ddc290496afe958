"""Opening what is at hand: a file, a bundled name, bytes, a state dict in memory, a module, a run of files."""

import io
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models import zoo
from models.errors import CheckpointError, shown
from models.evaluation.percent import percent
from models.files.reading import read_file
from models.formats.config import LONGEST_CONFIG, entries_of, read_config
from models.formats.decoding import Contents, read_contents
from models.formats.registry import SUFFIXES, open_file
from models.formats.roles.given import required_roles
from models.formats.series import CheckpointSeries, Curve, runs_of
from models.network import Network
from models.readings import Interpretation, read_alike, read_network
from models.readings.learned import LEARNED
from models.readings.pairs import answers_given, some_pairs

Source = str | Path | bytes | Mapping[str, Any] | nn.Module
IN_MEMORY = "the state dict"


def open_network(
    source: Source,
    roles: Mapping[str, str] | None = None,
    *,
    config: str | Path | Mapping[str, Any] | None = None,
    **hyperparameters: Any,
) -> Network:
    """The network in a checkpoint, however it is at hand, or a bundled one by its name.

    Args:
        source: a path, one of `models.zoo.names()`, a file's bytes, a mapping of names to tensors or arrays (a state
            dict, or one under a key), or a torch module, whose state dict is taken; nothing of the module is called.
        roles: names of tensors → what each is in a transformer, e.g. {"m0": "embedding", "m1": "0.qkv"}.
        config: the configuration that it was trained by, as a mapping or the path of its JSON.
        hyperparameters: what the tensors do not tell, e.g. activation="relu", operation=(1, -1) for a − b (see
            `models.hyperparameters`); without them `models.readings` finds what fits.

    Raises:
        CheckpointError: the source is none that is known here, or does not hold what was said.

    Warns:
        UserWarning: an operation was given that the network's answers do not follow.

    >>> open_network("mlp-113").modulus
    113
    >>> network = open_network({"embed.weight": torch.eye(5), "hidden.weight": torch.ones(7, 5)})
    Traceback (most recent call last):
    ...
    models.errors.CheckpointError: the state dict holds ...
    """
    return open_reading(source, roles, config=config, **hyperparameters).network


def open_reading(
    source: Source,
    roles: Mapping[str, str] | None = None,
    *,
    config: str | Path | Mapping[str, Any] | None = None,
    **hyperparameters: Any,
) -> Interpretation:
    """As `open_network`, with why it was read so, and which other readings fit nearly as well.

    Args:
        source: as `open_network` takes it.
        roles: as there.
        config: as there.
        hyperparameters: as there.

    Returns:
        `network`, `why`, `tried` (best first), `others_that_fit`, `remarks`.

    >>> open_reading("mlp-113").why
    'it was trained here'
    """
    if isinstance(source, str) and source in zoo.names():
        return _bundled(source, roles, config, hyperparameters)
    if isinstance(source, str) and not Path(source).suffix and not Path(source).exists():
        raise CheckpointError(
            f"{shown(source)} is no file and no bundled network; expected a path, or one of {', '.join(zoo.names())}."
        )
    contents = replace(_contents(source), roles=required_roles(roles, "roles") if roles else {})
    found = read_network(contents, _entries(config), hyperparameters or None)
    if "operation" in hyperparameters:
        _warn_where_it_does_not_fit(found, contents, config, hyperparameters)
    return found


@dataclass(frozen=True, eq=False)
class Run:
    """A training run: one network at several steps of its training.

    Attributes:
        name: of its file, or of the last one.
        steps: of its checkpoints, in order.
        curves: losses and accuracies that were recorded, by name.
        remarks: checkpoints that are bitwise equal, and the like.
    """

    name: str
    steps: tuple[int, ...]
    curves: Mapping[str, Curve]
    remarks: tuple[str, ...]
    _series: CheckpointSeries
    _last: Interpretation

    def __repr__(self) -> str:
        return f"Run({self.name!r}, {len(self.steps)} checkpoints, steps {self.steps[0]:,} to {self.steps[-1]:,})"

    def network(self, step: int) -> Network:
        """The network at one of `steps`, read as the last one is. Raises CheckpointError for another step."""
        if step not in self.steps:
            near = min(self.steps, key=lambda each: abs(each - step))
            raise CheckpointError(f"{self.name} has no checkpoint of step {shown(step)}; the nearest is {near}.")
        return read_alike(self._series.checkpoints[self.steps.index(step)], self._last).network


def open_run(source: str | Path | Iterable[str | Path], **hyperparameters: Any) -> Run:
    """A run from a folder of checkpoints, a list of them, or one file that holds several.

    Args:
        source: the folder, the files, or the file; a step is read from names such as `model_200.pt`, or from the record
            beside the weights.
        hyperparameters: as `open_network` takes them.

    Returns:
        Its steps, recorded curves, and a network for each step.

    Raises:
        CheckpointError: there is no checkpoint, or they are of several runs.

    >>> import tempfile
    >>> from models.library.saving import save_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for step in (0, 200):
    ...         save_network(open_network("mlp-113"), f"{folder}/model_{step}.safetensors")
    ...     open_run(folder).steps
    (0, 200)
    """
    files = _files_of(source)
    if not files:
        raise CheckpointError(f"{shown(str(source))} holds no checkpoint; expected files ending in {_endings()}.")
    runs = runs_of([open_file(path) for path in files])
    if len(runs) > 1:
        names = ", ".join(shown(run.name) for run in runs[:5])
        raise CheckpointError(
            f"These {len(files)} files are {len(runs)} runs ({names} …); expected checkpoints of one network with a "
            "step in their names or records."
        )
    series = runs[0]
    last = read_network(series.checkpoints[-1], None, hyperparameters or None)
    return Run(series.name, series.steps, series.curves, series.remarks, series, last)


def _files_of(source: str | Path | Iterable[str | Path]) -> list[Path]:
    if not isinstance(source, str | Path):
        return [Path(each) for each in source]
    path = Path(source)
    if not path.is_dir():
        return [path]
    return sorted(each for each in path.iterdir() if each.suffix in (*SUFFIXES, ".npz") and each.is_file())


def _endings() -> str:
    return ", ".join((*SUFFIXES, ".npz"))


def _contents(source: Source) -> Contents:
    """What a source holds; what is in memory takes the way of a file, with its checks."""
    if isinstance(source, str | Path):
        return open_file(Path(source))
    if isinstance(source, bytes):
        return read_contents(source, "the bytes")
    if isinstance(source, nn.Module):
        source = source.state_dict()
    if not isinstance(source, Mapping):
        raise CheckpointError(
            f"A {type(source).__name__} is nothing that can be opened; expected a path, a bundled name, bytes, a "
            "mapping of names to tensors, or a torch module."
        )
    buffer = io.BytesIO()
    torch.save(_plain(source), buffer)
    return read_contents(buffer.getvalue(), IN_MEMORY)


def _plain(found: Any) -> Any:
    """Tensors and arrays within mappings as tensors of this machine's memory; anything else as it is."""
    if isinstance(found, Mapping):
        return {name: _plain(value) for name, value in found.items()}
    if isinstance(found, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(found))
    return found.detach().cpu() if isinstance(found, Tensor) else found


def _entries(config: str | Path | Mapping[str, Any] | None) -> dict[str, Any] | None:
    if config is None:
        return None
    if isinstance(config, Mapping):
        return entries_of(config)
    path = Path(config)
    return read_config(read_file(path, LONGEST_CONFIG), path.name)


def _bundled(
    name: str, roles: Mapping[str, str] | None, config: object, hyperparameters: Mapping[str, Any]
) -> Interpretation:
    """A network of the zoo, of which everything is known: what is said of it has to be so."""
    if roles or config:
        raise CheckpointError(f"{name} is bundled, and all of it is known; leave roles and config out.")
    network = zoo.load(name)
    known = network.hyperparameters
    said = known.with_values(hyperparameters)
    other = [each for each in hyperparameters if said.values().get(each) != known.values().get(each)]
    if other:
        facts = ", ".join(f"{each} {known.values().get(each)}" for each in other)
        raise CheckpointError(
            f"{name} is bundled, and known to have {facts}; found {other[0]}={shown(repr(hyperparameters[other[0]]))}. "
            "Leave it out, or open the file by its path to read it otherwise."
        )
    return Interpretation(network, "it was trained here")


def _warn_where_it_does_not_fit(
    found: Interpretation, contents: Contents, config: Any, chosen: Mapping[str, Any]
) -> None:
    """An operation that its answers do not follow is heard, and what they follow is said."""
    network = found.network
    a, b = some_pairs(network)
    right = float((answers_given(network, a, b) == network.task.answers(a, b)).double().mean())
    if right >= LEARNED:
        return
    others = {name: value for name, value in chosen.items() if name != "operation"}
    tried = read_network(contents, _entries(config), others or None)
    follows = f"its answers follow {tried.learned}" if tried.learned != "not addition" else "nor any other sum"
    warnings.warn(
        f"{contents.name}: only {percent(right)} of {len(a):,} pairs follow the operation "
        f"{network.layout.hyperparameters.operation} that was given; {follows}.",
        stacklevel=4,
    )
