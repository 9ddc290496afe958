"""The address of what is shown: written into the browser on every page, and what a link could not do."""

from collections.abc import Mapping

import streamlit as st

from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts
from dashboard.components.modules import joined
from dashboard.foreign_text import in_markdown
from dashboard.navigation import entry_of
from dashboard.session.restore import dismiss_link, query_here
from dashboard.session.state import Session, session
from models import zoo

OLDER = (
    "The link does not say how to read it, so an older Clockwork may have made it: if the file is open already, read "
    "it as its sender did, at the same step of its training."
)

WITH_ROLES = (
    " Its sender also said **which of its tensors is which**: drop the JSON of these roles, which no link carries, "
    "together with the file, or choose the roles on the page."
)


def address_script(entry: str = "address/page.js", given: Mapping[str, str] | None = None) -> str:
    """The script of every page, or one that begins with another module."""
    return joined(ASSETS, entry, given)


_address = BrowserPart("clockwork_address", lambda: Texts("<span></span>", address_script()))


def write_address() -> None:
    """Put the link of what is shown into the browser's address, which loses it whenever the page changes."""
    pair = session().pair
    chosen = None if pair is None else {"a": pair[0], "b": pair[1]}
    _address(key="address", data={"query": query_here(), "run": session().runs, "pair": chosen}, height=1)


def show_arrival() -> None:
    """What is wrong with the link that was opened, or which file it waits for."""
    here = session()
    if not here.awaited and not here.link_error:
        return
    with st.container(border=True, key="arrival"):
        st.markdown(_arrival_told(here))
        with st.container(horizontal=True, vertical_alignment="center"):
            if here.awaited and here.awaited.digest:
                upload = entry_of("your_network.py")
                st.page_link(upload.path, label=f"**Open it on *{upload.title}***", width="content")
            st.button("Dismiss", on_click=dismiss_link, key="dismiss link")


def _arrival_told(here: Session) -> str:
    if not here.awaited:
        return f"{in_markdown(here.link_error)} What you see is **{in_markdown(here.opened[here.current].title)}**."
    if here.awaited.digest:
        told = (
            f"This link shows a network from a file that is not open here. **Open the very same file** (its SHA-256 "
            f"begins `{here.awaited.digest}`): it is then read, and its dials are set, as in the link. Another save of "
            f"the same weights is another file."
        )
        told += WITH_ROLES if here.awaited.roles else ""
        return told if here.awaited.hyperparameters else f"{told} {OLDER}"
    return (
        f"This link is for the network “{in_markdown(here.awaited.network)}”, which the zoo here does not hold; it has "
        f"{', '.join(zoo.names())}."
    )
