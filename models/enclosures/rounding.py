"""What one rounding of a floating-point precision may do, and how many together."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Precision:
    """A floating-point format: an operation gives x·(1 + δ) + η with |δ| ≤ unit and |η| ≤ unit·floor.

    `floor` covers underflow, gradual or flushed to zero: sizes are measured as |x| + floor. Where no sum of sizes
    reaches `largest`, nothing overflows in any order of summation.
    """

    dtype: torch.dtype
    unit: float
    floor: float
    largest: float

    def gamma(self, roundings: int) -> float:
        """γ_n = n·u / (1 − n·u): the relative error of n roundings one after another; infinite where n·u ≥ 1.

        Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1.

        >>> FLOAT32.gamma(2) == 2 * 2**-24 / (1 - 2 * 2**-24)
        True
        """
        together = roundings * self.unit
        return together / (1 - together) if together < 1 else torch.inf


# The smallest normal numbers are 2^-126 and 2^-1022: floor is that over the unit.
FLOAT32 = Precision(torch.float32, 2.0**-24, 2.0**-102, 2.0**126)
FLOAT64 = Precision(torch.float64, 2.0**-53, 2.0**-969, 2.0**1020)
