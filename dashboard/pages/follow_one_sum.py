"""Follow one sum: how does it do it?"""

import streamlit as st

from dashboard import cache, circuit_cache
from dashboard.components.flow import PARTS, flow_data, sent_pair, sent_part, show_flow
from dashboard.components.heading import show_heading
from dashboard.navigation import entry_of
from dashboard.session.state import Opened, current, pair_followed, session


def take_pair() -> None:
    """The visitor typed another pair."""
    session().pair = sent_pair() or session().pair


def take_part() -> None:
    """The visitor pressed a part of the diagram: its view in the lab is next."""
    if sent_part() in PARTS:
        st.session_state["view"] = sent_part()
        session().page_asked = "look_inside.py"


@st.fragment
def show_sum(opened: Opened) -> None:
    """The diagram with the numbers of the pair."""
    if file := session().page_asked:  # a callback itself cannot leave the page
        session().page_asked = ""
        st.switch_page(entry_of(file).path)
    network, keys = opened.network, cache.keys(opened.network).frequencies
    if not keys:
        st.info("This network has no dials to follow a sum on. Choose another one.")
        return
    a, b = pair_followed(network)
    trace = circuit_cache.trace(network, a, b)
    show_flow(flow_data(network, trace, circuit_cache.answer(network, a, b), len(keys)), take_pair, take_part)


show_heading(
    "How does it do it?",
    f"The numbers below are those that the network computes for your pair, as it was trained (mod "
    f"{current().network.modulus}). Type another; press a part to look closer, before and after surgery.",
)
show_sum(current())
