"""Settings that a search may try: drawn at random, the network's own dials first, told apart by their margins alone."""

from collections.abc import Mapping

import torch
from torch import Tensor

from models.circuits.logits import CosineFit
from models.groups import Group, as_group
from models.surgery.margin import margins
from models.surgery.recipe import Recipe, linked_recipe

SCORED_CANDIDATES = 4096  # by margin; fewer where a margin takes long:
MOST_SCORING = 200_000_000  # candidates × dials × distances
FEWEST_CANDIDATES = 400
SHUFFLED_ROOM = 2048


def best_by_margin(
    waves: CosineFit,
    modulus: int | Group,
    *,
    fixed: Mapping[int, float] | None = None,
    harmonics: int = 2,
    seed: int = 0,
) -> Recipe:
    """The drawn setting with the largest margin: no answers looked at."""
    candidates = candidate_settings(waves, modulus, fixed or {}, seed)
    best = candidates[int(margins(candidates, waves.weights, modulus).argmax())]
    return linked_recipe(modulus, dict(zip(waves.frequencies, best.tolist(), strict=True)), harmonics)


def candidate_settings(waves: CosineFit, modulus: int | Group, fixed: Mapping[int, float], seed: int) -> Tensor:
    """Distinct settings float64 [n, k]: the network's own dials first, then random signed ones.

    A common sign of all dials changes nothing, so the first dial stays positive. A dial at 0 or, where there is room,
    two dials on one target tell nothing new and are not drawn. In a product of groups characters are drawn alike, by
    their numbers; none of them is the dials' own.
    """
    generator, group = torch.Generator().manual_seed(seed), as_group(modulus)
    characters = group.characters()  # 1 to q/2 for the numbers mod q
    half = max(1, len(characters))
    wanted = max(FEWEST_CANDIDATES, min(SCORED_CANDIDATES, MOST_SCORING // (half * len(waves.frequencies) or 1)))
    own = torch.tensor([waves.frequencies], dtype=torch.float64)
    count = len(waves.frequencies)
    if half < count:
        drawn = torch.randint(1, half + 1, (wanted, count), generator=generator)
    elif half < SHUFFLED_ROOM:  # distinct targets: the first places of a shuffled row
        drawn = torch.rand(wanted, half, generator=generator).argsort(dim=1, stable=True)[:, :count] + 1
    else:  # so much room that few rows have a target twice; those are left out
        drawn = torch.randint(1, half + 1, (2 * wanted, count), generator=generator)
        drawn = drawn[(drawn.sort(1).values.diff(dim=1) != 0).all(1)][:wanted]
    signs = torch.randint(0, 2, drawn.shape, generator=generator) * 2 - 1
    signs[:, :1] = 1
    drawn = characters[drawn - 1] if len(characters) else drawn
    settings = (drawn * signs).double()
    if len(group.factors) == 1:
        settings = torch.cat([own, settings])
    for column, frequency in enumerate(waves.frequencies):
        if frequency in fixed:
            settings[:, column] = fixed[frequency]
    return _unique_rows(settings)


def _unique_rows(rows: Tensor) -> Tensor:
    """Distinct rows in the order of their first appearance."""
    return torch.tensor(list(dict.fromkeys(map(tuple, rows.tolist()))), dtype=rows.dtype)
