"""The head of a page: its question and one sentence."""

import streamlit as st


def show_heading(question: str, sentence: str) -> None:
    """One question, one sentence."""
    st.title(question, anchor=False)
    st.markdown(sentence)
