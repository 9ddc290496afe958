"""Long work between two showings of a page: started, shown, stopped; in a session one of each kind at a time.

The work is a generator that yields how far it is. A showing of the page drives it for half a second and asks for the
next showing, so that whatever is pressed meanwhile is heard. The work itself keeps what comes in, where that outlives
the job; a job belongs to the visit of one page, and to whatever its owner names.
"""

import logging
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.heavy_work import LOOK_SECONDS, in_turn
from dashboard.pacing import MOST_AT_ONCE, SECONDS_AT_ONCE, a_few
from models.errors import ClockworkError
from models.runtime.interruption import may_be_interrupted

LOG = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far a job is; work that has nothing to say yields (done, at most) alone."""

    done: float
    most: float
    sentence: str = ""

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.done / self.most) if self.most else 1.0


BEFORE_THE_FIRST = Progress(0, 1)
Working = Generator[Progress | tuple[int, int], None, Any]


@dataclass(frozen=True, eq=False)
class Work:
    """What a job does.

    Args:
        kind: a session has one job of it.
        owner: what it is of, such as a network's digest and a recipe; a page that shows another one leaves it alone.
        begin: the work, from what has been kept of it on. Called again where a step was cut off.
        finish: takes what the work returns, unless it was stopped or replaced before.
        first: what is shown before the first step.
        seconds: how long a step takes, where that is long enough to wait for a turn.
        most_at_once: steps between two showings, however quick they are; None for as many as there is time for.
    """

    kind: str
    owner: Hashable
    begin: Callable[[], Working]
    finish: Callable[[Any], None] = lambda _: None
    first: Progress = BEFORE_THE_FIRST
    seconds: float | None = None
    most_at_once: int | None = MOST_AT_ONCE


@dataclass(eq=False)
class Job:
    """Work that has been started."""

    work: Work
    page: str  # from which it was started
    progress: Progress
    is_going: bool = True
    error: str = ""  # the sentence, where a step of it failed
    survives: bool = True  # the next run of its whole page: it was started for it, or goes on in it
    goes_on_alone: bool = False  # only in runs of its fragment alone, for which the browser asks
    steps: Iterator[Progress | tuple[int, int]] | None = None  # none before the first, and after one was cut off


@dataclass(eq=False)
class Jobs:
    """The jobs of one session, by kind."""

    page: str = ""  # the one that is open
    last: dict[str, Job] = field(default_factory=dict)
    changing: RLock = field(default_factory=RLock)  # who holds it decides which job is the last of its kind
    driving: dict[str, Lock] = field(default_factory=dict)  # by kind; a run that was left may still be in a step
    ended: set[tuple[str, Hashable]] = field(default_factory=set)  # kind and owner: stopped or failed in this visit

    def open_page(self, page: str) -> None:
        """The whole page is run: jobs end that were started before, and those of another page."""
        with self.changing:
            if page != self.page:
                self.page = page
                self.ended.clear()
            for kind, job in list(self.last.items()):
                if job.page != page or not job.survives:
                    self._leave(kind)
                    del self.last[kind]
                job.survives = False

    def start(self, work: Work, *, alone: bool = False) -> None:
        """From the next showing on, or the next of its fragment alone; it replaces the job of its kind."""
        with self.changing:
            self._leave(work.kind)
            self.ended.discard((work.kind, work.owner))
            self.last[work.kind] = Job(work, self.page, work.first, goes_on_alone=alone)

    def stop(self, *kinds: str) -> None:
        """No further step; what has come in is kept, and no page begins again by itself in this visit."""
        with self.changing:
            self.ended |= {(kind, self.last[kind].work.owner) for kind in kinds if kind in self.last}
            self._leave(*kinds)

    def _leave(self, *kinds: str) -> None:
        for job in (self.last[kind] for kind in kinds if kind in self.last):
            job.is_going, job.survives, job.steps = False, False, None

    def going(self, kind: str, owner: Hashable) -> Job | None:
        """The job that goes on for this owner."""
        job = self.of(kind, owner)
        return job if job and job.is_going else None

    def of(self, kind: str, owner: Hashable) -> Job | None:
        """The last job of a kind, going on or not; none where it is of another owner."""
        job = self.last.get(kind)
        return job if job and job.work.owner == owner else None

    def failure(self, kind: str, owner: Hashable) -> str:
        """Why the last job of a kind has failed; empty where it has not."""
        job = self.of(kind, owner)
        return job.error if job else ""

    def go_on(self, kind: str, owner: Hashable) -> None:
        """Half a second of work, where there is some for this owner; then the fragment is shown again."""
        job = self.of(kind, owner)
        if job is None or (job.goes_on_alone and is_whole_run()):
            return
        if not job.is_going:
            leave_alone(job)
            return
        job.survives = False
        if job.work.seconds is None:
            self._drive(job)
        else:
            in_turn(lambda: self._drive(job), job.work.seconds)
        show_again(job)

    def _drive(self, job: Job) -> None:
        """A few steps, unless the job has ended; alone, whichever run of the page asks."""
        with self._alone(job.work.kind):
            if not self._is_last(job):
                return
            job.steps = job.steps or self._to_the_end(job)
            try:
                for progress in a_few(job.steps, seconds=SECONDS_AT_ONCE, most=job.work.most_at_once):
                    job.progress = Progress(*progress)
                    if not self._is_last(job):
                        return
            except Exception as error:
                self._fail(job, error)
            except BaseException:  # the run that waited was left: what it cut off cannot go on, but can begin again
                job.steps = None
                raise

    def _to_the_end(self, job: Job) -> Iterator[Progress | tuple[int, int]]:
        found = yield from job.work.begin()
        with self.changing:
            if self._is_last(job):
                job.is_going, job.steps = False, None
                job.work.finish(found)

    def _fail(self, job: Job, error: Exception) -> None:
        if not isinstance(error, ClockworkError):
            LOG.log(logging.ERROR, "A step of %r failed.", job.work.kind, exc_info=error)
        with self.changing:
            self.ended.add((job.work.kind, job.work.owner))
            job.is_going, job.error, job.steps = False, sentence_of(error), None

    def _is_last(self, job: Job) -> bool:
        """It has neither ended nor been replaced."""
        return job.is_going and self.last.get(job.work.kind) is job

    @contextmanager
    def _alone(self, kind: str) -> Iterator[None]:
        """No two runs of a session in steps of one kind; whoever waits may leave."""
        lock = self.driving.setdefault(kind, Lock())
        while not lock.acquire(timeout=LOOK_SECONDS):
            may_be_interrupted()
        try:
            yield
        finally:
            lock.release()


def is_whole_run() -> bool:
    """The whole page is run, and not a fragment of it alone."""
    visit = get_script_run_ctx(suppress_warning=True)
    return visit is not None and not visit.fragment_ids_this_run


def leave_alone(job: Job) -> None:
    """Show the whole page once where the browser still asks for the fragment of a job that has ended."""
    if job.goes_on_alone:
        job.goes_on_alone, job.survives = False, True
        st.rerun()


def show_again(job: Job) -> None:
    """The fragment; or the whole page where that runs, since Streamlit repeats a fragment only where it runs alone."""
    if is_whole_run():
        job.survives = True
        st.rerun()
    st.rerun(scope="fragment")


def sentence_of(error: Exception) -> str:
    """What a page says of a step that failed."""
    if isinstance(error, ClockworkError):
        return str(error)
    return (
        f"This ended at a mistake of the program ({type(error).__name__}). What was counted before is kept; "
        "the button goes on from there. The server's log has the details."
    )
