"""Files that a visitor drops: opened together, kept in the session's memory, never on disk."""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import PurePath
from typing import Any

from dashboard.session.state import Opened, Unread, session
from models.errors import CheckpointError
from models.files.json_text import JsonError, parse_json
from models.formats.config import belongs_to, read_config
from models.formats.decoding import Contents, read_contents
from models.formats.limits import sessions_bytes, upload_limits
from models.formats.registry import layout_of
from models.formats.roles.given import LONGEST_ROLES, names_tensors, required_roles
from models.formats.series import CheckpointSeries, runs_of
from models.readings import read_alike, read_network, without_spare_records
from models.runtime.cost import BYTES_A_WEIGHT
from models.runtime.machine import usable_memory

UPLOAD = upload_limits(os.environ)  # the one place where CLOCKWORK_UPLOAD_MB is read
MOST_RETAINED = sessions_bytes(
    UPLOAD
)  # bytes of weights in one session; of what else a file records, little is retained
MOST_OF_MEMORY = 0.5  # that this process may use
GRAPH = ".onnx"  # may keep its weights in a second file, dropped with it
# Usual endings; what a file is, its bytes say
WEIGHTS = (".pt", ".pth", ".ckpt", ".bin", ".safetensors", ".npz", GRAPH)


@dataclass
class Dropped:
    """What became of the files of one drop."""

    opened: list[Opened] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, fresh: Opened) -> None:
        """Make a network the current one: this one or, where it is open already, the one that is."""
        here = session()
        here.current = fresh.network.digest
        known = here.opened.get(here.current)
        if known:
            here.opened[here.current] = replace(known, also_in=known.also_in | {fresh.file_digest})
            self.notes.append(f"{fresh.name} holds a network that is open already: {known.title}.")
        else:
            names = {opened.name for opened in here.opened.values()}
            here.opened[here.current] = replace(fresh, name=_name_beside(names, fresh.name))
        self.opened.append(here.opened[here.current])


def open_files(files: Iterable[tuple[str, bytes]]) -> Dropped:
    """Open files that were dropped together; the last that opened becomes the current network.

    What cannot be opened leaves everything as it was, and a sentence.
    """
    dropped, contents, parts = Dropped(), list[Contents](), set[str]()
    session().unread = None
    graphs_first = sorted(files, key=lambda file: not file[0].lower().endswith(GRAPH))
    for name, data in graphs_first:
        try:
            if name not in parts and not _is_json(name):
                contents.append(read_contents(data, name, UPLOAD, _beside(name, graphs_first)))
                parts |= {*contents[-1].parts}
                _require_room(contents)
        except CheckpointError as error:
            dropped.errors.append(str(error))
    configs: dict[str, Any] = {}
    for name, data in graphs_first:
        try:
            if _is_json(name) and not _is_taken_for_roles(data, name, contents):
                configs[name] = read_config(data, name)
        except CheckpointError as error:
            dropped.errors.append(str(error))
    used: set[str] = set()
    for run in runs_of(contents):
        named = _config_of(run, configs, alone=len(contents) == 1)
        used |= {named} if named else set()
        _open(run, configs[named] if named else None, dropped)
    dropped.errors += [
        f"{name} is the configuration of none of the files dropped with it; drop it together with its weights."
        for name in configs
        if name not in used
    ]
    return dropped


def _is_json(name: str) -> bool:
    return name.lower().endswith(".json")


def _is_taken_for_roles(data: bytes, name: str, contents: list[Contents]) -> bool:
    """Whether a JSON file says the roles of tensors; then those of its files have them, in place.

    Raises CheckpointError where it names tensors and gives them what is no role.
    """
    with suppress(JsonError):
        found = parse_json(data) if len(data) <= LONGEST_ROLES else None
        of = [number for number, each in enumerate(contents) if names_tensors(found, each.tensors)]
        for number in of:
            contents[number] = replace(contents[number], roles=required_roles(found, name))
        return bool(of)
    return False


def _open(run: CheckpointSeries, config: Mapping[str, Any] | None, dropped: Dropped) -> None:
    """Open a run, or say why it does not open; one that fits no layout is retained for a person to say its roles."""
    try:
        dropped.take(_read(run, config))
    except CheckpointError as error:
        dropped.errors.append(str(error))
        if _fits_no_layout(run.checkpoints[-1]):
            session().unread = Unread(run, config)


def _fits_no_layout(contents: Contents) -> bool:
    try:
        layout_of(contents)
    except CheckpointError:
        return True
    return False


def _beside(name: str, files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Where a graph may keep its weights: in files that were dropped with it, and in no others."""
    if not name.lower().endswith(GRAPH):
        return {}
    return {other: data for other, data in files if not other.lower().endswith((GRAPH, ".json"))}


def _config_of(run: CheckpointSeries, configs: Mapping[str, Any], *, alone: bool) -> str | None:
    """The name of the configuration that belongs to a run; the only one goes with the only file."""
    if alone and len(configs) == 1:
        return next(iter(configs))
    return next((name for name in configs if belongs_to(name, run.checkpoints[-1].name)), None)


def _name_beside(others: Collection[str], name: str) -> str:
    """The name, numbered where another network has it already: no two rows of a list may read alike."""
    path = PurePath(name)
    numbered = (f"{path.stem} ({number}){path.suffix}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in others)


def _read(run: CheckpointSeries, config: Mapping[str, Any] | None) -> Opened:
    """A run by its last checkpoint."""
    last = len(run.checkpoints) - 1
    contents = run.checkpoints[last]
    interpretation = read_network(contents, config)
    run = replace(run, checkpoints=tuple(map(without_spare_records, run.checkpoints)))
    return Opened(run.name, interpretation, dict(contents.metadata), run, last, config)


def show_checkpoint(key: str, checkpoint: int) -> None:
    """Show another checkpoint of a run, read by the facts of the one that is shown."""
    here = session()
    opened = here.opened[key]
    if opened.run is None:
        return
    contents = opened.run.checkpoints[checkpoint]
    interpretation = read_alike(contents, opened.interpretation)
    here.opened[key] = replace(
        opened, interpretation=interpretation, metadata=dict(contents.metadata), checkpoint=checkpoint
    )


def read_again(key: str, chosen: Mapping[str, Any], why: str = "") -> None:
    """Read an upload by a person's own facts, or by a link's, which `why` then says.

    Raises CheckpointError and leaves it as it was.
    """
    here = session()
    opened = here.opened[key]
    if opened.run is None:
        return
    interpretation = read_network(opened.run.checkpoints[opened.checkpoint], opened.config, chosen)
    here.opened[key] = replace(opened, interpretation=replace(interpretation, why=why or interpretation.why))


def read_with_roles(key: str, roles: Mapping[str, str]) -> None:
    """Read an upload by other roles of its tensors. Raises CheckpointError and leaves it as it was."""
    here = session()
    opened = here.opened[key]
    if opened.run is None:
        return
    run = replace(opened.run, checkpoints=tuple(replace(each, roles=roles) for each in opened.run.checkpoints))
    interpretation = read_network(run.checkpoints[opened.checkpoint], opened.config)
    here.opened[key] = replace(opened, run=run, interpretation=interpretation)


def open_unread(roles: Mapping[str, str]) -> None:
    """Open the file that fitted no layout by roles of its tensors. Raises CheckpointError and leaves it unread."""
    here = session()
    unread = here.unread
    if unread is None:
        return
    run = replace(unread.run, checkpoints=tuple(replace(each, roles=roles) for each in unread.run.checkpoints))
    dropped = Dropped()
    dropped.take(_read(run, unread.config))
    here.unread, here.upload_errors, here.upload_notes = None, (), (*dropped.notes,)


def forget_unread() -> None:
    """Forget the file that fitted no layout, and why it did not open."""
    here = session()
    here.unread, here.upload_errors = None, ()


def remove(key: str) -> None:
    """Forget an upload and what was made of it."""
    here = session()
    opened = here.opened.pop(key)
    here.benches.pop(opened.network.digest, None)
    if here.current == key:
        here.current = next(iter(here.opened))


def _require_room(fresh: list[Contents]) -> None:
    """Refuse the last of some fresh contents where the session would hold too much."""
    here = session()
    runs = [opened.run for opened in here.opened.values()] + ([here.unread.run] if here.unread else [])
    retained = [checkpoint for run in runs if run for checkpoint in run.checkpoints]
    size = sum(t.numel() * t.element_size() for each in (*retained, *fresh) for t in each.tensors.values())
    if size > MOST_RETAINED:
        name = fresh.pop().name
        raise CheckpointError(
            f"{name} was not opened: a session may hold {MOST_RETAINED / 2**20:.0f} MB of weights. "
            "Remove another first."
        )
    needed = BYTES_A_WEIGHT * sum(tensor.numel() for tensor in fresh[-1].tensors.values())
    if needed > MOST_OF_MEMORY * usable_memory():
        name = fresh.pop().name
        raise CheckpointError(
            f"{name} was not opened: computing with it takes about {needed / 2**20:,.0f} MB, expected at most "
            f"{MOST_OF_MEMORY * usable_memory() / 2**20:,.0f} MB here. Open it on a larger machine."
        )
