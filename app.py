"""Clockwork's web app: `streamlit run app.py`.

The server imports this file once, for `app`; Streamlit then runs it as `__main__` whenever a page is shown.
"""

import streamlit as st

from dashboard.assets import ASSETS
from dashboard.components.address import show_arrival, write_address
from dashboard.components.budget import show_offer
from dashboard.components.onward import show_onward
from dashboard.components.picker import show_picker
from dashboard.components.pictures import show_picture_format
from dashboard.navigation import (
    LANDING,
    PAGES,
    PAGES_THAT_COUNT_NOTHING,
    PAGES_WITH_FIGURES,
    SAMPLED_PAGE,
    Entry,
)
from dashboard.session.budget import is_within_budget
from dashboard.session.cleanup import note_visit
from dashboard.session.restore import follow_address
from dashboard.session.state import current, session
from dashboard.theme import HOUSE_STYLE, PRINT_STYLE
from dashboard.web_guard import MIDDLEWARE


def page_of(entry: Entry) -> st.Page:
    """A page as Streamlit has it."""
    return st.Page(entry.path, title=entry.title, url_path=entry.url, default=entry.file == LANDING)


def show_site() -> None:
    """Page config, the shared sidebar, the menu, and the page that is open."""
    icon, logo = str(ASSETS / "icon.svg"), str(ASSETS / "logo.svg")
    st.set_page_config(page_title="Clockwork", page_icon=icon, layout="wide", initial_sidebar_state=230)
    st.logo(logo, size="large", icon_image=icon)
    note_visit()
    pages = {entry.file: page_of(entry) for entry in PAGES}
    here = st.navigation(list(pages.values()), expanded=True)
    file = next(file for file, page in pages.items() if page is here)
    follow_address()
    with st.sidebar:
        show_picker("Network", key="network_in_sidebar")
        if file in PAGES_WITH_FIGURES:
            show_picture_format()
        write_address()
    st.html(HOUSE_STYLE + PRINT_STYLE)
    show_arrival()
    session().jobs.open_page(file)
    opened = current()
    if file in (SAMPLED_PAGE, *PAGES_THAT_COUNT_NOTHING) or is_within_budget(opened):
        here.run()
        show_onward(file)
    else:
        show_offer(opened, "page")


if __name__ == "__main__":
    show_site()
else:
    app = st.App(__file__, middleware=MIDDLEWARE)
