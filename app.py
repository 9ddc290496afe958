"""Clockwork: page config, the shared sidebar, the menu."""

import streamlit as st

from dashboard.arrival import follow_address
from dashboard.components.address import show_arrival, write_address
from dashboard.components.picker import show_picker
from dashboard.departures import note_visit
from dashboard.navigation import PAGES
from dashboard.theme import HOUSE_STYLE

st.set_page_config(page_title="Clockwork", page_icon="assets/icon.svg", layout="wide", initial_sidebar_state=230)
st.logo("assets/logo.svg", size="large", icon_image="assets/icon.svg")

note_visit()
pages = [st.Page(entry.path, title=entry.title, url_path=entry.url, default=entry is PAGES[0]) for entry in PAGES]
here = st.navigation(pages)
follow_address()
with st.sidebar:
    show_picker("Network", key="network_in_sidebar")
    write_address()
st.html(HOUSE_STYLE)
show_arrival()
here.run()
