"""A frequency's plane: the numbers as on a dial, and the sinusoid through the table's real values."""

import plotly.graph_objects as go

from dashboard.theme import Ink, styled
from models.circuits.planes import FrequencyPlane

LABELLED = 12


def clock_figure(plane: FrequencyPlane, colour: str, ink: Ink, *, title: str) -> go.Figure:
    """Every number where the table puts it in the plane, joined in the order in which the dial visits them.

    0 stands near the top and the dial turns clockwise, as on the dials.
    """
    order = plane.order
    y, x = plane.points[order].T.tolist()
    figure = go.Figure(
        go.Scatter(x=[*x, x[0]], y=[*y, y[0]], mode="lines", line={"color": ink.line, "width": 1}, hoverinfo="skip")
    )
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers+text",
            marker={"color": colour, "size": 6},
            text=[str(n) if n < LABELLED else "" for n in order.tolist()],
            textposition="top center",
            textfont={"color": ink.text, "size": 12},
            customdata=order.tolist(),
            hovertemplate="number %{customdata}<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
        )
    )
    styled(figure, ink, title=title, height=400)
    figure.update_xaxes(title_text="sine direction", showgrid=False, constrain="domain")
    figure.update_yaxes(title_text="cosine direction", showgrid=False, scaleanchor="x", constrain="domain")
    return figure


def sinusoid_figure(plane: FrequencyPlane, colour: str, ink: Ink, *, title: str) -> go.Figure:
    """The table's values along the cosine direction, number by number, and the pure sinusoid through them."""
    figure = go.Figure(
        go.Scatter(
            x=plane.numbers.tolist(),
            y=plane.wave.tolist(),
            mode="lines",
            line={"color": colour, "width": 2},
            name=f"sinusoid of frequency {plane.frequency}",
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=list(range(len(plane.points))),
            y=plane.points[:, 0].tolist(),
            mode="markers",
            marker={"color": ink.text, "size": 5},
            name="values in the table",
            hovertemplate="number %{x}<br>value %{y:.4f}<extra></extra>",
        )
    )
    styled(figure, ink, title=title, height=320)
    figure.update_xaxes(title_text="number n", showgrid=False)
    figure.update_yaxes(title_text="along the cosine direction")
    return figure
