"""Sums as a network gives them."""

from functools import cached_property

import torch
from torch import Tensor

from models.evaluation import Evaluation, State
from models.network import Network

UNKNOWN = -1
PAIRS_AT_ONCE = 4096


class Adder:
    """A network's answers, looked up: each pair goes through it once, when it is first asked for.

    What it answers is what its float64 forward pass says, right or wrong; `evaluation` says of which pairs the answer
    is proven. `calls` counts sums that were asked for, and `forward_passes` the pairs that were computed.
    """

    def __init__(self, network: Network, evaluation: Evaluation) -> None:
        self.network, self.evaluation = network, evaluation
        self.calls = 0
        q = network.modulus
        self._answers = torch.full((q, q), UNKNOWN)

    @property
    def modulus(self) -> int:
        """q."""
        return self.network.modulus

    @property
    def forward_passes(self) -> int:
        """Pairs computed so far."""
        return int((self._answers != UNKNOWN).sum())

    def sums(self, a: Tensor, b: Tensor) -> Tensor:
        """The network's answers to pairs of numbers 0 to q − 1, in the shape to which both broadcast."""
        a, b = torch.broadcast_tensors(a, b)
        self.calls += a.numel()
        found = self._answers[a, b]
        if bool((found == UNKNOWN).any()):
            self._compute(a[found == UNKNOWN], b[found == UNKNOWN])
            found = self._answers[a, b]
        return found

    def first_unproven(self, a: Tensor, b: Tensor) -> tuple[int, int] | None:
        """The first pair of these that is not proven right; None where all of them are."""
        wrong = (self.evaluation.states[a, b] != State.RIGHT).nonzero()
        if not len(wrong):
            return None
        a, b = torch.broadcast_tensors(a, b)
        place = tuple(wrong[0].tolist())
        return int(a[place]), int(b[place])

    @torch.no_grad()
    def _compute(self, a: Tensor, b: Tensor) -> None:
        pairs = (a * self.modulus + b).unique()
        for some in pairs.split(PAIRS_AT_ONCE):
            a, b = some // self.modulus, some % self.modulus
            self._answers[a, b] = self._exact.logits(a, b).argmax(-1)

    @cached_property
    def _exact(self) -> Network:
        return self.network.cast(torch.float64)
