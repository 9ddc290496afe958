"""Values with proven error bounds: what decides a pair where floating-point numbers alone cannot.

rounding.py     what one rounding of a precision may do, and how many together
rounded.py      float64 rows, each with the radius of a ball that holds the exact one
balls.py        rows of balls at any precision (Arb)

What a forward pass asks of them stands in bodies/enclosure.py, why their bounds hold in docs/exactness.md.
"""

from models.enclosures.balls import BallRows, precision_of_balls
from models.enclosures.rounded import RoundedRows
from models.enclosures.rounding import FLOAT32, FLOAT64, Precision

__all__ = [
    "FLOAT32",
    "FLOAT64",
    "BallRows",
    "Precision",
    "RoundedRows",
    "precision_of_balls",
]
