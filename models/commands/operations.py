"""--group, --operation and --bits: what is to be carried out, and in which numbers."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Any

from models.errors import RecipeError
from models.evaluation import Evaluation
from models.evaluation.certificate import CertifiedOperation
from models.groups import Cyclic, Group, parse_group
from models.operations import Operation, operation_counts, parse_operation
from models.surgery.recipe import LARGEST_MODULUS, Recipe, read_recipe


@dataclass(frozen=True, eq=False)
class Asked:
    """What a command is to carry out: a sum in a group, or an operation that is one once its numbers are renamed."""

    group: Group
    operation: Operation | None = None
    recipe: Recipe | None = None  # that is given for it
    numbers: str = ""  # the modulus or the group that an operation was asked for in
    bits: int | None = None

    def certified(self, evaluation: Evaluation) -> CertifiedOperation | None:
        """What a certificate says of the operation beside the sum; None for the sum itself."""
        if self.operation is None:
            return None
        found = operation_counts(self.operation, evaluation)
        return CertifiedOperation.of(self.operation.formula, self.numbers, self.bits, found.counts, found.left_out)

    def share(self, evaluation: Evaluation) -> float:
        """Right pairs over all pairs that are asked about: of the operation, or of the sum itself."""
        if self.operation is None:
            return evaluation.counts.accuracy
        return operation_counts(self.operation, evaluation).counts.accuracy

    def figures(self, evaluation: Evaluation) -> dict[str, Any]:
        """What JSON says of it beside, or in place of, the count of the group's own sum."""
        told: dict[str, Any] = {"group": str(self.group), "order": self.group.order}
        if self.operation is None:
            return told | {"modulus": self.group.order}
        found = operation_counts(self.operation, evaluation)
        told |= {"operation": self.operation.formula, "modulus": len(self.operation.element_of_a)}
        of_b = len(self.operation.element_of_b)
        told |= {"modulus_of_b": of_b} if of_b != told["modulus"] else {}
        told |= {"numbers": self.operation.says} if self.operation.says else {}
        told |= {"correct": found.counts.right, "ties": found.counts.undecided, "wrong": found.counts.wrong}
        told |= {"pairs": found.counts.pairs, "accuracy": found.counts.accuracy, "zero_pairs": found.left_out}
        return told | ({"left_out": self.operation.left_out} if found.left_out else {})


def add_operation(parser: ArgumentParser) -> None:
    """The options that say it."""
    parser.add_argument(
        "--group", metavar="MxN", help="in place of --modulus: a product of clocks, e.g. 16x16 or 2x2x2"
    )
    parser.add_argument(
        "--operation",
        metavar="FORMULA",
        help="x*a+y*b+z, a-b; a*b, a/b, a**3*b, 2**a*b, log(a*b) mod --modulus; a^b (XOR, with --bits); hours, "
        "weekday:YEAR, interval, degree; without it a+b",
    )
    parser.add_argument("--bits", type=int, metavar="N", help="of the numbers that a^b takes")


def asked_for(options: Namespace) -> Asked:
    """What the options and a recipe file ask for. Raises RecipeError where they say nothing, or two things."""
    group, recipe = _group(options), read_recipe(options.recipe) if options.recipe else None
    if recipe and group is None and not options.operation:
        group = recipe.group
    if options.operation or options.bits is not None:
        operation = parse_operation(options.operation or "a+b", group, options.bits)
        asked = Asked(operation.group, operation, recipe, "" if group is None else str(group), options.bits)
    elif group is None:
        raise RecipeError("Which modulus? Give --modulus Q or --group MxN, or --recipe R.json that says it.")
    else:
        asked = Asked(group, recipe=recipe)
    if recipe and recipe.group != asked.group:
        said = f"--modulus {asked.group}" if options.modulus is not None else f"A sum in {asked.group}"
        raise RecipeError(f"{said} contradicts the recipe, which is for {recipe.group}; give one of them.")
    return asked


def _group(options: Namespace) -> Group | None:
    if options.group and options.modulus is not None:
        raise RecipeError("--group and --modulus both say which numbers; give one of them.")
    if options.group:
        return parse_group(options.group)
    if options.modulus is None:
        return None
    if not 2 <= options.modulus <= LARGEST_MODULUS:
        Recipe(options.modulus, ())  # says what is expected
    return Cyclic(options.modulus)
