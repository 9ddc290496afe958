"""Where figures come from that nobody waited for."""

import streamlit as st


def show_origin(command: str, *, key: str, again: str = "") -> None:
    """That they come counted, with the command that counts the same; `again` tells how a count here compares."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"These figures come with Clockwork, counted beforehand. {again}".strip(), width="content")
        with st.popover("The command that counts them", type="tertiary", key=f"{key} origin"):
            st.code(command, language="bash")
