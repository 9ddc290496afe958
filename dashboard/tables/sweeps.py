"""Data behind figures as CSV."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import wording
from dashboard.foreign_text import in_plain
from dashboard.plots.reach import ReachCurve
from dashboard.tables.spreadsheet import csv
from models.analysis.rules import RuleFits
from models.circuits.spectra import Spectrum
from models.formats.roles.find import filled_in, in_words
from models.formats.roles.tokens import Tokens
from models.formats.series import Curve
from models.network import Network
from models.readings import Tried
from models.surgery.margin import analytic_accuracy


def spectrum_csv(spectra: dict[str, Spectrum]) -> str:
    """A row per frequency, columns of power (cosine, sine) and share for each table."""
    frequencies = next(iter(spectra.values())).frequencies
    columns: dict[str, object] = {"frequency": frequencies}
    for name, spectrum in spectra.items():
        columns |= {f"{name} cosine": spectrum.cosine, f"{name} sine": spectrum.sine, f"{name} share": spectrum.shares}
    return csv(pd.DataFrame(columns))


def curves_csv(curves: Mapping[str, Curve]) -> str:
    """A row per recorded value: which curve, the step and the value."""
    rows = [(title, step, value) for title, c in curves.items() for step, value in zip(c.steps, c.values, strict=True)]
    return csv(pd.DataFrame(rows, columns=["curve", "step", "value"]))


def readings_table(tried: Sequence[Tried]) -> pd.DataFrame:
    """A row per reading that was tried, best first."""
    rows = [
        {
            "activation": each.hyperparameters.activation,
            "attention coefficient": each.hyperparameters.coefficient,
            "attention mask": each.hyperparameters.mask,
            "tables": each.hyperparameters.tables,
            "first bias": each.hyperparameters.first_bias,
            "order of weights": each.hyperparameters.order,
            "tokens": Tokens.read(each.hyperparameters.tokens).shown if each.hyperparameters.tokens else "",
            "heads": each.hyperparameters.heads,
            "norms": f"{each.hyperparameters.norm}, {each.hyperparameters.norm_place}",
            "embedding times": {"one": "1", "root": "√d"}[each.hyperparameters.table_scale],
            "computes": each.rule or str(each.hyperparameters.operation),
            "pairs right": wording.percent(each.accuracy),
            "loss (nats)": f"{each.loss:.3g}",
            "half-step test": "not run" if each.half_step is None else wording.percent(each.half_step),
        }
        for each in tried
    ]
    table = pd.DataFrame(rows)
    figures = ["pairs right", "loss (nats)"] + ["half-step test"] * any(each.half_step is not None for each in tried)
    return table[[name for name in table if name in figures or table[name].nunique() > 1]]


def roles_table(network: Network) -> pd.DataFrame:
    """A row per tensor of a transformer under any names: what it is taken for."""
    tensors = network.layout.retained
    rows = [
        {"tensor": in_plain(name), "shape": " × ".join(map(str, tensors[name].shape)), "is": in_words(role)}
        for name, role in filled_in(tensors, network.layout.roles).items()
    ]
    return pd.DataFrame(rows).sort_values("is", kind="stable")


def rules_table(rules: RuleFits) -> pd.DataFrame:
    """A row per rule that a network's answers were held against, best first."""
    rows = [
        {
            "rule": fit.rule.shown,
            "pairs right": f"{fit.right:,} of {fit.pairs:,}",
            "share": wording.percent(fit.accuracy),
            "answers shuffled": wording.percent(fit.shuffled),
        }
        for fit in rules.fits
    ]
    return pd.DataFrame(rows)


def reach_csv(curve: ReachCurve) -> str:
    """A row per modulus: the untouched network, the counts of each readout mode, and what each stands beside."""
    rows = []
    for each in curve.baselines:
        row: dict[str, object] = {"modulus": each.modulus, "raw": each.raw, "answer mod q": each.reduced}
        for readout, counted in curve.counts.items():
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
    return csv(pd.DataFrame(rows))
