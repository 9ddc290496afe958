"""How figures are saved by the camera of Plotly's toolbar: for slides, or to be scaled and edited."""

import re
from typing import Any

import streamlit as st

FORMATS = ("PNG", "SVG")
FORMAT_KEY = "format of pictures"  # in the session, where the visitor's choice stands


def show_picture_format() -> None:
    """The choice, for all figures."""
    st.segmented_control(
        "Save figures as",
        FORMATS,
        default=FORMATS[0],
        required=True,
        key=FORMAT_KEY,
        help="Point at a figure, and press the camera above it. PNG for slides, SVG to be scaled and edited",
    )


def saved_as(key: str) -> dict[str, Any]:
    """Plotly's options for saving the figure with this key."""
    chosen = st.session_state.get(FORMAT_KEY) or FORMATS[0]
    return {"format": chosen.lower(), "filename": "-".join(["clockwork", *re.findall(r"\w+", key)]), "scale": 2}
