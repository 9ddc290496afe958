"""Controls beside what they control."""

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.theme import READOUT_COLOURS, Ink, styled
from models.experiment.controls import Control

LABEL_LETTERS = 22  # a line, so that a phone has room for the bars


def controls_figure(controls: Sequence[Control], ink: Ink) -> go.Figure:
    """A row per control: one mark per seed, a bar at their mean, and a line where the trained body stands."""
    shown = [each for each in controls if each.accuracies]
    rows = [f"{each.name}, {each.readout}" for each in shown]
    figure = go.Figure()
    for row, each in zip(rows, shown, strict=True):
        colour = READOUT_COLOURS[each.readout][ink.dark]
        figure.add_trace(
            go.Bar(
                x=[each.mean],
                y=[row],
                orientation="h",
                marker={"color": colour, "opacity": 0.35},
                hovertemplate="mean %{x:.2%}<extra></extra>",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=each.accuracies,
                y=[row] * len(each.accuracies),
                mode="markers",
                marker={"color": colour, "size": 8},
                hovertemplate="one seed: %{x:.2%}<extra></extra>",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[each.trained],
                y=[row],
                mode="markers",
                marker={"color": ink.text, "symbol": "line-ns-open", "size": 20, "line": {"width": 3}},
                hovertemplate="trained body: %{x:.2%}<extra></extra>",
            )
        )
    styled(
        figure,
        ink,
        title="Dot: a seed; bar: their mean; stroke: trained",  # no longer than a phone is wide
        height=120 + 58 * len(rows),
    )
    figure.update_xaxes(title_text="pairs right, all pairs", tickformat=".0%", range=[-0.02, 1.05])
    labels = ["<br>".join(wrap(row, LABEL_LETTERS)) for row in rows]
    figure.update_yaxes(autorange="reversed", showgrid=False, automargin=True, tickvals=rows, ticktext=labels)
    return figure
