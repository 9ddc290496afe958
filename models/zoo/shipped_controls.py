"""What is counted of the bundled networks' controls before anybody asks: `controls/NAME.json`, by `make controls`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.evaluation import COUNTING_VERSION
from models.runtime.program import command_line
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe

CONTROLS = Path(__file__).parent / "controls"


@dataclass(frozen=True)
class ShippedControl:
    """One control of an operation: right pairs, one count a seed, beside those of the trained body."""

    name: str
    readout: ReadoutMode
    right: tuple[int, ...]
    trained: int
    remark: str = ""

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ShippedControl":
        """The control of plain data."""
        return ShippedControl(**{**data, "right": tuple(data["right"])})


@dataclass(frozen=True)
class ShippedControls:
    """The controls of one operation as they are kept with the project.

    Attributes:
        digest: of the network.
        command: what was typed to count them.
        counting: version of the counting (`COUNTING_VERSION`).
        recipe: the operation.
        with_its_dials: controls with the very dials of the recipe, in the order in which they are counted.
        searched: each shuffled body with dials of its own; None where there is no body to shuffle.
        blends: seed of a shuffle → right pairs at equal steps from the trained body to the shuffled one.
    """

    digest: str
    command: str
    counting: int
    recipe: Recipe
    with_its_dials: tuple[ShippedControl, ...]
    searched: ShippedControl | None
    blends: Mapping[int, tuple[int, ...]]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "digest": self.digest,
            "command": self.command,
            "counting": self.counting,
            "recipe": self.recipe.to_json(),
            "with its dials": [asdict(each) for each in self.with_its_dials],
            "searched": asdict(self.searched) if self.searched else None,
            "blends": {str(seed): list(right) for seed, right in self.blends.items()},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ShippedControls":
        """The controls of plain data; their command as it is typed here."""
        return ShippedControls(
            data["digest"],
            command_line(data["command"]),
            data["counting"],
            Recipe.from_json(data["recipe"]),
            tuple(map(ShippedControl.from_json, data["with its dials"])),
            ShippedControl.from_json(data["searched"]) if data["searched"] else None,
            MappingProxyType({int(seed): tuple(right) for seed, right in data["blends"].items()}),
        )


def shipped_controls(digest: str) -> ShippedControls | None:
    """The controls that are kept of a network.

    Args:
        digest: `Network.digest`.

    Returns:
        Those of one operation, `recipe`; None for a network that is not in the zoo, and where they are of another
        version of the counting.

    >>> from models import zoo
    >>> controls = shipped_controls(zoo.load("transformer-113").digest)
    >>> controls.recipe.modulus, len(controls.with_its_dials[0].right)
    (127, 5)
    """
    return _controls().get(digest)


@cache
def _controls() -> Mapping[str, ShippedControls]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(CONTROLS.glob("*.json")))
    found = map(ShippedControls.from_json, map(json.loads, texts))
    return {each.digest: each for each in found if each.counting == COUNTING_VERSION}
