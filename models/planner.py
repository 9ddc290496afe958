"""Which dials for a modulus: candidates by margin, then judged by the network on all pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logits import LogitWaves
from models.errors import RecipeError
from models.evaluation import Evaluation, evaluate
from models.network import Network
from models.surgery.margin import margins
from models.surgery.recipe import Recipe, linked_recipe
from models.surgery.transplant import transplant

SCORED_CANDIDATES = 4096
JUDGED_CANDIDATES = 40


@dataclass(frozen=True)
class Plan:
    """The best setting found, what it scores on all pairs, and how many were judged to find it."""

    recipe: Recipe
    network: Network
    evaluation: Evaluation
    margin: float
    tried: int


def find_dials(
    network: Network,
    waves: LogitWaves,
    modulus: int,
    *,
    fixed: Mapping[int, float] | None = None,
    harmonics: int = 2,
    seed: int = 0,
    judged: int = JUDGED_CANDIDATES,
    on_progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Choose the targets of the dials in `waves` that `fixed` leaves open; deterministic for a seed.

    Signed settings are drawn at random, ordered by margin (no answers looked at), and judged on all pairs in that
    order until one is right everywhere or `judged` are through. `on_progress` hears (judged so far, at most).
    """
    fixed = dict(fixed or {})
    foreign = sorted(set(fixed) - set(waves.frequencies))
    if foreign:
        raise RecipeError(
            f"Frequency {foreign[0]} is not among the dials of this search; "
            f"expected some of {', '.join(map(str, waves.frequencies))}."
        )
    candidates = candidate_settings(waves, modulus, fixed, seed)
    scores = margins(candidates, waves.weights, modulus)
    order = scores.argsort(descending=True, stable=True).tolist()
    if modulus == network.modulus:
        order = [0] + [row for row in order if row != 0]  # where it was trained, its own dials come first
    order = order[:judged]
    best: Plan | None = None
    for tried, row in enumerate(order, start=1):
        targets = dict(zip(waves.frequencies, candidates[row].tolist(), strict=True))
        recipe = linked_recipe(modulus, targets, harmonics)
        operated = transplant(network, recipe)
        evaluation = evaluate(operated)
        if best is None or _rank(evaluation) > _rank(best.evaluation):
            best = Plan(recipe, operated, evaluation, float(scores[row]), tried)
        if on_progress:
            on_progress(tried, len(order))
        if best.evaluation.counts.right == modulus**2:
            break
    assert best is not None  # there is always one candidate
    return Plan(best.recipe, best.network, best.evaluation, best.margin, tried)


def _rank(evaluation: Evaluation) -> tuple[int, float]:
    return evaluation.counts.right, evaluation.smallest_margin


def candidate_settings(waves: LogitWaves, modulus: int, fixed: Mapping[int, float], seed: int) -> Tensor:
    """Distinct settings float64 [n, k]: the network's own dials first, then random signed ones.

    A common sign of all dials changes nothing, so the first dial stays positive. A dial at 0 or, where there is room,
    two dials on one target tell nothing new and are not drawn.
    """
    generator = torch.Generator().manual_seed(seed)
    half = max(1, modulus // 2)
    own = torch.tensor([waves.frequencies], dtype=torch.float64)
    count = len(waves.frequencies)
    if half >= count:  # distinct targets: the first places of a shuffled row
        drawn = torch.rand(SCORED_CANDIDATES, half, generator=generator).argsort(1)[:, :count] + 1
    else:
        drawn = torch.randint(1, half + 1, (SCORED_CANDIDATES, count), generator=generator)
    signs = torch.randint(0, 2, drawn.shape, generator=generator) * 2 - 1
    signs[:, :1] = 1
    settings = torch.cat([own, (drawn * signs).double()])
    for column, frequency in enumerate(waves.frequencies):
        if frequency in fixed:
            settings[:, column] = fixed[frequency]
    return _unique_rows(settings)


def _unique_rows(rows: Tensor) -> Tensor:
    """Distinct rows in the order of their first appearance."""
    return torch.tensor(list(dict.fromkeys(map(tuple, rows.tolist()))), dtype=rows.dtype)
