"""The sweep over every modulus, of *Turn it* and *Every modulus*: what one of them has counted, the other shows."""

from collections.abc import Iterator, Mapping

from dashboard import cache, shipped
from dashboard.jobs import Progress, Work, Working
from dashboard.recipes.bounds import LOWEST_MODULUS
from dashboard.session.state import Bench, session
from models.experiment.sweep import Reached, coarse_to_fine
from models.network import Network
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe

SWEEP = "sweep"  # the kind of its jobs
SPREAD = 16  # moduli over the whole range that come first, the small ones of them before the large: something at once
SWEEP_ORDER = coarse_to_fine(LOWEST_MODULUS, cache.HIGHEST_MODULUS)
SWEEP_ORDER = [*sorted(SWEEP_ORDER[:SPREAD]), *SWEEP_ORDER[SPREAD:]]
CONTROL_SEEDS = 2  # shuffled bodies beside each count of a readout mode above keep


def start_sweep(network: Network, here: Bench, readouts: tuple[ReadoutMode, ...] = ("keep",)) -> None:
    """Go on with every modulus that is not counted yet."""
    here.readouts = readouts
    session().jobs.start(sweep_work(network, here))


def sweep_work(network: Network, here: Bench) -> Work:
    """Every modulus that is not counted yet, with the readouts that are wanted by then."""
    return Work(SWEEP, network.digest, lambda: _counting(network, here))


def moduli_swept(here: Bench) -> list[int]:
    """The moduli that are counted, in the order of the sweep."""
    return SWEEP_ORDER[: here.swept]


def found_by_sweep(network: Network, here: Bench) -> dict[int, Reached]:
    """What the sweep found at each of them, in this visit."""
    return {modulus: cache.swept(network, modulus) for modulus in moduli_swept(here)}


def known_by_modulus(network: Network, here: Bench) -> dict[int, Reached]:
    """What is known at each modulus: as it comes with the project, or as it was counted in this visit."""
    return shipped.sweep_of(network).found | found_by_sweep(network, here)


def moduli_all_right(found: Mapping[int, Reached]) -> int | None:
    """At how many moduli every pair is right; None while some are not counted yet."""
    if len(found) < len(SWEEP_ORDER):
        return None
    return sum(each.counts.right == each.counts.pairs for each in found.values())


def recipe_at(network: Network, here: Bench, modulus: int) -> Recipe:
    """The dials that are known for a modulus, or else those that a quick search finds now."""
    found = known_by_modulus(network, here).get(modulus) or cache.swept(network, modulus)
    return found.recipe


def unlike_shipped(network: Network, here: Bench) -> list[int]:
    """Moduli that were counted here otherwise than they come with the project: there should be none."""
    known = shipped.sweep_of(network).found
    return sorted(
        q for q, each in found_by_sweep(network, here).items() if q in known and known[q].counts != each.counts
    )


def is_swept(here: Bench) -> bool:
    """Every modulus is counted, with every readout mode that is wanted."""
    return here.swept >= len(SWEEP_ORDER) and _lagging(here) is None


def progress_of(here: Bench) -> Progress:
    """How far the search is, and every readout mode that lags behind it."""
    told = [f"{here.swept} of {len(SWEEP_ORDER)} moduli searched and counted"]
    told += [f"{readout} and its control at {here.fitted.get(readout, 0)}" for readout in _above_keep(here)]
    return Progress(here.swept, len(SWEEP_ORDER), "; ".join(told))


def _counting(network: Network, here: Bench) -> Working:
    """A modulus more at each step: of a readout mode that lags behind the search, or else of the search."""
    while not is_swept(here):
        readout = _lagging(here)
        if readout is None:
            _search_one(network, here)
        else:
            _count_one(network, here, readout)
        yield progress_of(here)


def _search_one(network: Network, here: Bench) -> None:
    place = here.swept
    cache.swept(network, SWEEP_ORDER[place])
    here.swept = max(here.swept, place + 1)


def _count_one(network: Network, here: Bench, readout: ReadoutMode) -> None:
    through = here.fitted.get(readout, 0)
    recipe = cache.swept(network, SWEEP_ORDER[through]).recipe
    cache.mode_counts(network, recipe, readout)
    cache.mode_on_shuffled(network, recipe, readout, CONTROL_SEEDS)
    here.fitted[readout] = max(here.fitted.get(readout, 0), through + 1)


def _above_keep(here: Bench) -> Iterator[ReadoutMode]:
    """The readout modes that are wanted beside keep, which the search itself counts."""
    return (readout for readout in here.readouts if readout != "keep")


def _lagging(here: Bench) -> ReadoutMode | None:
    """A readout mode that is not yet counted at every modulus that was searched."""
    return next((readout for readout in _above_keep(here) if here.fitted.get(readout, 0) < here.swept), None)
