"""What is given back when a visitor has gone."""

import asyncio
import gc
import sys
import threading
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.runtime import caching

from dashboard.session import cleanup
from dashboard.session.cleanup import Departures, Visit, tidy
from tests.dashboard.test_pages import app_on

SESSION = "test session id"  # that AppTest gives
MOMENT = 0.05


class Server:
    """Stands in for Streamlit's runtime."""

    def __init__(self) -> None:
        self.active: set[str] = set()
        self.closed: list[str] = []
        self.tidied = threading.Event()

    def is_active_session(self, session_id: str) -> bool:
        return session_id in self.active

    def close_session(self, session_id: str) -> None:
        self.closed.append(session_id)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server whose visitors have no time to come back."""
    server = Server()
    monkeypatch.setattr(cleanup, "runtime", SimpleNamespace(get_instance=lambda: server))
    monkeypatch.setattr(cleanup, "SECONDS_TO_COME_BACK", 0.0)
    monkeypatch.setattr(cleanup, "SECONDS_TOGETHER", 0.0)
    monkeypatch.setattr(cleanup, "tidy", server.tidied.set)
    return server


def test_a_session_is_closed_and_tidied_up_after_when_its_connection_has_ended(server: Server):
    app_on("your_network.py")

    async def leave() -> None:
        caching.clear_session_resource_cache(SESSION)  # as Streamlit does when a connection ends
        assert server.closed == []
        await asyncio.sleep(MOMENT)

    asyncio.run(leave())
    assert server.closed == [SESSION]
    assert server.tidied.is_set()


def test_every_run_notes_the_visit_again(server: Server):
    async def leave() -> None:
        caching.clear_session_resource_cache(SESSION)
        await asyncio.sleep(MOMENT)

    app = app_on("your_network.py")
    asyncio.run(leave())
    app.run()
    asyncio.run(leave())
    assert server.closed == [SESSION, SESSION]


def test_what_several_leave_is_tidied_up_together_and_then_anew(server: Server, monkeypatch: pytest.MonkeyPatch):
    times: list[int] = []
    monkeypatch.setattr(cleanup, "tidy", lambda: times.append(1))
    monkeypatch.setattr(cleanup, "SECONDS_TOGETHER", 10 * MOMENT)
    counts = []

    async def leave() -> None:
        seen = Departures()
        for names in (("one", "two", "three"), ("four",)):
            for name in names:
                seen.note(Visit(name))
            await asyncio.sleep(20 * MOMENT)
            counts.append(len(times))

    asyncio.run(leave())
    assert server.closed == ["one", "two", "three", "four"]
    assert counts == [1, 2]


def test_who_comes_back_finds_the_session(server: Server):
    server.active.add("one")

    async def leave_and_return() -> None:
        Departures().note(Visit("one"))
        await asyncio.sleep(MOMENT)

    asyncio.run(leave_and_return())
    assert server.closed == []


def test_who_came_back_and_left_again_has_the_whole_time_once_more(server: Server, monkeypatch: pytest.MonkeyPatch):
    async def leave_twice() -> None:
        seen = Departures()
        seen.note(Visit("one"))
        monkeypatch.setattr(cleanup, "SECONDS_TO_COME_BACK", 3600.0)
        seen.note(Visit("one"))
        await asyncio.sleep(MOMENT)

    asyncio.run(leave_twice())
    assert server.closed == []


def test_a_session_that_is_collected_where_no_server_runs_is_no_departure(server: Server):
    seen = Departures()
    seen.note(Visit("one"))
    assert seen.left == {}


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_holds_itself_is_collected():
    gc.disable()
    try:
        knot = weakref.ref(Knot())
        assert knot() is not None
        tidy()
        assert knot() is None
    finally:
        gc.enable()


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be asked to hand memory back")
def test_freed_memory_goes_back_to_the_machine():
    pieces = [bytearray(b"x" * 60_000) for _ in range(2_000)]  # below the size that the allocator maps by itself
    last = bytearray(b"x" * 60_000)  # on top of them, so that they cannot be given back by shortening the heap
    pieces.clear()
    before = resident_bytes()
    tidy()
    assert before - resident_bytes() > 50 * 2**20
    assert last


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be asked to hand memory back")
def test_all_freed_memory_goes_back_and_no_room_is_kept(monkeypatch: pytest.MonkeyPatch):
    kept: list[int] = []
    monkeypatch.setattr(cleanup.ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=kept.append))
    tidy()
    assert kept == [0]


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * 4096


def test_a_session_is_given_the_time_that_people_are_told_and_that_streamlit_leaves():
    assert cleanup.SECONDS_TO_COME_BACK == 100  # README: a hundred seconds after its window is closed
    assert cleanup.SECONDS_TOGETHER < cleanup.SECONDS_TO_COME_BACK < 120
