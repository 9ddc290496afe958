"""What *Turn it* alone shows, memoised like everything else (cache.py)."""

import torch

from dashboard.cache import memoised, operated
from models.evaluation import RelativeMargins, predictions, relative_margins
from models.network import Network
from models.surgery.recipe import Recipe

MOST_MISTAKES = 4000  # of an untouched network that a browser is sent


@memoised(64)
def untouched_mistakes(network: Network) -> dict[tuple[int, int], int] | None:
    """The pairs that the network gets wrong as it was trained, each with its answer; None where they are too many."""
    answered = predictions(network)
    a, b = torch.meshgrid(torch.arange(network.modulus), torch.arange(network.modulus), indexing="ij")
    wrong = (answered != network.task.answers(a, b)).nonzero().tolist()
    return None if len(wrong) > MOST_MISTAKES else {(a, b): int(answered[a, b]) for a, b in wrong}


@memoised(64)
def margins(network: Network, recipe: Recipe) -> RelativeMargins:
    """Margins of all pairs of the operated network, for the map where the browser's kernel does not compute it."""
    return relative_margins(operated(network, recipe))
