"""How well a setting of the dials tells the classes apart, from the dials alone."""

import math
from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from models.circuits.logits import CosineFit
from models.groups import Group, as_group
from models.groups.characters import cosine_sine
from models.surgery.recipe import Recipe

NO_MARGIN = 1e-9  # of the α's sum: as near as that, the analytic network leaves two classes undecided
LARGEST_BLOCK = 4_000_000


def margins(targets: Tensor, weights: Tensor, modulus: int | Group) -> Tensor:
    """Min over δ ≠ 0 of Σ_k α_k(1 − cos(angle of σ(k) at δ)) for settings [n, k] with weights α [k]; float64 [n].

    The angle is 2πσ(k)δ/q for a modulus q, and that of the character with the number σ(k) for any group. 0 means that
    two classes look the same. Whole targets need only one of δ and −δ.
    """
    group = as_group(modulus)
    whole = bool((targets == targets.round()).all())
    distances = (group.characters() if whole else group.elements()[1:]).double()
    step = max(1, LARGEST_BLOCK // max(1, targets.shape[1] * len(distances)))
    return torch.cat([_told_apart(part, weights, distances, group).amin(1) for part in targets.double().split(step)])


def _told_apart(targets: Tensor, weights: Tensor, distances: Tensor, group: Group) -> Tensor:
    """Σ_k α_k(1 − cos(angle of σ(k) at δ)) for every setting and distance δ; float64 [n, distances]."""
    whole = bool((targets == targets.round()).all())
    turn = group.exponent
    one_minus_cosine = 1 - cosine_sine(torch.arange(turn), turn)[0]  # whole steps are looked up, not computed
    apart = torch.zeros(len(targets), len(distances), dtype=torch.float64)
    for column, weight in enumerate(weights.double()):
        steps = group.steps(targets[:, column, None], distances)
        told = one_minus_cosine[steps.long() % turn] if whole else 1 - cosine_sine(steps, turn)[0]
        apart += weight * told
    return apart


def alias_distance(recipe: Recipe) -> int | None:
    """The smallest δ > 0 at which c and c + δ look the same to every dial that is on; None where none does.

    Whole targets tie exactly when they all share a factor with the modulus: δ = q / gcd(q, all targets). In a product
    of groups, when no character of them tells δ from 0.
    """
    targets = [dial.on_readout.target for dial in recipe.dials if dial.on_readout.on and dial.on_readout.amplitude]
    if any(target != int(target) for target in targets):
        return None
    if recipe.factors:
        others = recipe.group.elements()[1:]
        steps = recipe.group.steps(torch.tensor(targets, dtype=torch.float64), others[:, None])
        unseen = others[(steps == 0).all(1)]
        return int(unseen[0]) if len(unseen) else None
    distance = recipe.modulus // math.gcd(recipe.modulus, *(int(target) for target in targets))
    return distance if distance < recipe.modulus else None


def degenerate_moduli(recipe: Recipe, moduli: Iterable[int]) -> dict[int, int]:
    """Modulus → distance δ of classes that look the same, for those moduli at which these very targets must fail."""
    found = {q: alias_distance(replace(recipe, modulus=q)) for q in moduli}
    return {q: distance for q, distance in found.items() if distance is not None}


def recipe_margin(recipe: Recipe, waves: CosineFit) -> float:
    """The margin of a recipe. Dials that are off weigh nothing; amplitudes weigh by inputs times unembedding."""
    weights = _weights_in(recipe, waves)
    return 0.0 if weights is None else float(margins(_targets_of(recipe), weights, recipe.group))


def closest_distance(recipe: Recipe, waves: CosineFit) -> int | None:
    """δ ≤ q/2 at which a recipe has its margin: of all classes, c and c + δ are those that its dials tell apart least.

    None without dials, and in a product of groups, where distances are no numbers.
    """
    weights = _weights_in(recipe, waves)
    if weights is None or recipe.factors or recipe.modulus < 2:
        return None
    distances = recipe.group.elements()[1:].double()
    closest = 1 + int(_told_apart(_targets_of(recipe), weights, distances, recipe.group)[0].argmin())
    return min(closest, recipe.modulus - closest)


def _targets_of(recipe: Recipe) -> Tensor:
    return torch.tensor([list(recipe.targets.values())], dtype=torch.float64)


def _weights_in(recipe: Recipe, waves: CosineFit) -> Tensor | None:
    """The dials' weights, which add up to 1; None where nothing weighs."""
    strength = {dial.frequency: dial.strength for dial in recipe.dials}
    alphas = waves.weight_of
    weights = torch.tensor([alphas.get(k, 0.0) * abs(strength[k]) for k in recipe.targets], dtype=torch.float64)
    return weights / weights.sum() if float(weights.sum()) > 0 else None


def analytic_accuracy(margin: float) -> float:
    """Right pairs over all of the analytic network Σ_k α_k·cos(2πσ(k)(a + b − c)/q) with a margin.

    Its logits depend on a + b − c alone, so that either every pair is right or none.
    """
    return 1.0 if margin > NO_MARGIN else 0.0
