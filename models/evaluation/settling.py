"""States as they are proven: by the first arithmetic, by finer float64, by balls of ever more bits, or not at all."""

from collections import Counter
from typing import Literal

import torch
from torch import Tensor

from models.evaluation.balls import BITS, margins_by_balls, most_pairs
from models.evaluation.classes import Classes
from models.evaluation.margins import Finer, Margins
from models.evaluation.results import TIE_TOLERANCE, Proof, State, proven_states
from models.network import Network

Arithmetic = Literal["float32", "float64", "balls"]


class Settling:
    """All pairs of a network, taken a part at a time.

    `scale` defines the tolerance. A `mirrored` network answers (a, b) and (b, a) alike: one of the two is taken.
    """

    def __init__(
        self, network: Network, classes: Classes, scale: float, *, finer: Finer | None = None, mirrored: bool = False
    ) -> None:
        self.network, self.classes, self.finer, self.mirrored = network, classes, finer, mirrored
        self.scale = scale if scale < torch.inf else 0.0  # where float64 overflows, any lead counts
        self.states = torch.full((network.modulus,) * 2, State.UNDECIDED, dtype=torch.uint8)
        self.decided: Counter[Arithmetic] = Counter()  # pairs
        self.failed = 0  # of them, not right
        self.smallest = self.at_least = torch.inf  # the smallest margin seen, and what none can be below
        self.largest_error = 0.0  # among pairs that the first arithmetic decided
        self.none = torch.empty(2, 0, dtype=torch.int64).unbind(0)
        self.open: list[tuple[Tensor, ...]] = []  # pairs a, b [n]

    @property
    def tolerance(self) -> float:
        """Margins nearer to 0 are ties."""
        return TIE_TOLERANCE * self.scale

    def take(self, found: Margins, arithmetic: Arithmetic = "float32") -> None:
        """Write what is certain; what is not waits for `finish`."""
        certain, left = self._write(found, arithmetic)
        self.largest_error = max(self.largest_error, float(found.errors.where(certain, 0.0).max()))
        if len(left[0]):
            self.open.append(left)

    def all_tied(self) -> None:
        """Every margin is 0, exactly."""
        self.failed = self.states.numel()
        self.decided["float64"] = self.failed
        self.smallest = self.at_least = 0.0

    def finish(self, failures: int) -> bool:
        """Settle what is open: finer, then by balls. False once more than `failures` pairs are not right.

        Pairs that even balls cannot tell, or that are too many for them, are undecided.
        """
        a, b = (torch.cat(operand) for operand in zip(*self.open, strict=True)) if self.open else self.none
        if self.finer and len(a) and self.failed <= failures:
            _, (a, b) = self._write(self.finer(a, b), "float64")
        for bits in BITS:
            most = most_pairs(self.network, bits)
            self._give_up(a[most:], b[most:])
            a, b = a[:most], b[:most]
            if not len(a) or self.failed > failures:
                break
            left = [self._write(part, "balls")[1] for part in margins_by_balls(self.network, self.classes, a, b, bits)]
            a, b = (torch.cat(operand) for operand in zip(*left, strict=True))
        self._give_up(a, b)
        return self.failed <= failures

    def proof(self, method: str) -> Proof:
        """How the pairs were proven."""
        return Proof(
            method,
            in_float32=self.decided["float32"],
            in_float64=self.decided["float64"],
            in_balls=self.decided["balls"],
            unproven=self.states.numel() - self.decided.total(),
            largest_error=self.largest_error,
        )

    def _write(self, found: Margins, arithmetic: Arithmetic) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Where it is certain, in the margins' shape, and the pairs [n] that are left."""
        states, certain = proven_states(found.values, found.errors, self.tolerance)
        a, b = found.a, found.b
        whole = bool(certain.all())
        values, errors = found.values, found.errors
        if not whole:
            states = states.where(certain, State.UNDECIDED)
            values, errors = values.where(certain, torch.inf), errors.where(certain, 0.0)
        self.states[a, b] = states
        if self.mirrored:
            self.states[b, a] = states
        self.decided[arithmetic] += self._count(a, b, certain)
        self.failed += self._count(a, b, certain & (states != State.RIGHT))
        self.smallest = min(self.smallest, float(values.min()))
        self.at_least = min(self.at_least, float((values - errors).min()))
        if whole:
            return certain, self.none
        places = (~certain).nonzero(as_tuple=True)
        return certain, (a.expand(certain.shape)[places], b.expand(certain.shape)[places])

    def _count(self, a: Tensor, b: Tensor, which: Tensor) -> int:
        """How many pairs of the network some of those taken are."""
        count = int(torch.count_nonzero(which))
        return count + int(torch.count_nonzero(which & (a != b))) if self.mirrored else count

    def _give_up(self, a: Tensor, b: Tensor) -> None:
        if len(a):
            self.failed += self._count(a, b, torch.ones_like(a, dtype=torch.bool))
            self.smallest, self.at_least = min(self.smallest, 0.0), -torch.inf
