"""Networks whose figures take long: asked for before anything is computed, and to be stopped."""

import streamlit as st

from dashboard import wording
from dashboard.foreign_text import in_markdown
from dashboard.session.budget import BUDGET_SECONDS, agree, is_within_budget, withdraw
from dashboard.session.state import Opened
from models.runtime.cost import cost_of_inspection
from models.runtime.program import program_name


def show_offer(opened: Opened, place: str) -> None:
    """What all pairs would take, and a button that computes them; `place` tells several on one page apart."""
    network, cost = opened.network, cost_of_inspection(opened.network)
    with st.container(border=True):
        st.markdown(
            f"**{in_markdown(opened.title)} is large.** All {network.task.pair_count:,} pairs take about "
            f"{wording.duration(cost.seconds)} of one core and {wording.megabytes(cost.bytes)} of memory, estimated "
            f"from its shapes; some views take several times that. What takes more than {BUDGET_SECONDS} s is computed "
            "only if you ask for it. It can be stopped, and goes on only while this tab is open; the command line "
            f"(`{program_name()} inspect FILE`) has no such limit."
        )
        st.button("Compute all pairs", key=f"agree {place}", on_click=agree, args=(network.digest,))


def show_withdrawal(opened: Opened) -> None:
    """A way back, for those who agreed."""
    if opened.uploaded and cost_of_inspection(opened.network).seconds > BUDGET_SECONDS and is_within_budget(opened):
        st.button("Stop: show a sample", key="withdraw", on_click=withdraw, args=(opened.network.digest,))
