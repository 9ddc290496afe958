"""What is given back when a visitor has gone: the session with its uploads, and freed memory to the machine.

Streamlit keeps a session that lost its connection for two minutes, and then until some other visitor leaves; Python
keeps what holds itself until it happens to look; and the allocator keeps what is freed in pieces.
"""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

SECONDS_TO_COME_BACK = 100.0  # in which a lost connection finds its session again; below Streamlit's own 120
SECONDS_TOGETHER = 2.0  # those who leave within these are tidied up after together


@dataclass(frozen=True, eq=False)
class Visit:
    """One connection of a session."""

    session_id: str


class Departures:
    """Visitors who have left, as the server's event loop sees them: nothing here runs on another thread."""

    def __init__(self) -> None:
        self.left: dict[str, Visit] = {}  # the last connection of each session that may still be come back to
        self.tidying = False  # soon

    def note(self, visit: Visit) -> None:
        """A connection has ended; its session is closed unless it finds another one in time."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no connection ended: a closed session is collected, or there is no server
            return
        self.left[visit.session_id] = visit
        loop.call_later(SECONDS_TO_COME_BACK, self._close_if_gone, visit)
        self._tidy_soon()

    def _close_if_gone(self, visit: Visit) -> None:
        if self.left.get(visit.session_id) is not visit:  # another connection came, and has ended since
            return
        del self.left[visit.session_id]
        server = runtime.get_instance()
        if not server.is_active_session(visit.session_id):
            server.close_session(visit.session_id)
            self._tidy_soon()

    def _tidy_soon(self) -> None:
        if not self.tidying:
            self.tidying = True
            asyncio.get_running_loop().call_later(SECONDS_TOGETHER, self._tidy)

    def _tidy(self) -> None:
        self.tidying = False
        asyncio.get_running_loop().run_in_executor(None, tidy)


DEPARTURES = Departures()


@st.cache_resource(scope="session", show_spinner=False, on_release=DEPARTURES.note)
def _visit(session_id: str) -> Visit:
    return Visit(session_id)


def note_visit() -> None:
    """See to it that this session is tidied up after; for every run, since what is noted ends with each connection."""
    if (context := get_script_run_ctx()) is not None:
        _visit(context.session_id)


def tidy() -> None:
    """Collect what holds itself, and hand freed memory back to the machine where the allocator can."""
    gc.collect()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):  # glibc
        libc.malloc_trim(0)


def forget_bytes(uploads: Iterable[UploadedFile]) -> None:
    """Drop the bytes of files that have been opened; else the server keeps them as long as the session."""
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for upload in uploads:
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)
