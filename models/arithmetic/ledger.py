"""What long arithmetic asked of the network, what it did itself, and what is proven of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ledger:
    """The account of a calculation.

    Its result is proven where every call that could happen, whatever the numbers, is among the pairs that were counted
    right. `unproven` names the first pair of each kind of call that is not.
    """

    base: int  # of the digits, or the bound of a limb
    moduli: tuple[int, ...]  # that the network was operated for
    calls: int  # sums asked of the network
    forward_passes: int  # pairs that it computed for them: each once
    outside: tuple[str, ...]  # what was done outside the network
    unproven: tuple[str, ...] = ()

    @property
    def certified(self) -> bool:
        """Whatever numbers are given, no call can go wrong."""
        return not self.unproven


@dataclass(frozen=True)
class LongResult:
    """Results of many calculations side by side, and one account of all of them."""

    numbers: Sequence[int]
    ledger: Ledger
    remainders: Sequence[int] = ()  # of divisions
