"""Why a modulus falls short: which pairs fail, what they are mistaken for, and which dial should have told."""

from dataclasses import dataclass
from typing import Any

import torch

from models.analysis.dead_pairs import explained, predicted_dead
from models.circuits.logits import CosineFit
from models.evaluation import Evaluation, State, plain_logits
from models.network import Network
from models.surgery.recipe import Recipe

LOOKED_AT = 2000
MOST_CLASSES = 6


@dataclass(frozen=True)
class Failure:
    """The pairs that are not right, told by their difference classes a − b."""

    failed: int
    difference_classes: tuple[tuple[int, int], ...]  # ((a − b) mod q, failed pairs in it), the fullest first
    share_in_classes: float
    distance: int  # δ: failed pairs are most often answered with the right class + δ
    dial: int | None  # the frequency whose wave differs most between c and c + δ; None without dials
    dead: tuple[int, ...] = ()  # differences of pairs that no dials could add (dead_pairs.py)
    dead_failed: int = 0  # failed pairs among them

    def to_json(self) -> dict[str, Any]:
        """As `reach --json` prints it, where difference classes are called stripes."""
        return {
            "failed": self.failed,
            "stripes": self.difference_classes,
            "share_on_stripes": self.share_in_classes,
            "distance": self.distance,
            "dial": self.dial,
        } | ({"dead_differences": self.dead, "dead_pairs_failed": self.dead_failed} if self.dead else {})

    @property
    def law(self) -> str:
        """Why all failed pairs had to fail, whatever the dials; empty where other dials may add some of them."""
        return explained(self.dead) if self.dead_failed == self.failed else ""


@torch.no_grad()
def explain_failure(operated: Network, recipe: Recipe, waves: CosineFit, evaluation: Evaluation) -> Failure | None:
    """What the failed pairs have in common; None where every pair is right."""
    q, group = recipe.modulus, operated.task.group
    a, b = (evaluation.states != State.RIGHT).nonzero(as_tuple=True)
    if not len(a):
        return None
    by_difference = torch.bincount(group.difference(a, b), minlength=q)
    fullest = by_difference.argsort(descending=True, stable=True)[:MOST_CLASSES]
    classes = tuple((int(d), int(by_difference[d])) for d in fullest if by_difference[d])
    step = -(-len(a) // LOOKED_AT)
    mistaken = []
    for logits, *pair in plain_logits(operated, a[::step], b[::step]):
        answers = group.sum(*pair)
        mistaken.append(group.difference(_best_other(logits, answers), answers))
    distance = int(torch.bincount(torch.cat(mistaken), minlength=q).argmax())
    return Failure(
        failed=len(a),
        difference_classes=classes,
        share_in_classes=sum(count for _, count in classes) / len(a),
        distance=distance,
        dial=_telling_dial(recipe, waves, distance),
        dead=(dead := predicted_dead(operated)),
        dead_failed=int(by_difference[list(dead)].sum()),
    )


def _best_other(logits: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    return logits.scatter(1, answers[:, None], -torch.inf).argmax(1)


def _telling_dial(recipe: Recipe, waves: CosineFit, distance: int) -> int | None:
    """The frequency with the largest α_k·strength·(1 − cos(2πσ(k)δ/q)): the one that should have told c from c + δ."""
    weights = waves.weight_of
    told = {
        dial.frequency: weights.get(dial.frequency, 0.0)
        * dial.strength
        * (1 - float(recipe.group.character(torch.tensor(dial.a.target), torch.tensor(distance))[0]))
        for dial in recipe.dials
        if dial.a.on
    }
    return max(told, key=lambda k: told[k]) if told else None
