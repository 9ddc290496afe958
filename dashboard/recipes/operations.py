"""Operations as people meet them: those on offer, whatever is typed, and what controls are asked of."""

from dataclasses import dataclass

from dashboard.cache import HIGHEST_MODULUS
from models.errors import RecipeError
from models.experiment.controls import Share, share_of_all
from models.groups import Group, parse_group
from models.operations.bitwise import xor
from models.operations.counts import operation_counts
from models.operations.operation import Operation
from models.operations.parsing import parse_operation
from models.surgery.recipe import Recipe

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
        within_bounds(found.group)
        return found

    @property
    def name(self) -> str:
        """What it is called; by its formula and its group where a visitor typed it. Raises RecipeError as above."""
        if self.label != OWN.label:
            return self.label
        found = self.operation()
        return f"{found.formula} in {found.group}"


def _parsed(formula: str, numbers: str) -> Operation:
    if formula.replace(" ", "") != XOR:
        return parse_operation(formula, parse_group(numbers) if numbers else None)
    if not (numbers.isascii() and numbers.isdigit() and len(numbers) <= 2):
        raise RecipeError("XOR is of numbers of so many bits; expected how many in place of a modulus, e.g. 4.")
    return xor(int(numbers))


def within_bounds(group: Group) -> Group:
    """The group. Raises RecipeError where it has more elements than the wheel has numbers."""
    if group.order > HIGHEST_MODULUS:
        raise RecipeError(
            f"{group} has {group.order:,} elements, and networks are operated up to {HIGHEST_MODULUS} here; take "
            "a smaller one, or the command line."
        )
    return group


OFFERED = (
    Offered("a · b mod 127", "a*b", "127"),
    Offered("2·a − 3·b + 1 mod 128", "2*a-3*b+1", "128"),
    Offered("a XOR b, 3 bits", XOR, "3"),
    Offered("hours of a week", "hours"),
    Offered("squares of a chessboard, 8 × 8", numbers="8x8"),
    Offered("16 × 16", numbers="16x16"),
)
OWN = Offered("another", numbers="12x20")  # of the visitor's own: what stands in its fields at first


@dataclass(frozen=True)
class Controlled:
    """What controls stand beside: dials with the operation that they carry out, or with the sum itself."""

    recipe: Recipe
    offered: Offered | None = None  # None: the sum, as on *Turn it*

    @property
    def counted_share(self) -> Share:
        """Right pairs over all pairs that are asked about."""
        if self.offered is None:
            return share_of_all
        operation = self.offered.operation()
        return lambda evaluation: operation_counts(operation, evaluation).counts.accuracy
