"""Choosing the network that every page shows."""

import streamlit as st

from dashboard.state import choose, session


def show_picker(label: str, *, key: str) -> None:
    """A select box of all opened networks; several may stand on one page."""
    here = session()
    st.session_state[key] = here.current
    st.selectbox(
        label,
        options=list(here.opened),
        format_func=lambda digest: here.opened[digest].name,
        key=key,
        on_change=lambda: choose(st.session_state[key]),
    )
