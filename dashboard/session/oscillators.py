"""Which oscillators Steam punk shows: those of the zoo, and the visitor's own where they are in use."""

from dataclasses import dataclass

from dashboard import cache
from dashboard.foreign_text import in_plain
from dashboard.session.state import Opened, Pair, bench_of, current, session
from dashboard.session.sweep import known_by_modulus
from models.ablation.exact_phases import exact_phases
from models.analysis.dead_pairs import explained, predicted_dead
from models.bodies.base import CouplingKind
from models.network import Network
from models.planner import best_by_margin

EVEN = 128  # a modulus above the trained ones, where pairwise coupling has dead pairs
ONE_OF_THEM = 3  # b of the dead pair that is shown
KINDS = {"three-body": "Three-body (a clock)", "pairwise": "Pairwise (a pizza)", "both": "Pairwise and three-body"}
EXACT: dict[str, CouplingKind] = {
    "Three-body (a clock): exact phases, untrained": "three-body",
    "Pairwise (a pizza): exact phases, untrained": "pairwise",
}
LONGER = 8  # times as many steps as it learned with, at most
MODULUS, DIALS = 113, (14, 35, 41, 42, 52)  # of the untrained ones


def oscillating() -> dict[str, Network]:
    """Networks of oscillators by what they are offered as: the one in use first, where it is one, then the zoo's."""
    here = session()
    opened = {each.network.digest: each for each in [current(), *here.opened.values()]}
    found = {_title(each): each.network for each in opened.values() if each.network.body.oscillators}
    return found | {title: exact_phases(MODULUS, DIALS, kind) for title, kind in EXACT.items()}


def _title(opened: Opened) -> str:
    body = opened.network.body.oscillators
    return in_plain(f"{KINDS[body.kind] if body else ''}: {opened.name}")


def moduli_of(network: Network) -> list[int]:
    """The trained modulus, and an even one."""
    return [network.modulus] if network.modulus == EVEN else [network.modulus, EVEN]


def at_modulus(network: Network, modulus: int) -> Network:
    """As it was trained, or re-cut by the dials known for a modulus; else by those of the largest margin."""
    if modulus == network.modulus:
        return network
    known = known_by_modulus(network, bench_of(network)).get(modulus)
    return cache.operated(network, known.recipe if known else best_by_margin(cache.waves(network), modulus))


def steps_of(network: Network) -> tuple[int, int]:
    """How many steps it learned with, and how many it may be run for."""
    body = network.body.oscillators
    return (body.steps, LONGER * body.steps) if body else (1, 1)


@dataclass(frozen=True)
class DeadPairs:
    """Pairs that no dials can add."""

    said: str  # why
    count: int
    first: Pair


def dead_pairs_of(network: Network) -> DeadPairs | None:
    """Those of pairwise coupling at an even modulus; None where there are none."""
    differences = predicted_dead(network)
    if not differences:
        return None
    first = (differences[0] + ONE_OF_THEM) % network.modulus, ONE_OF_THEM
    return DeadPairs(explained(differences), network.modulus * len(differences), first)
