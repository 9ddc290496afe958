"""Curves that were recorded while a network was trained."""

from collections.abc import Mapping

import plotly.graph_objects as go

from dashboard.theme import Ink, styled
from models.formats.series import Curve

DASHES = {"train": "solid", "test": "dash"}
MOST_POINTS = 2000  # drawn of a curve; a long one is thinned evenly


def training_figure(curves: Mapping[str, Curve], step: int | None, ink: Ink, *, what: str) -> go.Figure:
    """Loss (logarithmic) or accuracy over the steps of training; a line at the step that is shown."""
    figure = go.Figure()
    for title, curve in curves.items():
        stride = -(-len(curve.steps) // MOST_POINTS)
        figure.add_trace(
            go.Scatter(
                x=curve.steps[::stride],
                y=curve.values[::stride],
                mode="lines",
                line={"color": ink.text, "width": 1.5, "dash": DASHES[title.split()[0]]},
                name=title,
                hovertemplate=f"step %{{x:,}}: %{{y:{'.4g' if what == 'loss' else '.2%'}}}<extra>{title}</extra>",
            )
        )
    if step is not None:
        figure.add_vline(x=step, line={"color": ink.soft, "width": 1})
    styled(figure, ink, title=f"Recorded {what}", height=300)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": -0.25, "yanchor": "top", "x": 0, "itemwidth": 44}
    )
    figure.update_xaxes(title_text="step of training")
    if what == "loss":
        figure.update_yaxes(title_text="loss (nats)", type="log", exponentformat="power")
    else:
        figure.update_yaxes(title_text="pairs right", tickformat=".0%", range=[-0.03, 1.06])
    return figure
