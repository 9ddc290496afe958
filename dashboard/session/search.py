"""The search for dials on *Turn it*: what it finds is set, unless something else was pressed meanwhile."""

from dashboard import cache
from dashboard.jobs import Work, Working
from dashboard.session.state import Bench, session
from models.experiment.request import Request
from models.experiment.run import Outcome, steps
from models.network import Network

SEARCH = "search for dials"  # the kind of its jobs


def start_search(network: Network, here: Bench) -> None:
    """Dials for the modulus on the wheel, carried as those on the console are; nothing is tried yet."""
    asked = Request.like(network, here.recipe)

    def begin() -> Working:
        waves = None if asked.single_frequency else cache.waves(network)  # norm gain or not
        return steps(network, asked, waves)

    def finish(outcome: Outcome) -> None:
        here.turn(outcome.recipe)

    seconds = cache.seconds_in_turn(network)
    session().jobs.start(Work(SEARCH, network.digest, begin, finish, seconds=seconds, most_at_once=None))


def tried(network: Network) -> tuple[int, int] | None:
    """Settings tried, and at most to be tried, by the search that goes on; None where none does."""
    job = session().jobs.going(SEARCH, network.digest)
    return (int(job.progress.done), int(job.progress.most)) if job else None
