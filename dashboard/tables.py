"""Data behind figures as CSV."""

import pandas as pd

from dashboard.plots.reach import ReachCurve
from models.circuits.spectra import Spectrum
from models.surgery.margin import analytic_accuracy


def spectrum_csv(spectra: dict[str, Spectrum]) -> str:
    """A row per frequency, columns of power (cosine, sine) and share for each table."""
    frequencies = next(iter(spectra.values())).frequencies
    columns: dict[str, object] = {"frequency": frequencies}
    for name, spectrum in spectra.items():
        columns |= {f"{name} cosine": spectrum.cosine, f"{name} sine": spectrum.sine, f"{name} share": spectrum.shares}
    return str(pd.DataFrame(columns).to_csv(index=False))


def reach_csv(curve: ReachCurve) -> str:
    """A row per modulus: the untouched network, what has been counted of each rung, and what each stands beside."""
    rows = []
    for each in curve.baselines:
        row: dict[str, object] = {"modulus": each.modulus, "raw": each.raw, "answer mod q": each.reduced}
        for readout, counted in curve.rungs.items():
            if each.modulus in counted:
                counts = counted[each.modulus]
                row |= {f"{readout} right": counts.right, f"{readout} undecided": counts.undecided}
                row |= {f"{readout} wrong": counts.wrong, f"{readout} accuracy": counts.accuracy}
        if each.modulus in curve.analytic:
            margin = curve.analytic[each.modulus]
            row |= {"analytic_margin": margin, "analytic accuracy": analytic_accuracy(margin)}
        for readout, shuffled in curve.shuffled.items():
            if each.modulus in shuffled:
                row[f"{readout} on shuffled bodies"] = max(shuffled[each.modulus])
        rows.append(row)
    return str(pd.DataFrame(rows).to_csv(index=False))
