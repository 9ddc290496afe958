"""Operations other than a + b mod q that the network in use is carried out on, each with what could explain it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import cache
from dashboard.session.state import Session
from models.analysis.separability import impossible_because
from models.errors import RecipeError
from models.evaluation import Evaluation
from models.experiment.controls import Control
from models.groups import Group, parse_group, product_factors
from models.network import Network
from models.operations.bitwise import xor
from models.operations.counts import OperationCounts, operation_counts
from models.operations.operation import Operation
from models.operations.parsing import parse_operation
from models.surgery.recipe import Recipe, linked_recipe

SHUFFLES = 2  # bodies
XOR = "a^b"


@dataclass(frozen=True)
class Offered:
    """An operation that can be chosen: what it is called, and how it is written on the command line."""

    label: str
    formula: str = "a+b"
    numbers: str = ""  # a modulus or a group; of XOR how many bits; nothing of an operation that says it itself

    def operation(self) -> Operation:
        """As a sum in a group. Raises RecipeError for what is none, or has more elements than the wheel."""
        found = _parsed(self.formula, self.numbers.strip())
        _within_bounds(found.group)
        return found


def _parsed(formula: str, numbers: str) -> Operation:
    if formula.replace(" ", "") != XOR:
        return parse_operation(formula, parse_group(numbers) if numbers else None)
    if not (numbers.isascii() and numbers.isdigit() and len(numbers) <= 2):
        raise RecipeError("XOR is of numbers of so many bits; expected how many in place of a modulus, e.g. 4.")
    return xor(int(numbers))


OFFERED = (
    Offered("a · b mod 127", "a*b", "127"),
    Offered("2·a − 3·b + 1 mod 128", "2*a-3*b+1", "128"),
    Offered("a XOR b, 3 bits", XOR, "3"),
    Offered("hours of a week", "hours"),
    Offered("squares of a chessboard, 8 × 8", numbers="8x8"),
    Offered("16 × 16", numbers="16x16"),
)
OWN = Offered("another", numbers="12x20")  # of the visitor's own: what stands in its fields at first


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
    group = operation.group
    found = cache.swept(network, group.order, product_factors(group)).recipe
    recipe = turned or found
    return CarriedOut(
        operation,
        recipe,
        cache.outcome(network, recipe),
        found,
        cache.mode_on_shuffled(network, found, "keep", SHUFFLES),
        impossible_because(group, len(cache.keys(network).frequencies)),
    )


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
    numbers = _within_bounds(parse_group(group))
    found = cache.swept(network, numbers.order, product_factors(numbers)).recipe
    if steps.keys() != set(found.frequencies) or any(len(each) != len(numbers.factors) for each in steps.values()):
        raise RecipeError("These are no steps of this network's dials; reload the page.")
    targets = {k: numbers.number_of(tuple(steps[k])) for k in found.frequencies}
    here.turned[network.digest, group] = linked_recipe(numbers, targets, found.harmonics)


def _within_bounds(group: Group) -> Group:
    """The group. Raises RecipeError where it has more elements than the wheel has numbers."""
    if group.order > cache.HIGHEST_MODULUS:
        raise RecipeError(
            f"{group} has {group.order:,} elements, and networks are operated up to {cache.HIGHEST_MODULUS} here; take "
            "a smaller one, or the command line."
        )
    return group
