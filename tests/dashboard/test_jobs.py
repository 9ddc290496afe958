"""Long work between two showings: driven a little at a time, stopped, replaced, cut off, failed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard import jobs as module
from dashboard.jobs import Jobs, Progress, Work, Working
from dashboard.session import unasked
from models.errors import RecipeError

KIND, OWNER = "counting", "a network"
STEPS = 10


class Counted:
    """Work that keeps what comes in, and goes on after it."""

    def __init__(self, most: int = STEPS) -> None:
        self.most = most
        self.numbers: list[int] = []
        self.finished: list[Any] = []
        self.before_step: Callable[[int], None] = lambda _: None

    def begin(self) -> Working:
        for number in range(len(self.numbers), self.most):
            self.before_step(number)
            self.numbers.append(number)
            yield Progress(number + 1, self.most, f"{number + 1} counted")
        return sum(self.numbers)

    def work(self, owner: object = OWNER, **options: Any) -> Work:
        return Work(KIND, owner, self.begin, self.finished.append, **{"most_at_once": 3, **options})


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


def to_the_end(jobs: Jobs) -> None:
    while jobs.going(KIND, OWNER):
        jobs.go_on(KIND, OWNER)


def test_a_job_goes_on_where_it_was_and_ends_with_what_it_found(jobs: Jobs, counted: Counted):
    jobs.start(counted.work(first=Progress(0, STEPS, "nothing yet")))
    assert jobs.going(KIND, OWNER).progress.sentence == "nothing yet"
    for done in (3, 6, 9):
        jobs.go_on(KIND, OWNER)
        assert jobs.going(KIND, OWNER).progress == (done, STEPS, f"{done} counted")
    assert jobs.going(KIND, OWNER).progress.share == 0.9
    jobs.go_on(KIND, OWNER)
    assert jobs.going(KIND, OWNER) is None
    assert (counted.numbers, counted.finished) == (list(range(STEPS)), [45])
    jobs.go_on(KIND, OWNER)
    assert counted.finished == [45]


def test_steps_that_say_only_how_many_are_done_have_no_sentence(jobs: Jobs):
    def begin() -> Working:
        yield 1, 4
        yield 2, 4

    jobs.start(Work(KIND, OWNER, begin, most_at_once=1))
    jobs.go_on(KIND, OWNER)
    assert jobs.going(KIND, OWNER).progress == (1, 4, "")


def test_a_job_that_was_stopped_keeps_what_came_in_and_finishes_nothing(jobs: Jobs, counted: Counted):
    jobs.start(counted.work())
    jobs.go_on(KIND, OWNER)
    jobs.stop(KIND, "a kind that never was")
    to_the_end(jobs)
    jobs.go_on(KIND, OWNER)
    assert (counted.numbers, counted.finished) == ([0, 1, 2], [])
    jobs.start(counted.work())
    to_the_end(jobs)
    assert (counted.numbers, counted.finished) == (list(range(STEPS)), [45])


def test_a_stop_is_heard_between_two_steps(jobs: Jobs, counted: Counted):
    counted.before_step = lambda number: jobs.stop(KIND) if number == 1 else None
    jobs.start(counted.work())
    jobs.go_on(KIND, OWNER)
    assert counted.numbers == [0, 1]


def test_a_stop_in_the_last_step_leaves_what_was_found_unset(jobs: Jobs, counted: Counted):
    counted.before_step = lambda number: jobs.stop(KIND) if number == STEPS - 1 else None
    jobs.start(counted.work(most_at_once=None))
    jobs.go_on(KIND, OWNER)
    assert (counted.numbers, counted.finished) == (list(range(STEPS)), [])


def test_a_page_of_another_owner_leaves_the_job_alone(jobs: Jobs, counted: Counted):
    jobs.start(counted.work())
    jobs.go_on(KIND, "another network")
    assert (counted.numbers, jobs.going(KIND, "another network")) == ([], None)
    assert jobs.going(KIND, OWNER)


def test_two_runs_of_one_session_count_nothing_twice_and_lose_nothing(jobs: Jobs):
    counted = Counted(400)
    jobs.start(counted.work())
    with ThreadPoolExecutor(2) as runs:
        for run in [runs.submit(to_the_end, jobs) for _ in range(2)]:
            run.result()
    assert (counted.numbers, counted.finished) == (list(range(400)), [sum(range(400))])


def test_a_job_that_was_replaced_is_neither_gone_on_with_nor_finished_by_its_old_run(jobs: Jobs, counted: Counted):
    begun, go_on, newer = Event(), Event(), Counted()

    def wait(_: int) -> None:
        begun.set()
        assert go_on.wait(60)

    counted.before_step = wait
    jobs.start(counted.work())
    with ThreadPoolExecutor(2) as runs:
        old = runs.submit(jobs.go_on, KIND, OWNER)
        assert begun.wait(60)
        jobs.start(newer.work())
        new = runs.submit(to_the_end, jobs)
        assert newer.numbers == []  # it waits for the step that goes on
        go_on.set()
        old.result(), new.result()
    assert (counted.numbers, counted.finished) == ([0], [])
    assert (newer.numbers, newer.finished) == (list(range(STEPS)), [45])


def test_two_sessions_know_nothing_of_each_other(counted: Counted):
    ada, emmy, others = Jobs(), Jobs(), Counted()
    ada.start(counted.work())
    emmy.start(others.work())
    ada.stop(KIND)
    assert (ada.going(KIND, OWNER), others.numbers) == (None, [])
    to_the_end(emmy)
    assert (counted.numbers, others.finished) == ([], [45])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(RecipeError("Modulus 1 is out of range."), "Modulus 1 is out of range."), (KeyError("x"), "(KeyError)")],
)
def test_a_step_that_fails_ends_the_job_with_a_sentence_and_it_can_be_started_again(
    jobs: Jobs, counted: Counted, error: Exception, sentence: str
):
    def fail(number: int) -> None:
        if number == 4:
            raise error

    counted.before_step = fail
    jobs.start(counted.work())
    to_the_end(jobs)
    assert sentence in jobs.failure(KIND, OWNER)
    assert jobs.failure(KIND, "another network") == ""
    assert (counted.numbers, counted.finished) == ([0, 1, 2, 3], [])
    counted.before_step = lambda _: None
    jobs.start(counted.work())
    assert jobs.failure(KIND, OWNER) == ""
    to_the_end(jobs)
    assert (counted.numbers, counted.finished) == (list(range(STEPS)), [45])


def test_what_a_left_run_cut_off_begins_again_from_what_was_kept(jobs: Jobs, counted: Counted):
    def leave(number: int) -> None:
        if number == 4:
            raise KeyboardInterrupt  # as Streamlit ends a run: no Exception

    counted.before_step = leave
    jobs.start(counted.work(most_at_once=None))
    with pytest.raises(KeyboardInterrupt):
        jobs.go_on(KIND, OWNER)
    counted.before_step = lambda _: None
    to_the_end(jobs)
    assert (counted.numbers, counted.finished) == (list(range(STEPS)), [45])


def test_long_steps_wait_for_their_turn_and_others_do_not(
    jobs: Jobs, counted: Counted, monkeypatch: pytest.MonkeyPatch
):
    turns: list[float] = []
    monkeypatch.setattr(module, "in_turn", lambda work, seconds: (turns.append(seconds), work()))
    jobs.start(counted.work(seconds=12.0))
    to_the_end(jobs)
    assert turns == [12.0] * 4
    jobs.start(Counted().work())
    to_the_end(jobs)
    assert turns == [12.0] * 4


# Pages


def test_a_job_ends_with_the_visit_of_its_page(jobs: Jobs, counted: Counted):
    jobs.open_page("Play")
    jobs.start(counted.work())
    jobs.go_on(KIND, OWNER)
    jobs.open_page("Any base")
    assert jobs.of(KIND, OWNER) is None
    assert counted.numbers == [0, 1, 2]


def test_a_run_of_the_whole_page_ends_what_went_on_before_it_and_not_what_was_started_for_it(
    jobs: Jobs, counted: Counted
):
    jobs.open_page("Play")
    jobs.start(counted.work())
    jobs.open_page("Play")
    assert jobs.going(KIND, OWNER)
    jobs.open_page("Play")
    assert jobs.of(KIND, OWNER) is None


def test_what_was_started_for_a_page_that_was_left_at_once_is_not_begun_on_another(jobs: Jobs, counted: Counted):
    jobs.open_page("Play")
    jobs.start(counted.work())
    jobs.open_page("Any base")
    assert jobs.going(KIND, OWNER) is None


# Begun by a page itself


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the whole page is run, its last entry; and how often it is asked to be."""
    runs = [True]
    monkeypatch.setattr(module, "is_whole_run", lambda: runs[-1])
    monkeypatch.setattr(module.st, "rerun", lambda **scope: runs.append(not scope))
    return runs


def test_what_a_page_began_goes_on_where_its_fragment_alone_is_run(jobs: Jobs, counted: Counted, whole: list[bool]):
    jobs.open_page("a page")
    jobs.start(counted.work(), alone=True)
    jobs.go_on(KIND, OWNER)
    assert (counted.numbers, whole) == ([], [True])  # the page is shown to its end first
    whole.append(False)
    jobs.go_on(KIND, OWNER)
    assert (counted.numbers, whole) == ([0, 1, 2], [True, False, False])


@pytest.mark.parametrize("end", ["through", "stopped", "failed"])
def test_when_it_has_ended_the_whole_page_is_shown_once_and_it_is_not_begun_again(
    jobs: Jobs, counted: Counted, whole: list[bool], end: str
):
    jobs.open_page("a page")
    jobs.start(counted.work(), alone=True)
    whole.append(False)
    if end == "failed":
        counted.before_step = lambda _: (_ for _ in ()).throw(RecipeError("No."))
    if end == "stopped":
        jobs.stop(KIND)
    to_the_end(jobs)
    jobs.go_on(KIND, OWNER)
    assert whole[-1]
    assert whole.count(True) == 2
    jobs.open_page("a page")
    jobs.go_on(KIND, OWNER)
    assert whole.count(True) == 2
    assert jobs.failure(KIND, OWNER) == ("No." if end == "failed" else "")
    assert ((KIND, OWNER) in jobs.ended) == (end != "through")
    jobs.open_page("another page")
    assert jobs.ended == set()


@pytest.mark.parametrize("whole", [True, False])
def test_work_that_a_whole_run_meets_goes_on_in_runs_of_its_fragment_alone(whole: bool, monkeypatch):
    """A whole run that went on with it would begin again before it came to what stands below."""
    jobs, woken = Jobs(), []
    jobs.start(Work(KIND, OWNER, lambda: iter(())))
    monkeypatch.setattr(unasked, "ALLOWED", True)
    monkeypatch.setattr(unasked, "is_whole_run", lambda: whole)
    monkeypatch.setattr(unasked, "session", lambda: SimpleNamespace(jobs=jobs))
    monkeypatch.setattr(unasked.st, "fragment", lambda show, run_every: woken.append(run_every) or show)
    unasked.show_in_fragment(lambda: None, KIND, OWNER)
    assert woken == [unasked.WAKING_SECONDS if whole else None]
    assert jobs.going(KIND, OWNER).goes_on_alone == whole
