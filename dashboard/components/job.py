"""How far a job is, and why one has failed."""

import streamlit as st

from dashboard.foreign_text import in_markdown
from dashboard.jobs import Progress
from dashboard.session.state import session


def show_progress(progress: Progress) -> None:
    """A bar with its sentence."""
    st.progress(progress.share, progress.sentence)


def show_failure(kind: str, owner: object) -> None:
    """The sentence, where the last job of this kind and owner has failed."""
    if error := session().jobs.failure(kind, owner):
        st.error(in_markdown(error))
