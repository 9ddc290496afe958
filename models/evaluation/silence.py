"""An unembedding that says the same of every class, as where all dials are off: every pair is a tie, exactly."""

from models.evaluation.classes import Classes
from models.evaluation.settling import Settling
from models.network import Network


class Silence:
    """The count of a silent network: nothing has to be computed."""

    method = "silent"

    def __init__(self, network: Network, classes: Classes) -> None:
        self.network, self.classes = network, classes

    def count(self, failures: int) -> Settling | None:
        """Every pair undecided; None where more than `failures` are."""
        settling = Settling(self.network, self.classes, 0.0)
        settling.all_tied()
        return settling if settling.finish(failures) else None
