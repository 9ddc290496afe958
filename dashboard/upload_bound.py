"""How many bytes of files visitors may send before they are opened, counted before any of them is kept."""

import os
import re
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from models.formats.limits import sessions_bytes, upload_limits
from models.runtime.machine import usable_memory

UPLOAD_PATH = re.compile(r".*/_stcore/upload_file/([^/]+)/[^/]+/?")
SHARE_OF_ALL = 0.25  # of the memory that this process may use, for the files of all visitors together


class UploadBound:
    """ASGI middleware: refuses a file with which its session, or all of them, would hold too much.

    What a file will take, its request has to say; the server behind lets no request send more than it said.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.of_a_session = sessions_bytes(upload_limits(os.environ))
        self.of_all = max(self.of_a_session, int(SHARE_OF_ALL * usable_memory()))
        self.coming: Counter[str] = Counter()  # bytes that are being received, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        found = UPLOAD_PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if found is None:
            return await self.app(scope, receive, send)
        session, said = found[1], Headers(scope=scope).get("content-length", "")
        if refused := self._refusal(session, said):
            return await refused(scope, receive, send)
        self.coming[session] += int(said)
        try:
            return await self.app(scope, receive, send)
        finally:
            self.coming[session] -= int(said)
            if not self.coming[session]:
                del self.coming[session]

    def _refusal(self, session: str, said: str) -> Response | None:
        """Why a file is not taken; None where it is."""
        if not (said.isascii() and said.isdigit()):
            return PlainTextResponse("A file's request has to say its length.\n", 411)
        taken = Counter(held_by_session()) + self.coming
        if taken[session] + int(said) > self.of_a_session:
            return PlainTextResponse(f"A session may send {self.of_a_session // 2**20} MB of files at a time.\n", 413)
        if taken.total() + int(said) > self.of_all:
            return PlainTextResponse("Other visitors are sending many files just now; try again in a minute.\n", 503)
        return None


def held_by_session() -> dict[str, int]:
    """Bytes of files that were sent and are not opened yet, by session."""
    files = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(files, MemoryUploadedFileManager):
        return {}
    return {
        session: sum(len(file.data) for file in list(own.values())) for session, own in list(files.file_storage.items())
    }
