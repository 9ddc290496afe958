"""Bytes of uploads are counted before they are kept, for a session and for all together."""

import asyncio
from collections import Counter
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from dashboard import upload_bound
from dashboard.session.uploads import MOST_RETAINED
from dashboard.upload_bound import UploadBound, held_by_session
from dashboard.web_guard import MIDDLEWARE

PATH = "/_stcore/upload_file/{}/3f"


class Server:
    """Stands in for Streamlit: takes what reaches it, and may be asked again while it does."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.meanwhile = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.taken.append(scope["path"])
        if self.meanwhile:
            await self.meanwhile()
        await PlainTextResponse("kept")(scope, receive, send)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """Streamlit's own store of files that were sent."""
    files = MemoryUploadedFileManager("/_stcore/upload_file")
    server = SimpleNamespace(uploaded_file_mgr=files)
    monkeypatch.setattr(upload_bound, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: server))
    return files


@pytest.fixture
def bound(files: MemoryUploadedFileManager) -> UploadBound:
    bound = UploadBound(Server())
    bound.of_a_session, bound.of_all = 100, 150
    return bound


def send_file(files: MemoryUploadedFileManager, session: str, size: int, name: str = "a") -> None:
    files.add_file(session, UploadedFileRec(name, f"{name}.pt", "", bytes(size)))


async def put(bound: UploadBound, session: str, length: str | None, method: str = "PUT", path: str = PATH) -> int:
    """The status of the answer."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    headers = [] if length is None else [(b"content-length", length.encode())]
    scope = {"type": "http", "path": path.format(session), "method": method, "headers": headers}
    await bound(scope, receive, keep)
    return sent[0]["status"]


def answered(bound: UploadBound, session: str, length: str | None, **more: str) -> int:
    return asyncio.run(put(bound, session, length, **more))


def test_what_a_session_holds_counts(bound: UploadBound, files: MemoryUploadedFileManager):
    assert answered(bound, "ada", "100") == 200
    send_file(files, "ada", 60)
    send_file(files, "emmy", 30)
    assert held_by_session() == {"ada": 60, "emmy": 30}
    assert answered(bound, "ada", "40") == 200
    assert answered(bound, "ada", "41") == 413
    assert answered(bound, "emmy", "60") == 200  # 150 of all
    assert answered(bound, "emmy", "61") == 503
    files.remove_file("ada", "a")
    assert answered(bound, "ada", "100") == 200


def test_what_is_on_its_way_counts_until_it_has_come(bound: UploadBound):
    seen = []

    async def meanwhile() -> None:
        bound.app.meanwhile = None
        seen.extend([await put(bound, "ada", "41"), await put(bound, "ada", "40"), await put(bound, "emmy", "91")])

    bound.app.meanwhile = meanwhile
    assert answered(bound, "ada", "60") == 200
    assert seen == [413, 200, 503]
    assert bound.coming == Counter()
    assert answered(bound, "ada", "100") == 200


@pytest.mark.parametrize("length", [None, "", "-5", "1e3", "٣"])
def test_a_request_has_to_say_how_long_it_is(bound: UploadBound, length: str | None):
    if length is not None and not length.isascii():
        length = length.encode().decode("latin-1")
    assert answered(bound, "ada", length) == 411
    assert bound.app.taken == []


def test_other_requests_go_through(bound: UploadBound):
    assert answered(bound, "ada", None, method="DELETE") == 200
    assert answered(bound, "ada", None, path="/_stcore/health") == 200
    assert answered(bound, "ada", "500", path="/clock" + PATH) == 413  # served under another path


def test_a_request_that_fails_is_no_longer_on_its_way(bound: UploadBound):
    async def fail() -> None:
        raise ConnectionResetError

    bound.app.meanwhile = fail
    with pytest.raises(ConnectionResetError):
        answered(bound, "ada", "60")
    assert bound.coming == Counter()


def test_a_server_that_keeps_files_elsewhere_holds_none_here(monkeypatch: pytest.MonkeyPatch):
    server = SimpleNamespace(uploaded_file_mgr=object())
    monkeypatch.setattr(upload_bound, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: server))
    assert held_by_session() == {}
    monkeypatch.setattr(upload_bound, "runtime", SimpleNamespace(exists=lambda: False))
    assert held_by_session() == {}


def test_the_server_has_it_with_the_bound_that_the_page_promises():
    middleware = next(each for each in MIDDLEWARE if each.cls is UploadBound)
    assert middleware.cls(Server()).of_a_session == MOST_RETAINED
