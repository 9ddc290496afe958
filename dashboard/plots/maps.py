"""Maps over a grid, a down and b across as on *Turn it*: the operands, or rows of the Fourier basis along each."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from torch import Tensor

from dashboard.theme import Ink, rising_scale, signed_scale, styled
from models.circuits.transforms.fourier import basis_names, strongest_rows

MAP_HEIGHT = 430
SCALE_LENGTH = 240  # of the colours beside it: as long as a phone's map is high
MOST_FREQUENCIES = 8  # of a 2-D spectrum: the others hold next to nothing, and are in its data


def pairs_figure(values: Tensor, ink: Ink, *, title: str, unit: str, signed: bool = False) -> go.Figure:
    """A value for every pair (a, b), [p, p]: a row for each a. `signed`: zero is the ground's colour."""
    largest = float(values.abs().max()) or 1.0
    limits = {"zmin": -largest, "zmax": largest} if signed else {}
    figure = go.Figure(
        go.Heatmap(
            z=values.float().numpy(),
            colorscale=signed_scale(ink) if signed else rising_scale(ink),
            colorbar=_bar(unit),
            hovertemplate=f"a %{{y}}, b %{{x}}<br>%{{z:.4g}} {unit}<extra></extra>",
            **limits,
        )
    )
    return _squared(styled(figure, ink, title=title, height=MAP_HEIGHT), across="operand b", down="operand a")


def with_pair(figure: go.Figure, ink: Ink, modulus: int, chosen: tuple[int, int]) -> go.Figure:
    """The same, with a mark that can be clicked at every pair and a circle round the chosen one."""
    a, b = np.divmod(np.arange(modulus**2, dtype=np.int32), modulus)
    figure.add_trace(
        go.Scatter(
            x=b,
            y=a,
            mode="markers",
            marker={"size": 5, "opacity": 0, "maxdisplayed": 1},
            hoverinfo="none",  # "skip" would let clicks through too
            unselected={"marker": {"opacity": 0}},
            selected={"marker": {"opacity": 0}},
        )
    )
    circle = {"symbol": "circle-open", "size": 14, "color": ink.text, "line": {"width": 3}}
    figure.add_trace(
        go.Scatter(x=[chosen[1]], y=[chosen[0]], mode="markers", marker=circle, hoverinfo="skip", selectedpoints=None)
    )
    return figure


def grid_spectrum_figure(power: Tensor, ink: Ink, *, title: str) -> go.Figure:
    """Shares of the power [p, p] of each pair of Fourier basis rows, for the strongest frequencies along a and b."""
    shown, all_names = strongest_rows(power, MOST_FREQUENCIES), basis_names(len(power))
    names = [all_names[row] for row in shown]
    shares = (power / (float(power.sum()) or 1.0))[shown][:, shown]
    title = f"{title} ({float(shares.sum()):.1%} of the power)"
    figure = go.Figure(
        go.Heatmap(
            z=shares.float().numpy(),
            x=names,
            y=names,
            xgap=1,
            ygap=1,
            colorscale=rising_scale(ink),
            colorbar=_bar("share of power", ".0%"),
            hovertemplate="%{y} of a × %{x} of b<br>share %{z:.4%}<extra></extra>",
        )
    )
    styled(figure, ink, title=title, height=MAP_HEIGHT)
    _squared(figure, across="wave along b", down="wave along a")
    figure.update_xaxes(tickangle=-90, tickfont_size=11, type="category", automargin=True, title_standoff=8)
    figure.update_yaxes(tickfont_size=11, type="category", automargin=True, title_standoff=8)
    return figure


def heads_figure(weights: Tensor, titles: Sequence[str], ink: Ink) -> list[go.Figure]:
    """A map of attention for every head [h, p, p], all on one scale from 0 to 1."""
    figures = [
        pairs_figure(head, ink, title=title, unit="of the attention")
        for head, title in zip(weights, titles, strict=True)
    ]
    for figure in figures:
        figure.update_traces(zmin=0, zmax=1)
        figure.update_layout(height=MAP_HEIGHT - 70)
    return figures


def _bar(unit: str, tickformat: str = "") -> dict[str, object]:
    """The scale beside a map."""
    return {
        "title": {"text": unit, "side": "right"},
        "thickness": 10,
        "outlinewidth": 0,
        "len": SCALE_LENGTH,
        "lenmode": "pixels",
        "tickformat": tickformat,
    }


def _squared(figure: go.Figure, *, across: str, down: str) -> go.Figure:
    figure.update_xaxes(title_text=across, showgrid=False, constrain="domain")
    figure.update_yaxes(title_text=down, showgrid=False, scaleanchor="x", constrain="domain", autorange="reversed")
    return figure
