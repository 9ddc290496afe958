"""What is computed of a visitor's network unasked, by an estimate from its shapes."""

from dashboard.session.state import Opened, session
from models.runtime.cost import cost_of_inspection

BUDGET_SECONDS = 30  # of one core, for all that is said of a network at its own modulus


def is_within_budget(opened: Opened) -> bool:
    """Whether its figures over all pairs may be computed: they are few enough, or the visitor has agreed."""
    if not opened.uploaded or opened.network.digest in session().agreed:
        return True
    return cost_of_inspection(opened.network).seconds <= BUDGET_SECONDS


def agree(digest: str) -> None:
    """The visitor wants them all the same."""
    session().agreed.add(digest)


def withdraw(digest: str) -> None:
    """The visitor does not want them any more."""
    session().agreed.discard(digest)
