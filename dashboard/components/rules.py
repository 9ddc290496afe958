"""A network whose answers follow no x·a + y·b: which rule they follow, and what logarithms show of products."""

import streamlit as st

from dashboard import circuit_cache, wording
from dashboard.foreign_text import in_markdown
from dashboard.session.budget import is_within_budget
from dashboard.session.state import Opened
from dashboard.tables.sweeps import rules_table

FOR_SUMS = "Surgery turns sums alone, and every figure but those of rules and logarithms is for a + b."


def show_rules(opened: Opened) -> None:
    """The rule, how well it fits beside the others, and the circuit by logarithms where there can be one."""
    rules = opened.interpretation.rules
    if rules is None:
        st.warning("Its answers follow no x·a + y·b known here: not addition. Every figure is for a + b.")
        return
    if rules.named:
        st.warning(f"Its answers follow {in_markdown(rules.named.shown)}, not a + b. {FOR_SUMS}")
    else:
        st.warning("Its answers follow no rule known here, so that it is no addition. Every figure is for a + b.")
    nearest = "Its answers" if rules.named else "Nearest rule"
    st.markdown(f"*{nearest}:* {in_markdown(rules.sentence)}.")
    if rules.named and is_within_budget(opened):
        _show_logarithms(opened, rules.named.formula)
    with st.expander(f"{len(rules.fits)} rules that its answers were held against"):
        st.dataframe(rules_table(rules), hide_index=True)


def _show_logarithms(opened: Opened, formula: str) -> None:
    found = circuit_cache.logarithms(opened.network, formula)
    if found is None:
        return
    keys = ", ".join(f"{k:d}" for k in found.keys.frequencies) or "none"
    st.markdown(
        f"*By logarithms:* every number but 0 is a power of {found.root:d}, and exponents add mod {found.order:d}. "
        f"{found.right:,} of {found.pairs:,} pairs without a 0 are right, {found.zero_right:,} of {found.zero_pairs:,} "
        f"with one. Key frequencies of the tables in this order: {keys} (gap {found.keys.gap:.2f} of the strongest). "
        f"Half-step test between exponents: {wording.percent(found.half_step_accuracy, 1)}."
    )
