"""The place to drop files, what became of them, and the list of what is open."""

import streamlit as st

from dashboard.components.picker import show_picker
from dashboard.components.roles import show_unread
from dashboard.foreign_text import in_markdown
from dashboard.heavy_work import in_turn
from dashboard.session.cleanup import forget_bytes
from dashboard.session.state import choose, current, session
from dashboard.session.uploads import MOST_RETAINED, UPLOAD, WEIGHTS, open_files, remove
from models.formats.registry import LAYOUTS

LIGHT_BYTES = 4 * 2**20  # of all files of a drop: to read and to try them takes a second or two


def show_drop_zone() -> None:
    """Files dropped together are opened together: checkpoints of one run, or weights with their configuration."""
    here = session()
    uploads = st.file_uploader(
        f"Checkpoints: {', '.join(WEIGHTS)}, up to {UPLOAD.file_mb} MB each and {MOST_RETAINED // 2**20} MB together; "
        "a .json configuration or roles of tensors, or the second file of an .onnx, may come along",
        max_upload_size=UPLOAD.file_mb,
        accept_multiple_files=True,
        key=f"drop zone {here.drops}",  # a new one after every drop: what was opened is listed below
    )
    if uploads:
        with st.spinner("Opening, and trying what the weights do not tell …"):
            files = [(upload.name, upload.getvalue()) for upload in uploads]
            light = sum(len(data) for _, data in files) < LIGHT_BYTES
            dropped = open_files(files) if light else in_turn(lambda: open_files(files))
        forget_bytes(uploads)
        here.drops, here.upload_errors, here.upload_notes = here.drops + 1, (*dropped.errors,), (*dropped.notes,)
        st.rerun()  # the sidebar, drawn before this page, lists what was opened
    for error in here.upload_errors:
        st.error(f"{in_markdown(error)} The network in use is **{in_markdown(current().title)}**.")
    show_unread()
    for note in here.upload_notes:
        st.info(in_markdown(note))


def show_opened() -> None:
    """The network in use, and the uploads of this session, each to show or to forget."""
    show_picker("Network in use", key="network_on_page")
    here = session()
    uploads = {key: opened for key, opened in here.opened.items() if opened.uploaded}
    if not uploads:
        return
    st.caption("Opened from your files, in this session only:")
    for key, opened in uploads.items():
        name, show, forget = st.columns([6, 1, 1], vertical_alignment="center")
        layout = LAYOUTS[opened.network.layout.name].TITLE
        name.markdown(f"**{in_markdown(opened.title)}** · {layout} · mod {opened.network.modulus}")
        show.button(
            "Show", key=f"show {key}", on_click=choose, args=(key,), disabled=key == here.current, width="stretch"
        )
        forget.button("Remove", key=f"remove {key}", on_click=remove, args=(key,), width="stretch")
