"""How the pairs of a network were counted, and what keeps its figures from being believed."""

import streamlit as st

from dashboard import wording
from dashboard.foreign_text import in_markdown
from models.analysis.inspection import Inspection


def show_proof(found: Inspection) -> None:
    """The method of the count in a line; a warning where pairs are unproven, and where count and loss disagree."""
    proof = found.evaluation.proof
    st.caption(wording.proven(proof))
    if proof.unproven:
        st.warning(wording.left_unproven(proof))
    if found.contradiction:
        st.warning(
            f"Count and loss contradict each other: {in_markdown(found.contradiction)}. Rely on neither, and please "
            "report the file."
        )
