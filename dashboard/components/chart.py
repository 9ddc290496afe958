"""The only place that draws a Plotly figure, with what belongs under it: its data, and how to compute the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from dashboard.components.pictures import saved_as


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: its data as CSV, made when asked for, and the lines of Python that compute it."""

    file: str  # name of the CSV without its ending
    data: Callable[[], str]
    notebook: str


def config_of(key: str) -> dict[str, Any]:
    """Plotly's toolbar for a figure: there while the pointer is over it, without what selects by area."""
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": saved_as(key),
    }


def show_chart(figure: go.Figure, *, key: str, alt: str, source: Source | None = None) -> None:
    """A figure at full width, in our own template, described for people who do not see it."""
    st.plotly_chart(figure, theme=None, width="stretch", key=key, config=config_of(key), alt=alt)
    if source:
        show_source(source, key=key)


def show_clickable_chart(
    figure: go.Figure, *, key: str, alt: str, on_click: Callable[[dict[str, Any]], None], source: Source | None = None
) -> None:
    """The same; `on_click` gets the mark that the visitor clicks: its x, y and text."""

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            on_click(points[0])

    _draw_selectable(figure, key=key, alt=alt, on_select=clicked)
    if source:
        show_source(source, key=key)


def show_selectable_chart(figure: go.Figure, *, key: str, alt: str) -> float | None:
    """The same, and the x of the mark that the visitor clicked in this run."""
    state = _draw_selectable(figure, key=key, alt=alt, on_select="rerun")
    points = state["selection"]["points"]
    return points[0]["x"] if points else None


def _draw_selectable(
    figure: go.Figure, *, key: str, alt: str, on_select: Callable[[], None] | Literal["rerun"]
) -> dict[str, Any]:
    """A figure whose marks can be clicked; what is selected, as Streamlit tells it."""
    state: dict[str, Any] = st.plotly_chart(
        figure,
        theme=None,
        width="stretch",
        key=key,
        config=config_of(key),
        alt=alt,
        on_select=on_select,
        selection_mode="points",
    )
    return state


def show_source(source: Source, *, key: str) -> None:
    """Two quiet buttons under a figure or a table."""
    with st.container(horizontal=True, horizontal_alignment="left", gap="small"):
        st.download_button(
            "Data (.csv)",
            data=source.data,
            file_name=f"{source.file}.csv",
            key=f"{key} data",
            on_click="ignore",
            type="tertiary",
        )
        with st.popover("In a notebook", type="tertiary"):
            st.code(source.notebook, language="python")
