"""A calculation with integers of any length by the network in use, operated for the moduli that it takes."""

from dataclasses import dataclass
from typing import Literal

from dashboard import cache
from dashboard.session.state import Bench
from dashboard.session.sweep import recipe_at
from models import arithmetic
from models.arithmetic.adder import Adder
from models.arithmetic.digits import length_of
from models.arithmetic.ledger import LongResult
from models.arithmetic.products import prime_for
from models.arithmetic.steps import Step, difference_steps, sum_steps
from models.errors import RecipeError
from models.network import Network
from models.surgery.recipe import Recipe

Sign = Literal["+", "−", "×", "÷"]
BASES = (10, 2, 16, 60, 128)
MOST_DIVIDING = 30_000  # digits of multiples that a division takes away: some seconds


@dataclass(frozen=True, eq=False)
class Calculation:
    """What came of it: the network's result, Python's, and each place of a sum or difference."""

    x: int
    y: int
    sign: Sign
    base: int
    recipe: Recipe  # of the network that adds digits
    result: LongResult
    expected: int
    steps: tuple[Step, ...]  # the lowest place first; none of a product or a quotient
    expected_rest: int | None = None  # what Python leaves of a division

    @property
    def found(self) -> int:
        """By the network."""
        return self.result.numbers[0]

    @property
    def rest(self) -> int | None:
        """What is left of a division, by the network; None of any other."""
        return self.result.remainders[0] if self.result.remainders else None

    @property
    def is_right(self) -> bool:
        """All of it is what Python says."""
        return (self.found, self.rest) == (self.expected, self.expected_rest)


def modulus_of_products(base: int) -> int:
    """At which the logarithms of two digits are added."""
    return prime_for(base) - 1


def signs_for(base: int) -> tuple[Sign, ...]:
    """No modulus above the highest is counted here."""
    return ("+", "−", "×", "÷") if modulus_of_products(base) <= cache.HIGHEST_MODULUS else ("+", "−", "÷")


def calculate(network: Network, here: Bench, x: int, y: int, sign: Sign, base: int) -> Calculation:
    """Every digit goes through the network; nothing is fitted. Raises RecipeError for a division that cannot be."""
    recipe = recipe_at(network, here, 2 * base)
    sums, rest = _adder(network, recipe), None
    match sign:
        case "+":
            result, steps, expected = arithmetic.add(sums, [x], [y], base), sum_steps(sums, x, y, base), x + y
        case "−":
            result, expected = arithmetic.subtract(sums, [x], [y], base), x - y
            steps = difference_steps(sums, max(x, y), min(x, y), base)
        case "×":
            products = _adder(network, recipe_at(network, here, modulus_of_products(base)))
            result, steps, expected = arithmetic.multiply(sums, products, [x], [y], base), (), x * y
        case "÷":
            _require_short(x, y, base)
            result, steps = arithmetic.divide(sums, [x], [y], base), ()
            expected, rest = divmod(x, y)
    return Calculation(x, y, sign, base, recipe, result, expected, steps, rest)


def _require_short(x: int, y: int, base: int) -> None:
    """Raises RecipeError where a division takes longer than a page should."""
    digits = base * length_of([x], base) * length_of([y], base)
    if digits > MOST_DIVIDING:
        raise RecipeError(
            f"That division looks at {digits:,} digits of multiples, and at most {MOST_DIVIDING:,} are looked at here; "
            "take shorter numbers, or the command line."
        )


def _adder(network: Network, recipe: Recipe) -> Adder:
    return Adder(cache.operated(network, recipe), cache.outcome(network, recipe))
