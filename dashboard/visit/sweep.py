"""The sweep over every modulus, which Play and Any base share: what one of them has counted, the other shows."""

from dashboard import cache
from dashboard.pacing import a_few
from dashboard.recipes.bounds import LOWEST_MODULUS
from dashboard.visit.state import Bench
from models.experiment.sweep import Reached, coarse_to_fine
from models.network import Network

SWEEP_ORDER = coarse_to_fine(LOWEST_MODULUS, cache.HIGHEST_MODULUS)


def moduli_swept(here: Bench) -> list[int]:
    """The moduli that are counted, in the order of the sweep."""
    return SWEEP_ORDER[: here.swept]


def found_by_sweep(network: Network, here: Bench) -> dict[int, Reached]:
    """What the sweep found at each of them."""
    return {modulus: cache.swept(network, modulus) for modulus in moduli_swept(here)}


def sweep_a_few(network: Network, here: Bench) -> None:
    """Count a few moduli more. A run that the visitor has left may still do so beside the one that replaced it."""
    for place, modulus in a_few(list(enumerate(SWEEP_ORDER))[here.swept :]):
        cache.swept(network, modulus)
        here.swept = max(here.swept, place + 1)


def is_swept(here: Bench) -> bool:
    """Every modulus is counted."""
    return here.swept >= len(SWEEP_ORDER)
