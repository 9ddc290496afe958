"""Operations other than a + b mod q that the network in use is carried out on, each with what could explain it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import cache
from dashboard.recipes.operations import Controlled, Offered, within_bounds
from dashboard.session.state import Session
from models.analysis.separability import impossible_because
from models.errors import RecipeError
from models.evaluation import Evaluation
from models.experiment.controls import Control
from models.groups import Group, parse_group, product_factors
from models.network import Network
from models.operations.counts import OperationCounts, operation_counts
from models.operations.operation import Operation
from models.surgery.recipe import Recipe, linked_recipe

SHUFFLES = 2  # bodies


@dataclass(frozen=True, eq=False)
class CarriedOut:
    """What came of it: all pairs counted with some dials; the dials that a search found, on shuffled bodies too."""

    operation: Operation
    recipe: Recipe  # as it is set
    evaluation: Evaluation  # of all sums in its group
    found: Recipe  # by a quick search
    shuffled: Control  # with the dials found
    impossible: str = ""  # why no setting can be right, where the group has more rank than there are dials

    @property
    def counts(self) -> OperationCounts:
        """Of the pairs that the operation asks about."""
        return operation_counts(self.operation, self.evaluation)

    @property
    def is_found(self) -> bool:
        """The dials stand as the search found them."""
        return self.recipe == self.found


def carried_out(network: Network, operation: Operation, turned: Recipe | None = None) -> CarriedOut:
    """The quick search for dials in its group, nothing fitted; every pair counted, also on shuffled bodies.

    `turned` are dials that the visitor set in place of those that were found.
    """
    group, found = operation.group, _found(network, operation.group)
    recipe = turned or found
    return CarriedOut(
        operation,
        recipe,
        cache.outcome(network, recipe),
        found,
        cache.mode_on_shuffled(network, found, "keep", SHUFFLES),
        impossible_because(group, len(cache.keys(network).frequencies)),
    )


def controlled(here: Session, network: Network, offered: Offered) -> Controlled:
    """An operation with its dials as they are set, for its controls. Raises RecipeError for what is none."""
    operation = offered.operation()
    return Controlled(turned_of(here, network, operation) or _found(network, operation.group), offered)


def turned_of(here: Session, network: Network, operation: Operation) -> Recipe | None:
    """The dials that the visitor set for an operation's group; None before they did."""
    return here.turned.get((network.digest, str(operation.group)))


def turn_dials(here: Session, network: Network, group: str, steps: Mapping[int, Sequence[int]] | None) -> None:
    """Set the dials for a group to these steps, one for each circle; None: as they were found.

    Raises RecipeError for a group that is none or too large, other dials, or circles that are not there.
    """
    if steps is None:
        here.turned.pop((network.digest, group), None)
        return
    numbers = within_bounds(parse_group(group))
    found = _found(network, numbers)
    if steps.keys() != set(found.frequencies) or any(len(each) != len(numbers.factors) for each in steps.values()):
        raise RecipeError("These are no steps of this network's dials; reload the page.")
    targets = {k: numbers.number_of(tuple(steps[k])) for k in found.frequencies}
    here.turned[network.digest, group] = linked_recipe(numbers, targets, found.harmonics)


def _found(network: Network, group: Group) -> Recipe:
    """The dials of the quick search in a group."""
    return cache.swept(network, group.order, product_factors(group)).recipe
