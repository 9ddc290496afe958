"""Data behind figures as CSV."""

import pandas as pd

from models.circuits.spectra import Spectrum


def spectrum_csv(spectra: dict[str, Spectrum]) -> str:
    """A row per frequency, columns of power (cosine, sine) and share for each table."""
    frequencies = next(iter(spectra.values())).frequencies
    columns: dict[str, object] = {"frequency": frequencies}
    for name, spectrum in spectra.items():
        columns |= {f"{name} cosine": spectrum.cosine, f"{name} sine": spectrum.sine, f"{name} share": spectrum.shares}
    return str(pd.DataFrame(columns).to_csv(index=False))
