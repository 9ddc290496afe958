"""Pairs that fall short because the dials hardly tell two answers apart: which two, and where."""

from dataclasses import dataclass

import torch

from models.circuits.logits import CosineFit
from models.evaluation import Evaluation, State, plain_logits
from models.network import Network
from models.surgery.margin import closest_distance
from models.surgery.recipe import Recipe

MOST_FAILED = 200  # pairs: where more fail, it is not a few that tip over
NEARLY = 0.1  # of the way from the better of the two answers to the third: within it they are nearly tied


@dataclass(frozen=True)
class NearTie:
    """What all pairs that are not right have in common: the right answer stands level with one that is δ away.

    Attributes:
        failed: pairs that are not right.
        distance: δ, the least of δ and q − δ. Of all distances it is the one that these dials tell apart least.
        a, b: the pair at which the two answers are nearest to each other.
        right, other: these two answers there.
    """

    failed: int
    distance: int
    a: int
    b: int
    right: int
    other: int


@torch.no_grad()
def near_tie(operated: Network, recipe: Recipe, waves: CosineFit, evaluation: Evaluation) -> NearTie | None:
    """That the failed pairs of a recipe are near ties of answers that its dials hold least apart; None where not so.

    A pair is one where the right answer and the best other are within `NEARLY` of the way from the better of them to
    the third, and as far from each other as the recipe's closest classes are.
    """
    a, b = (evaluation.states != State.RIGHT).nonzero(as_tuple=True)
    if not 0 < len(a) <= MOST_FAILED:
        return None
    closest = closest_distance(recipe, waves)
    found: list[tuple[float, NearTie]] = []
    for logits, *pair in plain_logits(operated, a, b):
        answers = operated.task.group.sum(*pair)
        right = logits.gather(1, answers[:, None])[:, 0]
        others = logits.scatter(1, answers[:, None], -torch.inf).topk(2, dim=1)
        apart = (others.values[:, 0] - right).abs() / (torch.maximum(others.values[:, 0], right) - others.values[:, 1])
        for place, share in enumerate(apart.tolist()):
            answer, other = int(answers[place]), int(others.indices[place, 0])
            distance = min((other - answer) % recipe.modulus, (answer - other) % recipe.modulus)
            if not share <= NEARLY or distance != closest:
                return None
            at = (int(pair[0][place]), int(pair[1][place]))
            found.append((share, NearTie(len(a), distance, *at, answer, other)))
    return min(found, key=lambda each: each[0])[1]
