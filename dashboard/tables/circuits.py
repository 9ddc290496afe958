"""What Look inside shows as tables, on the page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from torch import Tensor

from dashboard import wording
from models.analysis.patching import Patched
from models.analysis.published import Figure
from models.circuits.attention import AttentionHeads
from models.circuits.key_rules import RuleResult
from models.circuits.logit_fit import LogitFit, PairDecomposition
from models.circuits.measures import Measure, Measured
from models.circuits.neurons import NeuronPortrait, NeuronTable
from models.circuits.planes import FrequencyPlane
from models.circuits.spectra import KeyFrequencies
from models.circuits.transforms.fourier import basis_names
from models.wavelets.defects import Defect
from models.wavelets.scalogram import Scalogram
from models.wavelets.tables import TABLES


def neurons_table(table: NeuronTable) -> pd.DataFrame:
    """A row per neuron; phases in radians."""
    return pd.DataFrame(
        {
            "neuron": range(len(table.explained)),
            "frequency": table.frequencies.tolist(),
            "explained": table.explained.tolist(),
            "clustered": table.clustered.tolist(),
            "deviation": table.deviations.tolist(),
            "φ of a": table.phases_a.tolist(),
            "φ of b": table.phases_b.tolist(),
            "ψ": table.phases_out.tolist(),
            "D = φ_a + φ_b − ψ mod 2π": table.phase_differences.tolist(),
            "IPR heard": table.ipr_in.tolist(),
            "IPR said": table.ipr_out.tolist(),
        }
    )


def pairs_table(values: Tensor, name: str) -> pd.DataFrame:
    """A row per pair (a, b) of a map [p, p]."""
    p = len(values)
    a, b = [n for n in range(p) for _ in range(p)], list(range(p)) * p
    return pd.DataFrame({"a": a, "b": b, name: values.flatten().tolist()})


def grid_spectrum_table(power: Tensor) -> pd.DataFrame:
    """A row per pair of Fourier basis rows."""
    names = basis_names(len(power))
    rows = [(one, other) for one in names for other in names]
    return pd.DataFrame(rows, columns=["wave along a", "wave along b"]).assign(power=power.flatten().tolist())


def along_table(portrait: NeuronPortrait) -> pd.DataFrame:
    """A row per number: mean activation where it is the sum, and where it is the difference."""
    along = {"along a + b": portrait.along_sum.tolist(), "along a − b": portrait.along_difference.tolist()}
    return pd.DataFrame({"number": range(len(portrait.along_sum)), **along})


def scalogram_table(found: Scalogram) -> pd.DataFrame:
    """A row per frequency and number."""
    frequencies = [k for k in found.frequencies.tolist() for _ in range(found.modulus)]
    numbers = list(range(found.modulus)) * len(found.frequencies)
    return pd.DataFrame({"frequency": frequencies, "number": numbers, "power": found.power.flatten().tolist()})


def defects_table(defects: Sequence[Defect]) -> pd.DataFrame:
    """A row per defect, the most certain first; what a defect has not is left empty."""
    return pd.DataFrame(
        {
            "table": [TABLES[each.table] for each in defects],
            "what": [wording.DEFECTS[each.kind] for each in defects],
            "number": ["" if each.number is None else str(each.number) for each in defects],
            "dial": ["" if each.frequency is None else str(each.frequency) for each in defects],
            "by": [each.amount for each in defects],
            "score": [each.score for each in defects],
        }
    )


def says_table(portrait: NeuronPortrait) -> pd.DataFrame:
    """A row per class: what the neuron writes into its logit."""
    weights = portrait.logit_weights.tolist()
    return pd.DataFrame({"class": range(len(weights)), "weight": weights})


def heads_table(heads: AttentionHeads) -> pd.DataFrame:
    """A row per head."""
    weights = heads.weights.flatten(1)
    return pd.DataFrame(
        {
            "head": range(len(weights)),
            "frequency": heads.found.frequencies.tolist(),
            "explained by it": heads.found.explained.tolist(),
            "mean attention on a": weights.mean(1).tolist(),
            "least": weights.amin(1).tolist(),
            "most": weights.amax(1).tolist(),
        }
    )


def pair_table(pair: PairDecomposition) -> pd.DataFrame:
    """A row per class: logit, waves, residual."""
    waves = {f"wave k={k}": wave.tolist() for k, wave in zip(pair.frequencies, pair.waves, strict=True)}
    return pd.DataFrame(
        {
            "class": range(len(pair.logits)),
            "logit": pair.logits.tolist(),
            **waves,
            "left over": pair.residual.tolist(),
        }
    )


def fit_table(fit: LogitFit) -> pd.DataFrame:
    """A row per frequency."""
    return pd.DataFrame(
        {
            "frequency": range(1, len(fit.alphas) + 1),
            "alpha": fit.alphas.tolist(),
            "similarity": fit.similarities.tolist(),
            "explained": fit.explained.tolist(),
        }
    )


def rules_table(rules: Sequence[RuleResult]) -> pd.DataFrame:
    """A row per rule: the frequencies that it keeps."""
    return pd.DataFrame(
        [
            {"rule": rule.title, "key frequencies, strongest first": ", ".join(map(str, rule.strongest_first))}
            for rule in rules
        ]
    )


def keys_table(keys: KeyFrequencies) -> pd.DataFrame:
    """A row per frequency: its strength, and whether it is key."""
    known = set(keys.frequencies)
    rows = [(k, strength, k in known) for k, strength in enumerate(keys.strengths.tolist(), 1)]
    return pd.DataFrame(rows, columns=["frequency", "relative strength", "key"])


def plane_table(plane: FrequencyPlane) -> pd.DataFrame:
    """A row per number: where it lies in the plane."""
    return pd.DataFrame(
        {
            "number": range(len(plane.points)),
            "cosine direction": plane.points[:, 0].tolist(),
            "sine direction": plane.points[:, 1].tolist(),
        }
    )


def patching_table(labels: Sequence[str], mixes: Sequence[Patched]) -> pd.DataFrame:
    """A row per mix."""
    rows = [
        {"mix": label, "right": mix.counts.right, "undecided": mix.counts.undecided, "wrong": mix.counts.wrong}
        for label, mix in zip(labels, mixes, strict=True)
    ]
    return pd.DataFrame(rows)


OF_PAIRS, OF_POWER = "share of all pairs", "share of the power"
PERCENT_UNITS = (OF_PAIRS, OF_POWER)


@dataclass(frozen=True)
class MeasureRow:
    """One figure of a measure beside the published one."""

    title: str
    value: float
    unit: str
    published: Figure | None

    @property
    def difference(self) -> float | None:
        """Ours less theirs."""
        return None if self.published is None else self.value - self.published.value


def rows_of(measure: Measure, measured: Measured, figures: Sequence[Figure]) -> list[MeasureRow]:
    """The measure as a whole, then each of its frequencies."""
    theirs = {figure.frequency: figure for figure in figures if figure.measure == measure.name}
    rows = [MeasureRow(measure.title, measured.value, measure.unit, theirs.get(None))]
    for k, value in (measured.per_frequency or {}).items():
        rows.append(MeasureRow(f"{measure.title}, k = {k}", value, measure.unit, theirs.get(k)))
    return rows


def measures_table(rows: Sequence[MeasureRow]) -> pd.DataFrame:
    """A row per figure."""
    return pd.DataFrame(
        [
            {
                "measure": row.title,
                "ours": row.value,
                "unit": row.unit,
                "published": row.published.value if row.published else None,
                "difference": row.difference,
                "their source": f"{row.published.source} {row.published.remark}".strip() if row.published else None,
            }
            for row in rows
        ]
    )


def figure_told(value: float, unit: str = "") -> str:
    """A measure's figure as people read it; shares of pairs and of power in percent."""
    if unit in PERCENT_UNITS:
        return wording.percent(value)
    return wording.count(value) if value == int(value) and abs(value) >= 2 else f"{value:.4g}"
