"""Presenting: one figure in large type, and nothing else in the window."""

import plotly.graph_objects as go
import streamlit as st

from dashboard.components.chart import show_chart
from dashboard.theme import PRESENTING_STYLE, enlarged

KEY = "figure that is presented"  # in the session


def presented() -> str:
    """The name of the figure that is presented; empty where none is."""
    return str(st.session_state.get(KEY, ""))


def present(name: str) -> None:
    """Show this figure alone; an empty name shows the page again."""
    st.session_state[KEY] = name


def show_presented(figure: go.Figure, *, alt: str) -> None:
    """The figure as large as the window, and a way back."""
    st.html(PRESENTING_STYLE)
    show_chart(enlarged(figure), key="presented", alt=alt)
    st.button("Leave", on_click=present, args=("",), type="tertiary")
