"""The only place that draws a Plotly figure."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

CONFIG: dict[str, Any] = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def show_chart(figure: go.Figure, *, key: str, alt: str) -> None:
    """A figure at full width, in our own template, described for people who do not see it."""
    st.plotly_chart(figure, theme=None, width="stretch", key=key, config=CONFIG, alt=alt)


def show_selectable_chart(figure: go.Figure, *, key: str, alt: str) -> float | None:
    """The same, and the x of the mark that the visitor clicked in this run."""
    state = st.plotly_chart(
        figure, theme=None, width="stretch", key=key, config=CONFIG, alt=alt, on_select="rerun", selection_mode="points"
    )
    points = state["selection"]["points"]
    return points[0]["x"] if points else None
