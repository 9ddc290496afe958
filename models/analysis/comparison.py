"""Two networks compared: which key frequencies both have, told so that their moduli may differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class SharedDial:
    """One dial, and the frequency that it has in either of two networks; None where it is no key frequency there.

    What both moduli can tell alike is how far it turns from a number to the next one: k/p of a round, so that it comes
    round after p/k numbers.
    """

    turn: Fraction  # of a round a number, in lowest terms
    left: int | None
    right: int | None

    @property
    def period(self) -> Fraction:
        """Numbers to a round."""
        return 1 / self.turn

    @property
    def is_shared(self) -> bool:
        """A key frequency of both."""
        return self.left is not None and self.right is not None


@dataclass(frozen=True)
class SharedDials:
    """The dials of two networks together, the slowest first."""

    left_modulus: int
    right_modulus: int
    dials: tuple[SharedDial, ...]

    @property
    def shared(self) -> tuple[SharedDial, ...]:
        """Those of both."""
        return tuple(dial for dial in self.dials if dial.is_shared)

    @property
    def could_be_shared(self) -> bool:
        """Some frequency of the one turns as far a number as one of the other: k/p = l/q for some 0 < k < p."""
        return math.gcd(self.left_modulus, self.right_modulus) > 1


def shared_dials(p: int, left: Sequence[int], q: int, right: Sequence[int]) -> SharedDials:
    """The key frequencies of two networks, those beside each other that are one dial.

    Args:
        p: modulus of the first.
        left: its key frequencies, each in 1 … ⌊p/2⌋.
        q: modulus of the second.
        right: its key frequencies, each in 1 … ⌊q/2⌋.

    Returns:
        A dial for every k/p and every l/q, in ascending order; at one modulus two are alike where k = l.

    >>> [(dial.left, dial.right) for dial in shared_dials(12, [1, 5], 24, [2, 3]).dials]
    [(1, 2), (None, 3), (5, None)]
    """
    of_left, of_right = {Fraction(k, p): k for k in left}, {Fraction(k, q): k for k in right}
    turns = sorted(of_left.keys() | of_right.keys())
    return SharedDials(p, q, tuple(SharedDial(turn, of_left.get(turn), of_right.get(turn)) for turn in turns))
