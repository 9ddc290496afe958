"""Steam punk: can oscillators add?"""

from dataclasses import dataclass

import streamlit as st

from dashboard import oscillator_cache, wording
from dashboard.components.heading import show_heading
from dashboard.components.steam import sent_pair, show_steam, steam_data
from dashboard.session.oscillators import at_modulus, dead_pairs_of, moduli_of, oscillating, steps_of
from dashboard.session.state import pair_followed, session
from models.network import Network

COUPLINGS = (
    "Three-body coupling multiplies both pulls, which draws an oscillator to the sum of their angles: a clock. "
    "Pairwise coupling adds them, which draws it to half that angle or opposite: the pizza of Zhong et al. (2023). "
    "Exact phases are written by a formula, and nobody trained them"
)
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


def take_pair() -> None:
    """The visitor typed another pair."""
    session().pair = sent_pair() or session().pair


def follow(a: int, b: int) -> None:
    """The visitor asked for a pair by a button."""
    session().pair = (a, b)


@dataclass(frozen=True)
class Chosen:
    """Which oscillators are shown, and how they run."""

    network: Network
    steps: int
    strength: float


def choose() -> Chosen:
    """The visitor's choice, in one row."""
    names, which, time, pull = st.columns([5, 4, 4, 4])
    found = oscillating()
    name = names.selectbox("Oscillators", list(found), key="oscillators", help=COUPLINGS)
    trained = found[name]
    modulus = which.radio("Modulus", moduli_of(trained), format_func="mod {}".format, horizontal=True)
    network = at_modulus(trained, modulus or trained.modulus)
    own, most = steps_of(network)
    steps = time.slider("Steps", 1, most, own, key=f"steps {trained.digest}", help=f"The network is made for {own}")
    strength = pull.select_slider(
        "Strength of the pull", STRENGTHS, 1.0, "{:g} ×".format, key="strength", help="1 × is the coupling as it is"
    )
    return Chosen(network, steps, strength)


def show_count(chosen: Chosen) -> None:
    """All pairs at these settings, and those that pairwise coupling cannot add."""
    found = oscillator_cache.counted(chosen.network, chosen.steps, chosen.strength)
    st.markdown(f"With these settings: **{wording.counted(found.counts)}**.")
    if dead := dead_pairs_of(chosen.network):
        st.markdown(f"{dead.said.capitalize()}. These are {dead.count} pairs; what is right of them is right by luck.")
        st.button("Show one of them", on_click=follow, args=dead.first)


@st.fragment
def show_oscillators() -> None:
    """One pair on its way, as the visitor lets the oscillators run, and all pairs counted."""
    chosen = choose()
    run = oscillator_cache.pair(chosen.network, chosen.steps, chosen.strength, *pair_followed(chosen.network))
    show_steam(steam_data(run, f"{chosen.network.digest} {chosen.steps} {chosen.strength}"), take_pair)
    show_count(chosen)


show_heading(
    "Can oscillators add?",
    "Here is a network without neurons. It is made of **oscillators**, points that move round circles and are pulled "
    "by both numbers at once; where they stand after a few steps is the answer. The trained one reads it long before "
    "all of them have settled: let it run longer.",
)
show_oscillators()
