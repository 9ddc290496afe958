"""One pair followed through a network: what its parts hold of it, from the operand tables to the logits."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logits import CosineFit
from models.circuits.planes import frequency_plane
from models.network import Network


@dataclass(frozen=True, eq=False)
class PairTrace:
    """The pair (a, b) in every part; k frequencies, h heads, m neurons of the last layer."""

    a: int
    b: int
    frequencies: tuple[int, ...]
    places_a: Tensor  # float64 [k, 2], a's row in each frequency's plane; 1 is the mean distance of all rows from 0
    places_b: Tensor  # float64 [k, 2], the same of b's row
    attention: Tensor | None  # float64 [h], of the last position on a in the first layer; None without
    neurons: Tensor  # float64 [m], what the last layer's neurons answer
    logits: Tensor  # float64 [p], less their mean over the classes
    votes: Tensor  # float64 [k], each frequency's α_k: what its wave adds to the logit of the right class

    @property
    def fired(self) -> int:
        """How many neurons answer more than 0."""
        return int((self.neurons > 0).sum())

    @property
    def lead(self) -> tuple[int, int, float]:
        """The class with the largest logit, the next one, and by how much it leads; of one class alone itself and 0."""
        best = self.logits.topk(min(2, len(self.logits)))
        first, second = int(best.indices[0]), int(best.indices[-1])
        return first, second, float(best.values[0] - best.values[-1])


@torch.no_grad()
def trace_pair(network: Network, waves: CosineFit, a: int, b: int) -> PairTrace:
    """What each part of a network holds of one pair, by a float64 forward pass.

    Args:
        network: with modulus p.
        waves: the frequencies to follow, with their α_k, from `logit_waves`.
        a: first operand, 0 to p − 1.
        b: second operand.

    Returns:
        Its places on the planes of the tables, attention, neurons, logits and votes.

    >>> from models import zoo
    >>> from models.circuits.logits import logit_waves
    >>> network = zoo.load("mlp-113")
    >>> trace = trace_pair(network, logit_waves(network, (7, 11)), 69, 80)
    >>> trace.lead[0], trace.attention, tuple(trace.places_a.shape)
    (36, None, (2, 2))
    """
    exact = network.cast(torch.float64)
    pair = torch.tensor([a]), torch.tensor([b])
    attending = exact.body.attention
    weights = None if attending is None else attending.first_attention(exact.table_a, exact.table_b, *pair)
    _received, answered = exact.body.last_neurons(exact.table_a, exact.table_b, *pair)
    logits = exact.logits(*pair)[0]
    return PairTrace(
        a,
        b,
        waves.frequencies,
        _places(exact.table_a, waves.frequencies, a),
        _places(exact.table_b, waves.frequencies, b),
        None if weights is None else weights[0, :, 0],
        answered[0],
        logits - logits.mean(),
        waves.alphas,
    )


def _places(table: Tensor, frequencies: tuple[int, ...], number: int) -> Tensor:
    """float64 [k, 2]: a number's row in each plane, by the mean distance of all rows."""
    found = []
    for frequency in frequencies:
        points = frequency_plane(table, frequency).points
        found.append(points[number] / points.norm(dim=1).mean().clamp_min(1e-300))
    return torch.stack(found) if found else table.new_zeros(0, 2)
