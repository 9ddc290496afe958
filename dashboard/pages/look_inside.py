"""The lab: what is in each part? One view at a time, of one network or of two beside each other."""

import streamlit as st

from dashboard.components.budget import show_offer
from dashboard.components.heading import show_heading
from dashboard.foreign_text import in_markdown, in_plain
from dashboard.session.budget import is_within_budget
from dashboard.session.state import Opened, session
from dashboard.views.attention import show_attention
from dashboard.views.defects import show_defects
from dashboard.views.logits import show_logits
from dashboard.views.measures import show_measures
from dashboard.views.neurons import show_neurons
from dashboard.views.patching import show_patching
from dashboard.views.subject import subject_of
from dashboard.views.tables import show_tables

VIEWS = {
    "Tables": show_tables,
    "Attention": show_attention,
    "Neurons": show_neurons,
    "Logits": show_logits,
    "Measures": show_measures,
    "Defects": show_defects,
    "Patching": show_patching,
}
TRAINED, OPERATED = "as trained", "after surgery"
ALONE = "none"


def show_side(key: str, view: str, side: str, *, narrow: bool) -> None:
    """A view of one opened network; patching compares both states by itself."""
    opened = session().opened[key]
    if narrow:
        st.header(in_markdown(opened.title), anchor=False)
    if is_within_budget(opened):
        show_view_of(opened, view, side, narrow=narrow)
    else:
        show_offer(opened, side)


def show_view_of(opened: Opened, view: str, side: str, *, narrow: bool) -> None:
    """A view with its switch."""
    state = TRAINED
    if view != "Patching":
        state = st.segmented_control("Shown", [TRAINED, OPERATED], default=TRAINED, required=True, key=f"state {side}")
    subject = subject_of(opened, operated=state == OPERATED, side=side, narrow=narrow)
    if state == OPERATED and view != "Tables":
        st.caption(f"With the dials as they stand on *Turn it*, for mod {subject.network.modulus}.")
    VIEWS[view](subject)


@st.fragment
def show_view() -> None:
    """The view that is chosen, of one network or two; a fragment, so that a control in it draws nothing else anew."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    view = left.segmented_control("View", list(VIEWS), default="Tables", required=True, key="view")
    opened = session().opened
    beside = right.selectbox(
        "Compare with",
        [ALONE, *opened],
        format_func=lambda key: "no other network" if key == ALONE else in_plain(opened[key].title),
        key="beside",
        help="Two networks, or one before and after surgery, in the same view",
    )
    if beside == ALONE:
        show_side(session().current, view, "", narrow=False)
    else:
        for place, key, side in zip(
            st.columns(2, gap="large"), (session().current, beside), ("left", "right"), strict=True
        ):
            with place:
                show_side(key, view, side, narrow=True)


show_heading(
    "What is in each part?",
    "Each table of the network is a bundle of waves over the numbers. A few **key frequencies** hold nearly all of "
    "the power: they are the dials that the network adds on. Follow them from the tables to the logits.",
)
show_view()
