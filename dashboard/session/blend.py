"""The curve from the trained body to a shuffled one, counted a place at a time and kept as it comes in."""

from dashboard import cache
from dashboard.jobs import Progress, Work, Working
from dashboard.session.state import SeenBlend, blend_seen, owner_of, session
from models.experiment.blend import BLENDS, growing_blend
from models.network import Network
from models.surgery.recipe import Recipe

BLEND = "blend"  # the kind of its jobs
SEED = 0  # of the one shuffle that is counted here


def blend_work(network: Network, recipe: Recipe) -> Work:
    """Every place of the way that is not counted yet."""
    seen, seconds = blend_seen(network, recipe), cache.seconds_in_turn(network)
    owner = owner_of(network, recipe)
    return Work(BLEND, owner, lambda: _counting(network, seen), first=_told(seen), seconds=seconds)


def start_blend(network: Network, recipe: Recipe) -> None:
    """The same from the next showing on."""
    session().jobs.start(blend_work(network, recipe))


def _counting(network: Network, seen: SeenBlend) -> Working:
    for place in growing_blend(network, seen.recipe, SEED, frozenset(seen.curves.get(SEED, {}))):
        seen.curves[SEED] = seen.curves.get(SEED, {}) | {place.blend: place.counts.accuracy}
        yield _told(seen)


def _told(seen: SeenBlend) -> Progress:
    done = len(seen.curves.get(SEED, {}))
    return Progress(done, len(BLENDS), f"{done} of {len(BLENDS)} places of the way counted")
