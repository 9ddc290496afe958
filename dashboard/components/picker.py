"""Choosing the network that every page shows."""

import streamlit as st

from dashboard.state import choose, session

KEY = "picked_network"


def show_picker(label: str = "Network") -> None:
    """A select box of all opened networks."""
    here = session()
    st.session_state[KEY] = here.current
    st.selectbox(
        label,
        options=list(here.opened),
        format_func=lambda digest: here.opened[digest].name if digest in here.opened else "",
        key=KEY,
        on_change=lambda: choose(st.session_state[KEY]),
    )
