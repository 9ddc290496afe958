"""What the commands share: opening FILE, writing results whole or not at all, printing."""

import json
from pathlib import Path
from typing import Any

from models import zoo
from models.errors import CheckpointError
from models.formats.reading import Contents
from models.formats.registry import SUFFIXES, network_from_contents, open_file
from models.network import Network


def open_network(name: str) -> tuple[Network, Contents]:
    """FILE as a path, or as the name of a zoo network. Raises CheckpointError."""
    path = Path(name)
    contents = open_file(path if path.exists() or path.suffix or "/" in name else zoo.path_of(name))
    return network_from_contents(contents), contents


def require_writable(out: Path) -> None:
    """Refuse a place to write before any work is done."""
    if out.suffix not in SUFFIXES:
        raise CheckpointError(f"Cannot write {out.name}; expected a name that ends in {', '.join(SUFFIXES)}.")
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
