"""What a look at random angles foretells of moduli and groups, beside what all of their pairs come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from models.analysis.ranks import rank_correlation
from models.analysis.torus import Torus, failing_share, leads, safe_margins
from models.circuits.logits import CosineFit
from models.evaluation import Counts
from models.experiment.request import Request, Search
from models.experiment.run import run
from models.groups import Group, product_factors
from models.network import Network
from models.runtime.interruption import may_be_interrupted


@dataclass(frozen=True)
class Foretold:
    """One group: what the torus says of a setting of its dials, and the count of all pairs at that setting."""

    group: Group
    margin: float  # of the setting
    share: float  # of pairs at random angles that would fail
    least_lead: float  # of the right answer over the group's other classes, in parts of the torus's scale
    safe: bool  # the margin is one from which on no class is put before the right one at any of these angles
    counts: Counts

    @property
    def fails(self) -> bool:
        """Some pair is not right."""
        return self.counts.right < self.counts.pairs


@dataclass(frozen=True)
class Agreement:
    """How well failures are foretold over several groups; Spearman's ρ with the counted share of pairs not right.

    A rank correlation is None where every group is right, or as little as every other.
    """

    groups: int
    failing: int
    first_failing: Group | None  # in the order in which they were given
    first_foretold: Group | None
    first_unsafe: Group | None  # whose margin lies below the safe one
    failing_though_safe: int
    by_share: float | None  # ρ with the share of pairs at random angles that would fail
    by_lead: float | None  # ρ with the least lead at these, smaller ones first: also where none of them fails
    by_margin: float | None  # ρ with the margin of the setting, smaller ones first
    by_order: float | None  # ρ with the number of elements


def foretell(
    network: Network, torus: Torus, waves: CosineFit, groups: Sequence[Group], search: Search = "none", seed: int = 0
) -> Iterator[Foretold]:
    """Each group's setting, foretold and counted; nothing fitted.

    Args:
        network: as it was trained.
        torus: of it, with the dials of `waves`.
        waves: α of its dials.
        groups: in the order in which they are to be counted.
        search: none: the setting with the largest margin, so that no answer is looked at; full: the one that a search
            finds, as `reach` does.
        seed: of the settings that are tried.
    """
    safe = float(safe_margins(torus, waves.weights).max())
    for group in groups:
        may_be_interrupted()
        request = Request(group.order, "keep", search=search, seed=seed, factors=product_factors(group))
        outcome = run(network, request, waves)
        targets = outcome.recipe.targets
        lead = leads(torus, group, tuple(targets.get(k, 0.0) for k in torus.frequencies))
        counts = outcome.result.evaluation.counts
        is_safe = outcome.margin >= safe
        yield Foretold(group, outcome.margin, failing_share(lead), float(lead.min()), is_safe, counts)


def agreement(found: Sequence[Foretold]) -> Agreement:
    """Of groups that were foretold and counted; at least one."""
    counted = torch.tensor([1 - each.counts.accuracy for each in found], dtype=torch.float64)
    forecasts = (
        [each.share for each in found],
        [-each.least_lead for each in found],
        [-each.margin for each in found],
        [each.group.order for each in found],
    )
    return Agreement(
        len(found),
        sum(each.fails for each in found),
        next((each.group for each in found if each.fails), None),
        next((each.group for each in found if each.share), None),
        next((each.group for each in found if not each.safe), None),
        sum(each.fails and each.safe for each in found),
        *(rank_correlation(torch.tensor(each, dtype=torch.float64), counted) for each in forecasts),
    )
