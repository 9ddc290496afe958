"""Work that takes seconds or more: done in turn, on a thread of its own, while the page shows how far it is.

It ends when nobody waits for it any more: when the tab is closed, another page chosen, or a control pressed.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import Event, Thread, local
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from dashboard import wording
from dashboard.turns import TURNS, Ticket
from models.runtime.interruption import interrupted_by

LOOK_SECONDS = 0.1  # between two looks whether it is done, or no longer wanted
SHOW_SECONDS = 0.5  # between two showings of how far it is
MOST_SHOWN = 0.99  # of the bar: the estimate is one

Found = TypeVar("Found")
_HERE = local()  # `at_work` on a thread that has its turn


class NoLongerWanted(BaseException):
    """Nobody waits for the work. No Exception, so that nothing on its way out takes it for a mistake."""


def in_turn(work: Callable[[], Found], seconds: float | None = None) -> Found:
    """What `work` returns, which takes about so many seconds, if that is known.

    Within other work, or without a visitor: at once.

    Raises what `work` raises, and ends it where Streamlit ends or repeats the run that waits for it.
    """
    visit = get_script_run_ctx(suppress_warning=True)
    if visit is None or getattr(_HERE, "at_work", False):
        return work()
    place = st.empty()
    with _a_turn(visit, place) as ticket:
        done: Future[Found] = Future()
        left = Event()
        thread = Thread(target=_work_on, args=(work, done, left, ticket), daemon=True)
        add_script_run_ctx(thread, visit)
        thread.start()
        try:
            _show_until(done, seconds, visit, place)
        finally:
            left.set()
    place.empty()
    return done.result()


@contextmanager
def _a_turn(visit: ScriptRunContext, place: DeltaGenerator) -> Iterator[Ticket]:
    """Wait for a turn; the thread that works gives it back, unless none begins."""
    ticket = TURNS.ask(visit.session_id)
    try:
        shown = None
        while (ahead := ticket.ahead) > 0:
            if ahead != shown:
                place.caption(wording.queued(ahead))
                shown = ahead
            time.sleep(LOOK_SECONDS)
            visit.yield_check()
    except BaseException:
        ticket.give_back()
        raise
    yield ticket


def _work_on(work: Callable[[], Found], done: "Future[Found]", left: Event, ticket: Ticket) -> None:
    """On the thread of the work."""

    def end_if_left() -> None:
        if left.is_set():
            raise NoLongerWanted

    _HERE.at_work = True
    try:
        with interrupted_by(end_if_left):
            end_if_left()
            done.set_result(work())
    except BaseException as error:  # told to whoever waits
        done.set_exception(error)
    finally:
        ticket.give_back()


def _show_until(done: "Future[Found]", seconds: float | None, visit: ScriptRunContext, place: DeltaGenerator) -> None:
    """Show how far it is until it is done; leave by Streamlit's own exceptions where the run ends before."""
    began = shown = time.monotonic()
    while not wait([done], LOOK_SECONDS).done:
        visit.yield_check()
        now = time.monotonic()
        if now - shown >= SHOW_SECONDS:
            shown = now
            told = wording.working(now - began, seconds)
            if seconds is None:
                place.caption(told)
            else:
                place.progress(float(min(MOST_SHOWN, (now - began) / seconds)), told)
