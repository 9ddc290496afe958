"""Accuracy on the way from the trained body to shuffled ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import wording
from dashboard.theme import Ink, styled

DASHES = ("solid", "dash", "dot")


@dataclass(frozen=True)
class BlendCurves:
    """What has been counted so far of one operation.

    Attributes:
        modulus: of the operation.
        curves: seed of a shuffle → share of the way to the shuffled body → share of all pairs that is right.
        chosen: the share of the way that is looked at.
    """

    modulus: int
    curves: Mapping[int, Mapping[float, float]]
    chosen: float


def blend_figure(found: BlendCurves, ink: Ink) -> go.Figure:
    """A line for each shuffle, a mark on each where the slider stands, and a line at what guessing gets."""
    figure = go.Figure()
    for seed, curve in found.curves.items():
        _add_curve(figure, f"shuffle {seed + 1}", DASHES[seed % len(DASHES)], curve, found.chosen, ink)
    chance = 1 / found.modulus
    figure.add_hline(y=chance, line={"color": ink.soft, "width": 1, "dash": "dashdot"})
    figure.add_annotation(
        x=0, y=chance, text=f"guessing: {wording.percent(chance)}", showarrow=False, xanchor="left", yanchor="bottom"
    )
    figure.add_vline(x=found.chosen, line={"color": ink.soft, "width": 1})
    styled(figure, ink, title=f"From the trained body to a shuffled one, mod {found.modulus}", height=360)
    legend = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "itemwidth": 44}
    figure.update_layout(showlegend=True, legend=legend, margin_b=112)
    figure.update_xaxes(title_text="how far the body is shuffled", tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(title_text="pairs right, all pairs", tickformat=".0%", range=[-0.03, 1.06])
    return figure


def _add_curve(figure: go.Figure, name: str, dash: str, curve: Mapping[float, float], chosen: float, ink: Ink) -> None:
    places = sorted(curve)
    hover = "%{x:.0%} shuffled: %{y:.2%} right<extra>" + name + "</extra>"
    line = {"color": ink.text, "width": 2, "dash": dash}
    figure.add_trace(
        go.Scatter(x=places, y=[curve[x] for x in places], mode="lines", line=line, name=name, hovertemplate=hover)
    )
    if chosen in curve:
        mark = {"color": ink.text, "size": 9}
        figure.add_trace(
            go.Scatter(
                x=[chosen], y=[curve[chosen]], mode="markers", marker=mark, showlegend=False, hovertemplate=hover
            )
        )
