"""A table by frequency and number: where a wave is strong, and where it is interrupted."""

import plotly.graph_objects as go

from dashboard.theme import Ink, rising_scale, styled
from models.wavelets.scalogram import Scalogram

HEIGHT = 430


def scalogram_figure(found: Scalogram, ink: Ink, *, relative: bool, title: str) -> go.Figure:
    """Frequencies up, numbers across; `relative`: each frequency by its own mean along the numbers."""
    power = found.relative if relative else found.power
    unit = "times its mean" if relative else "power"
    figure = go.Figure(
        go.Heatmap(
            z=power.float().numpy(),
            y=found.frequencies.tolist(),
            colorscale=rising_scale(ink),
            colorbar={"title": {"text": unit, "side": "right"}, "thickness": 12},
            hovertemplate=f"number %{{x}}, frequency %{{y}}<br>%{{z:.4g}} {unit}<extra></extra>",
        )
    )
    styled(figure, ink, title=title, height=HEIGHT)
    figure.update_xaxes(title_text="number n", showgrid=False)
    figure.update_yaxes(title_text="frequency k", showgrid=False)
    return figure
