"""Accuracy against modulus: the untouched network, each rung of the readout ladder, and what its control gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import wording
from dashboard.theme import READOUT_COLOURS, Ink, styled
from models.baselines import Baseline
from models.evaluation import Counts
from models.surgery.readout import Readout

MARKS: dict[Readout, str] = {"keep": "circle", "calibrate": "diamond", "refit": "square"}


@dataclass(frozen=True)
class ReachCurve:
    """What has been counted so far: modulus → counts for each rung, and accuracies of the refit on shuffled bodies."""

    trained: int
    baselines: Sequence[Baseline]
    rungs: Mapping[Readout, Mapping[int, Counts]]
    shuffled_refits: Mapping[int, tuple[float, ...]]


def reach_figure(curve: ReachCurve, ink: Ink) -> go.Figure:
    """Lines for the untouched network, marks for what was operated and counted, a band for the refit's control."""
    figure = go.Figure()
    figure.add_vrect(x0=curve.trained + 0.5, x1=257, fillcolor=ink.soft, opacity=0.08, line_width=0)
    for name, dash, values in (
        ("untouched, answer as it is", "solid", [(each.modulus, each.raw) for each in curve.baselines]),
        ("untouched, answer read mod q", "dot", [(each.modulus, each.reduced) for each in curve.baselines]),
    ):
        shown = [(q, share) for q, share in values if share is not None]
        figure.add_trace(
            go.Scatter(
                x=[q for q, _ in shown],
                y=[share for _, share in shown],
                mode="lines",
                line={"color": ink.soft, "dash": dash, "width": 1.5},
                name=name,
                hovertemplate="mod %{x}: %{y:.2%}<extra>" + name + "</extra>",
            )
        )
    if curve.shuffled_refits:
        _add_band(figure, curve.shuffled_refits, ink)
    for readout, counted in curve.rungs.items():
        moduli = sorted(counted)
        figure.add_trace(
            go.Scatter(
                x=moduli,
                y=[counted[q].accuracy for q in moduli],
                mode="markers",
                marker={"color": READOUT_COLOURS[readout][ink.dark], "symbol": MARKS[readout], "size": 6},
                name=readout,
                customdata=[[q, wording.percent(counted[q].accuracy), wording.counted(counted[q])] for q in moduli],
                hovertemplate="mod %{x}: %{customdata[1]}<br>%{customdata[2]}<extra>" + readout + "</extra>",
            )
        )
    styled(figure, ink, title="Accuracy against modulus, all pairs of each", height=420)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.18, "yanchor": "top", "x": 0})
    figure.update_xaxes(title_text="modulus q (shaded: above the trained one)", range=[0, 258], showgrid=False)
    figure.update_yaxes(title_text="pairs right", tickformat=".0%", range=[-0.03, 1.06])
    return figure


def _add_band(figure: go.Figure, shuffled: Mapping[int, tuple[float, ...]], ink: Ink) -> None:
    colour = READOUT_COLOURS["refit"][ink.dark]
    moduli = sorted(shuffled)
    for edge, fill in ((max, None), (min, "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=moduli,
                y=[edge(shuffled[q]) for q in moduli],
                mode="lines",
                line={"color": colour, "width": 0.5, "dash": "dash"},
                fill=fill,
                opacity=0.4,
                name="the same refit on shuffled bodies",
                showlegend=fill is not None,
                hovertemplate="mod %{x}: %{y:.1%}<extra>refit on a shuffled body</extra>",
            )
        )
