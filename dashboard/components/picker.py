"""Choosing the network that every page shows, and the checkpoint of a training run."""

import streamlit as st

from dashboard.foreign_text import in_plain
from dashboard.session.state import choose, session
from dashboard.session.uploads import show_checkpoint


def show_picker(label: str, *, key: str) -> None:
    """A select box of all opened networks; several may stand on one page. A run has a slider over its steps."""
    here = session()
    st.session_state[key] = here.current
    st.selectbox(
        label,
        options=list(here.opened),
        format_func=lambda opened: in_plain(here.opened[opened].title),
        key=key,
        on_change=lambda: choose(st.session_state[key]),
    )
    opened = here.opened[here.current]
    if opened.run and len(opened.run.checkpoints) > 1:
        steps = opened.run.steps
        checkpoint_key = f"{key} checkpoint {here.current}"
        st.session_state[checkpoint_key] = steps[opened.checkpoint]
        st.select_slider(
            "Step of its training",
            options=steps,
            format_func=lambda step: f"{step:,}",
            key=checkpoint_key,
            on_change=lambda: show_checkpoint(here.current, steps.index(st.session_state[checkpoint_key])),
        )
