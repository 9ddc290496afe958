"""Links from a chapter to the next one, and from the first page that people see to the first chapter."""

import streamlit as st

from dashboard.navigation import LANDING, STORY, next_chapter


def show_onward(file: str) -> None:
    """Where the story goes on after the page of this file, with the question that is answered there; else nothing.

    Whoever comes by the shortest address is in the middle of it, and is shown where it begins too.
    """
    if file == LANDING:
        show_first_chapter()
    chapter = next_chapter(file)
    if chapter is None:
        return
    with st.container(key="onward"):
        st.page_link(chapter.path, label=f"Next: **{chapter.title}** · {chapter.question} →", width="content")


def show_first_chapter() -> None:
    """Where the story begins."""
    with st.container(key="newcomer"):
        st.page_link(STORY[0].path, label=f"New here? Start with **{STORY[0].title}**", width="content")
