"""Accuracy against modulus: the untouched network, each readout mode, and what each has to stand beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import wording
from dashboard.theme import ANALYTIC_COLOUR, READOUT_COLOURS, Ink, faded, styled
from models.analysis.baselines import Baseline
from models.evaluation import Counts
from models.surgery.margin import analytic_accuracy
from models.surgery.readout import ReadoutMode

# Where all modes are right, each is seen inside the next: open marks, the largest for the mode that fits most.
MARKS: dict[ReadoutMode, str] = {
    "keep": "circle",
    "balance": "triangle-up-open",
    "calibrate": "diamond-open",
    "refit": "square-open",
}
MARK_SIZES: dict[ReadoutMode, int] = {"keep": 5, "balance": 8, "calibrate": 10, "refit": 12}
BAND_DASHES: dict[ReadoutMode, str] = {
    "keep": "solid",
    "balance": "dashdot",
    "calibrate": "dot",
    "refit": "dash",
}  # told apart without colour
BAND_OPACITY = 0.25
ANALYTIC = "cosines alone, the same dials"
OWN = "untouched, at its own modulus"
LEGEND_LINE = 44  # pixels of a line in the legend: every dash pattern is told from the others
PLOT_HEIGHT, LEGEND_GAP, LEGEND_ROW = 380, 64, 21  # the legend stands below, a row an entry, so that a phone has room


@dataclass(frozen=True)
class ReachCurve:
    """What has been counted so far, all by modulus: counts of each readout mode, and what they stand beside.

    Shuffled: accuracies of the same fitted readout on shuffled bodies. Analytic: margin, in units of α's sum, of the
    network Σ_k α_k·cos(2πσ(k)(a + b − c)/q) with the very dials that were found.
    """

    trained: int
    baselines: Sequence[Baseline]
    counts: Mapping[ReadoutMode, Mapping[int, Counts]]
    shuffled: Mapping[ReadoutMode, Mapping[int, tuple[float, ...]]]
    analytic: Mapping[int, float]


def reach_figure(curve: ReachCurve, ink: Ink) -> go.Figure:
    """Lines for what surgery did not touch and for cosines alone, marks for what was counted, bands for controls."""
    figure = go.Figure()
    figure.add_vrect(x0=curve.trained + 0.5, x1=257, fillcolor=ink.soft, opacity=0.08, line_width=0)
    _add_untouched(figure, curve, ink)
    for readout, shuffled in curve.shuffled.items():
        _add_band(figure, readout, shuffled, ink)
    for readout, counted in reversed(list(curve.counts.items())):
        _add_marks(figure, readout, counted, ink)
    _add_analytic(figure, curve.analytic, ink)  # a thin line over the marks: below them nothing would be seen of it
    styled_with_legend(figure, ink, title="Accuracy against modulus, all pairs of each")
    figure.update_xaxes(title_text="modulus q (shaded: above the trained one)", range=[0, 258], showgrid=False)
    figure.update_yaxes(title_text="pairs right", tickformat=".0%", range=[-0.03, 1.06])
    return figure


def styled_with_legend(figure: go.Figure, ink: Ink, *, title: str) -> go.Figure:
    """The figure in house style, a row of the legend below it for each of its traces."""
    rows = sum(trace.showlegend is not False for trace in figure.data)
    styled(figure, ink, title=title, height=PLOT_HEIGHT + rows * LEGEND_ROW)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "v",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"color": ink.text, "size": 13},
            "traceorder": "normal",
            "itemwidth": LEGEND_LINE,
        },
        margin={"b": LEGEND_GAP + rows * LEGEND_ROW},
    )
    return figure


def _add_untouched(figure: go.Figure, curve: ReachCurve, ink: Ink) -> None:
    """Lines below the trained modulus; there a mark, to which no line leads, since beside it all sums are others."""
    baselines = [each for each in curve.baselines if each.modulus != curve.trained]
    for name, dash, values in (
        ("untouched, answer as it is", "solid", [(each.modulus, each.raw) for each in baselines]),
        ("untouched, answer read mod q", "dot", [(each.modulus, each.reduced) for each in baselines]),
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
    for each in curve.baselines:
        if each.modulus == curve.trained and each.raw is not None:
            figure.add_trace(
                go.Scatter(
                    x=[each.modulus],
                    y=[each.raw],
                    mode="markers",
                    marker={"color": ink.soft, "symbol": "diamond", "size": 9},
                    name=OWN,
                    hovertemplate="mod %{x}: %{y:.2%}<extra>" + OWN + "</extra>",
                )
            )


def _add_analytic(figure: go.Figure, margins: Mapping[int, float], ink: Ink) -> None:
    if not margins:
        return
    moduli = sorted(margins)
    figure.add_trace(
        go.Scatter(
            x=moduli,
            y=[analytic_accuracy(margins[q]) for q in moduli],
            mode="lines",
            line={"color": ANALYTIC_COLOUR[ink.dark], "dash": "dashdot", "width": 1.5},
            name=ANALYTIC,
            customdata=[[f"{margins[q]:.3f}"] for q in moduli],
            hovertemplate="mod %{x}: %{y:.0%}<br>margin %{customdata[0]}<extra>" + ANALYTIC + "</extra>",
        )
    )


def _add_marks(figure: go.Figure, readout: ReadoutMode, counted: Mapping[int, Counts], ink: Ink) -> None:
    moduli = sorted(counted)
    figure.add_trace(
        go.Scatter(
            x=moduli,
            y=[counted[q].accuracy for q in moduli],
            mode="markers",
            marker={"color": READOUT_COLOURS[readout][ink.dark], "symbol": MARKS[readout], "size": MARK_SIZES[readout]},
            name=readout,
            customdata=[[q, wording.percent(counted[q].accuracy), wording.counted(counted[q])] for q in moduli],
            hovertemplate="mod %{x}: %{customdata[1]}<br>%{customdata[2]}<extra>" + readout + "</extra>",
        )
    )


def _add_band(figure: go.Figure, readout: ReadoutMode, shuffled: Mapping[int, tuple[float, ...]], ink: Ink) -> None:
    """From the worst to the best shuffled body."""
    colour = READOUT_COLOURS[readout][ink.dark]
    moduli = sorted(shuffled)
    for edge, fill in ((max, None), (min, "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=moduli,
                y=[edge(shuffled[q]) for q in moduli],
                mode="lines",
                line={"color": colour, "width": 1, "dash": BAND_DASHES[readout]},
                fill=fill,
                fillcolor=faded(colour, BAND_OPACITY),
                name=f"the same {readout} on shuffled bodies",
                legendgroup=readout,
                showlegend=fill is not None,
                hovertemplate="mod %{x}: %{y:.1%}<extra>" + readout + " on a shuffled body</extra>",
            )
        )
