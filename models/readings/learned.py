"""Whether a network has learned its operation, has memorised pairs of it, or neither."""

LEARNED = 0.5  # of the pairs right: then the operation is taken as known
CLEARLY = 6  # standard errors of pairs that are right by chance
MORE_THAN_CHANCE = 0.2  # of the pairs, at least: a + 4b is a + b mod 12 for a quarter of them


def chance_error(modulus: int, pairs: int) -> float:
    """The standard error of the share of so many pairs that answers by chance get right."""
    chance = 1 / modulus
    return float((chance * (1 - chance) / pairs) ** 0.5)


def above_chance(modulus: int, pairs: int) -> float:
    """The share of right pairs from which answers are clearly not by chance, counted on so many pairs."""
    return 1 / modulus + max(MORE_THAN_CHANCE, CLEARLY * chance_error(modulus, pairs))
