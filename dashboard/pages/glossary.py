"""Glossary: the site's words and the field's, from the documentation."""

from itertools import groupby

import streamlit as st

from dashboard.components.heading import show_heading
from dashboard.glossary import Term, as_markdown, glossary


def show_term(term: Term) -> None:
    """The word as pages have it, the field's beside it, and what it is."""
    beside = f" · {as_markdown(term.field)}" if term.on_page else ""
    st.markdown(f"**{as_markdown(term.title)}**{beside}  \n{as_markdown(term.meaning)}")


@st.fragment
def show_terms() -> None:
    """Those that mention what is typed, by heading."""
    typed = st.text_input("Find a word", placeholder="margin, unembedding, shuffled …").strip()
    found = [term for term in glossary() if term.mentions(typed)]
    for section, terms in groupby(found, key=lambda term: term.section):
        st.header(section, anchor=False)
        for term in terms:
            show_term(term)
    if not found:
        st.info("No word here mentions that. Try fewer letters.")


show_heading(
    "What do the words mean?",
    "p is the trained **modulus**, q the modulus after **surgery**, k a **frequency**, a and b the operands, c a "
    "class. First the word on these pages, then the field's where it is another.",
)
show_terms()
