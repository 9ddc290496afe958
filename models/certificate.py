"""What was counted, over all pairs, in a form that can be kept and checked."""

from dataclasses import dataclass
from typing import Any

import torch

from models.evaluation import Evaluation, State
from models.network import Network
from models.surgery.recipe import Recipe

LISTED_WRONG = 100
NORMAL_95 = 1.959963984540054  # the 97.5th percentile of the normal distribution


@dataclass(frozen=True)
class Certificate:
    """All q² pairs of an operated network, counted; below 100% it says so by its counts and its list."""

    trained_modulus: int
    modulus: int
    pairs: int
    right: int
    undecided: int
    wrong: int
    first_wrong: tuple[tuple[int, int], ...]  # (a, b), the first hundred row by row
    smallest_margin: float
    readout: str
    recipe: Recipe
    source_digest: str
    operated_digest: str
    seconds: float

    @property
    def complete(self) -> bool:
        """Every pair right."""
        return self.right == self.pairs

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return own | {"recipe": self.recipe.to_json(), "first_wrong": [list(pair) for pair in self.first_wrong]}


def certify(source: Network, recipe: Recipe, operated: Network, evaluation: Evaluation, readout: str) -> Certificate:
    """The certificate of an evaluation of all pairs."""
    counts = evaluation.counts
    return Certificate(
        trained_modulus=source.modulus,
        modulus=recipe.modulus,
        pairs=counts.pairs,
        right=counts.right,
        undecided=counts.undecided,
        wrong=counts.wrong,
        first_wrong=_first_wrong(evaluation),
        smallest_margin=evaluation.smallest_margin,
        readout=readout,
        recipe=recipe,
        source_digest=source.digest,
        operated_digest=operated.digest,
        seconds=evaluation.seconds,
    )


def _first_wrong(evaluation: Evaluation) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for a, row in enumerate(evaluation.states):
        found += [(a, b) for b in (row == State.WRONG).nonzero()[:, 0].tolist()]
        if len(found) >= LISTED_WRONG:
            break
    return tuple(found[:LISTED_WRONG])


@dataclass(frozen=True)
class Interval:
    """A sampled share with its 95% interval (Wilson): never a certificate."""

    right: int
    sampled: int
    low: float
    high: float


def wilson_interval(right: int, sampled: int) -> Interval:
    """The 95% score interval of Wilson 1927 for `right` of `sampled` independent pairs."""
    z2 = NORMAL_95**2
    share = torch.tensor(right / sampled, dtype=torch.float64)
    middle = (share + z2 / (2 * sampled)) / (1 + z2 / sampled)
    half = NORMAL_95 / (1 + z2 / sampled) * (share * (1 - share) / sampled + z2 / (4 * sampled**2)).sqrt()
    low = 0.0 if right == 0 else float(middle - half)
    high = 1.0 if right == sampled else float(middle + half)
    return Interval(right, sampled, low, high)
