"""Two networks: what differs between them? Beside each other, row by row, on the same scales."""

import streamlit as st

from dashboard.components.budget import show_offer
from dashboard.components.heading import show_heading
from dashboard.foreign_text import in_plain
from dashboard.session.budget import is_within_budget
from dashboard.session.comparison import beside, choose_beside, others
from dashboard.session.state import current, session
from dashboard.views.comparison import (
    compared,
    show_dials,
    show_difference,
    show_every_modulus,
    show_figures,
    show_frequencies,
    show_pair,
)


def show_choice() -> None:
    """Which network stands on the right; the one on the left is the one in use."""
    opened = session().opened
    st.session_state["beside on page"] = beside()
    st.selectbox(
        "Compare with",
        options=others(),
        format_func=lambda key: in_plain(opened[key].title),
        key="beside on page",
        on_change=lambda: choose_beside(st.session_state["beside on page"]),
        help="It stands on the right; on the left is the network in use, which the menu chooses",
    )


show_heading(
    "What differs between these two?",
    "The network in use on the left, another one on the right, both as trained. Every row shows the same of both, on "
    "the same scale.",
)
show_choice()
right = session().opened[beside()]
if is_within_budget(right):
    sides = compared(current(), right)
    show_difference(sides)
    show_frequencies(sides)
    show_dials(sides)
    show_pair(sides)
    show_every_modulus(sides)
    show_figures(sides)
else:
    show_offer(right, "beside")
