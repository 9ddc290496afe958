"""What is counted of the bundled networks before anybody asks: every modulus of each, untouched and operated.

`sweeps/NAME.json` stands beside the network; `make sweeps` counts it anew. A file belongs to one network, by its
digest, and to one version of the counting: of another one nothing is shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.evaluation import COUNTING_VERSION, Counts
from models.runtime.program import command_line
from models.surgery.recipe import Recipe, linked_recipe

SWEEPS = Path(__file__).parent / "sweeps"
COLUMNS = {
    "operated": ["modulus", "right", "undecided", "settings tried", "then a target for each frequency"],
    "untouched": ["modulus", "right", "right mod q"],
}


@dataclass(frozen=True)
class ShippedCount:
    """The operated network at one modulus: the dials that were found, and all its pairs by state."""

    recipe: Recipe
    counts: Counts
    tried: int  # settings whose answers were looked at


@dataclass(frozen=True)
class ShippedBaseline:
    """The untouched network at one modulus q up to its own: right pairs of q²."""

    right: int  # its answer taken as it is
    right_mod_q: int  # its answer read mod q


@dataclass(frozen=True)
class ShippedSweep:
    """A sweep over moduli as it is kept with the project; all mappings are by modulus, in ascending order.

    Attributes:
        digest: of the network.
        command: what was typed to count it.
        counting: version of the counting (`COUNTING_VERSION`).
        operated: with the readout mode `keep`, nothing fitted.
        untouched: up to the trained modulus; above it there are no rows for the numbers.
    """

    digest: str
    command: str
    counting: int
    operated: Mapping[int, ShippedCount]
    untouched: Mapping[int, ShippedBaseline]

    def to_json(self) -> dict[str, Any]:
        """Plain data, a row per modulus; wrong pairs, which follow from the others, are left out."""
        first = next(iter(self.operated.values())).recipe
        return {
            "digest": self.digest,
            "command": self.command,
            "counting": self.counting,
            "frequencies": list(first.targets),
            "harmonics": first.harmonics,
            "columns": COLUMNS,
            "operated": [
                [q, each.counts.right, each.counts.undecided, each.tried, *map(int, each.recipe.targets.values())]
                for q, each in self.operated.items()
            ],
            "untouched": [[q, each.right, each.right_mod_q] for q, each in self.untouched.items()],
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ShippedSweep":
        """The sweep of plain data; its command as it is typed here."""
        frequencies, harmonics = data["frequencies"], data["harmonics"]

        def counted(q: int, right: int, undecided: int, tried: int, *targets: int) -> ShippedCount:
            recipe = linked_recipe(q, dict(zip(frequencies, targets, strict=True)), harmonics)
            return ShippedCount(recipe, Counts(right, undecided, q**2 - right - undecided), tried)

        return ShippedSweep(
            data["digest"],
            command_line(data["command"]),
            data["counting"],
            MappingProxyType({row[0]: counted(*row) for row in data["operated"]}),
            MappingProxyType({q: ShippedBaseline(*right) for q, *right in data["untouched"]}),
        )


def shipped_sweep(digest: str) -> ShippedSweep | None:
    """The sweep that is kept of a network.

    Args:
        digest: `Network.digest`.

    Returns:
        Its counts at every modulus 2 … 256; None for a network that is not in the zoo, and where the counts are of
        another version of the counting.

    >>> from models import zoo
    >>> sweep = shipped_sweep(zoo.load("transformer-113").digest)
    >>> sweep.operated[127].counts
    Counts(right=16129, undecided=0, wrong=0)
    >>> sweep.untouched[97].right, max(sweep.untouched)
    (4753, 113)
    >>> shipped_sweep("of no network") is None
    True
    """
    return _sweeps().get(digest)


@cache
def _sweeps() -> Mapping[str, ShippedSweep]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(SWEEPS.glob("*.json")))
    found = map(ShippedSweep.from_json, map(json.loads, texts))
    return {sweep.digest: sweep for sweep in found if sweep.counting == COUNTING_VERSION}
