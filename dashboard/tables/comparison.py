"""Two networks in the rows of one table, on the page and as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import wording
from dashboard.tables.circuits import figure_told
from models.analysis.comparison import SharedDials
from models.circuits.spectra import Spectrum
from models.evaluation import Counts

NOTHING = "–"


def dials_table(dials: SharedDials, names: Sequence[str], spectra: Sequence[Spectrum]) -> pd.DataFrame:
    """A row per dial, the slowest first: its frequency in each network and that one's share of the embedding."""
    rows = []
    for dial in dials.dials:
        row = {"numbers to a round": f"{float(dial.period):.4g}"}
        for name, k, spectrum in zip(names, (dial.left, dial.right), spectra, strict=True):
            row[f"k in {name}"] = NOTHING if k is None else str(k)
            row[f"share of E, {name}"] = NOTHING if k is None else wording.percent(float(spectrum.shares[k - 1]), 1)
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class TwoFigures:
    """One measure of both networks; None where it does not apply."""

    title: str
    unit: str
    left: float | None
    right: float | None

    @property
    def difference(self) -> float | None:
        """Right less left."""
        return None if self.left is None or self.right is None else self.right - self.left


def figures_table(rows: Sequence[TwoFigures], names: Sequence[str]) -> pd.DataFrame:
    """A row per measure, as people read it."""
    return pd.DataFrame(
        [
            {
                "measure": row.title,
                **{
                    name: NOTHING if value is None else figure_told(value, row.unit)
                    for name, value in zip(names, (row.left, row.right), strict=True)
                },
                "unit": row.unit,
            }
            for row in rows
        ]
    )


def figures_in_full(rows: Sequence[TwoFigures], names: Sequence[str]) -> pd.DataFrame:
    """The same with all digits, and right less left."""
    return pd.DataFrame(
        [
            {"measure": row.title, names[0]: row.left, names[1]: row.right, "difference": row.difference}
            | {"unit": row.unit}
            for row in rows
        ]
    )


def shares_table(found: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """A row per frequency, a column per part of a network."""
    count = len(next(iter(found.values())))
    return pd.DataFrame({"frequency": range(1, count + 1), **found})


def moduli_table(names: Sequence[str], counts: Sequence[Mapping[int, Counts]]) -> pd.DataFrame:
    """A row per modulus that one of them was counted at."""
    moduli = sorted({q for each in counts for q in each})
    columns = {
        f"{name} {state}": [getattr(each[q], state) if q in each else None for q in moduli]
        for name, each in zip(names, counts, strict=True)
        for state in ("right", "undecided", "wrong")
    }
    return pd.DataFrame({"modulus": moduli, **columns})
