"""Which waves of the trained tables a recipe takes: each dial's harmonics, every frequency once."""

from dataclasses import dataclass, replace

from models.errors import RecipeError
from models.surgery.recipe import Dial, Recipe


@dataclass(frozen=True)
class Partial:
    """One wave of a dial: its h-th harmonic, at frequency h·k mod p of the trained tables."""

    dial: Dial
    harmonic: int
    source: int  # h·k mod p, not folded: the DFT there is already conjugated where it should be


def partials(recipe: Recipe, p: int) -> list[Partial]:
    """Which frequency of the trained tables each harmonic of each dial takes. Raises RecipeError for a foreign dial."""
    for dial in recipe.dials:
        if not 1 <= dial.frequency <= p // 2:
            raise RecipeError(
                f"Dial {dial.frequency} is no frequency of a network mod {p}; "
                f"expected a whole number from 1 to {p // 2}."
            )
    taken: set[int] = set()
    found = []
    for harmonic in range(1, recipe.harmonics + 1):
        for dial in recipe.dials:
            source = harmonic * dial.frequency % p
            folded = min(source, p - source)
            if folded and folded not in taken:
                taken.add(folded)
                found.append(Partial(dial, harmonic, source))
    return found


def readout_partials(recipe: Recipe, p: int) -> list[Partial]:
    """The same for the unembedding, which may carry another number of harmonics."""
    return partials(replace(recipe, harmonics=recipe.carried_by_readout), p)
