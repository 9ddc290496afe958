"""What the commands share: opening FILE, writing results whole or not at all, printing."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from models import zoo
from models.errors import CheckpointError
from models.formats.reading import Contents
from models.formats.registry import SUFFIXES, network_from_contents, open_file
from models.network import Network

LONGEST_NAME = 100  # of a zoo network; longer ones are meant as paths


def open_network(name: str) -> tuple[Network, Contents]:
    """FILE as a path, or as the name of a zoo network. Raises CheckpointError."""
    path = Path(name)
    in_zoo = not _is_there(path) and not path.suffix and "/" not in name and len(name) < LONGEST_NAME
    contents = open_file(zoo.path_of(name) if in_zoo else path)
    return network_from_contents(contents), contents


def seed(text: str) -> int:
    """An option's seed, as large as a generator takes."""
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ArgumentTypeError(f"{text} is out of range; expected a whole number of at most 63 bits")
    return value


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def require_writable(out: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuse a place to write before any work is done."""
    if out.suffix not in suffixes:
        raise CheckpointError(f"Cannot write {out.name}; expected a name that ends in {', '.join(suffixes)}.")
    if not out.parent.is_dir():
        raise CheckpointError(f"Cannot write {out}: there is no folder {out.parent}. Make it first.")


def write_whole(out: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = out.with_name(out.name + ".partial")
    try:
        partial.write_bytes(data)
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CheckpointError(f"Cannot write {out}: {error.strerror}.") from error


def print_json(result: dict[str, Any]) -> None:
    """One object on standard output."""
    print(json.dumps(result, indent=2, ensure_ascii=False))


def percent(fraction: float) -> str:
    """A fraction as a percentage that never rounds up to 100."""
    shown = f"{100 * fraction:.2f}"
    return "99.99…%" if shown == "100.00" and fraction < 1 else f"{shown}%"
