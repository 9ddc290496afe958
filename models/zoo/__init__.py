"""The bundled networks: NAME.safetensors beside NAME.json, its card (how it was made, what it scores)."""

import json
from pathlib import Path
from typing import Any

from models.errors import CheckpointError
from models.formats.registry import network_from_bytes
from models.network import Network
from models.runtime.program import command_line

HERE = Path(__file__).parent
FIRST = "transformer-113"  # the one that a visitor meets first


def names() -> list[str]:
    """The networks of the zoo: the one to meet first, then in alphabetical order."""
    return sorted((path.stem for path in HERE.glob("*.safetensors")), key=lambda name: (name != FIRST, name))


def path_of(name: str) -> Path:
    """The file of a zoo network. Raises CheckpointError listing the zoo."""
    if name not in names():
        raise CheckpointError(f"{name!r} is neither a file nor in the zoo; the zoo holds {', '.join(names())}.")
    return HERE / f"{name}.safetensors"


def card(name: str) -> dict[str, Any]:
    """How a zoo network was made and what it scored then; its command as it is typed here."""
    data: dict[str, Any] = json.loads(path_of(name).with_suffix(".json").read_text(encoding="utf-8"))
    return data | {"command": command_line(data["command"])}


def load(name: str) -> Network:
    """A zoo network, opened like any other file."""
    path = path_of(name)
    return network_from_bytes(path.read_bytes(), path.name)
