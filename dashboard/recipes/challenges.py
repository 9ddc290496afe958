"""The five challenges of *Turn it*: when each of them is met."""

from collections.abc import Collection

from models.evaluation import Evaluation
from models.network import Network
from models.surgery.half_steps import halves_ahead
from models.surgery.recipe import Recipe

STRETCH, BREAK, REPAIR, HALVE, SILENCE = (
    "Stretch it",
    "Break it",
    "Repair it",
    "Halve it",
    "Silence a dial",
)
NEARLY_ALL = 0.99
FEW = 0.5


def challenges_met(network: Network, recipe: Recipe, evaluation: Evaluation, before: Collection[str]) -> set[str]:
    """Which challenges a recipe meets, given those that were met before it.

    Stretched: nearly all pairs right above the trained modulus. Broken: fewer than half, otherwise than by itself.
    Repaired: all pairs right at another modulus, after it was broken. Halved: sums of halves right. Silenced: a dial is
    off.
    """
    accuracy, q = evaluation.counts.accuracy, recipe.modulus
    is_own = q == network.modulus and all(frequency == target for frequency, target in recipe.targets.items())
    met = {
        STRETCH: q > network.modulus and accuracy >= NEARLY_ALL,
        BREAK: accuracy < FEW and not is_own,
        REPAIR: BREAK in before and q != network.modulus and accuracy == 1,
        HALVE: all(halves_ahead(recipe)) and accuracy >= NEARLY_ALL,
        SILENCE: any(not dial.a.on for dial in recipe.dials),
    }
    return {label for label, is_met in met.items() if is_met}
