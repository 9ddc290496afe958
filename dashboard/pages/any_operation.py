"""Every operation: what else can it do?"""

import streamlit as st

from dashboard import cache
from dashboard.components.calculator import show_calculator
from dashboard.components.heading import show_heading
from dashboard.components.operations import show_operations
from dashboard.session.state import bench, current


@st.fragment
def show_any_operation() -> None:
    """Operations to choose from."""
    show_operations(current())


@st.fragment
def show_any_length() -> None:
    """The calculator."""
    show_calculator(current(), bench())


show_heading(
    "What else can it do?",
    f"This network learned sums mod **{current().network.modulus}** and nothing else. Once its tables are rewritten, "
    "the same trained body is asked to multiply, to work on bits, hours and squares, and to add numbers of any "
    "length.",
)
if cache.waves(current().network).frequencies:
    show_any_operation()
    show_any_length()
else:
    st.info("This network has no dials to turn. Choose another one.")
