"""What is said of a network whose pairs are too many to count unasked: a sample, and that it is one."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.budget import show_offer
from dashboard.components.interpretation import show_reading
from dashboard.components.keys import show_key_frequencies
from dashboard.session.state import Opened


def show_sample(opened: Opened) -> None:
    """The verdict with its sampled figures, how the file was read, and the offer to count."""
    with st.spinner("Drawing a sample of the pairs …"):
        found = cache.sampled_inspection(opened.network)
    st.header(wording.verdict_sentence(found), anchor=False)
    drawn = f"{found.accuracy.sampled:,} draws from {opened.network.task.pair_count:,} pairs, seed {found.seed}"
    st.caption(f"By a sample, never a certificate: {drawn}, with 95% intervals.")
    one, two, three = st.columns([2, 2, 1])
    one.metric("Pairs right, sampled", wording.interval(found.accuracy), help=f"{drawn}; 95% interval (Wilson)")
    two.metric("Half-step test, sampled", wording.interval(found.half_step), help="(a+½) + (b+½) ≡ a+b+1 (mod p)")
    show_key_frequencies(three, found.keys.frequencies, opened.network.modulus)
    show_offer(opened, "sample")
    show_reading(opened)
