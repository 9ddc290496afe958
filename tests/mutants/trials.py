"""Faults tried side by side: each in a copy of the tree, by a fork of a process that has the libraries loaded."""

import importlib
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from tests.mutants.faults import Fault
from tests.mutants.trees import ROOT, copied_tree

LIBRARIES = (
    "torch", "numba", "streamlit", "streamlit.testing.v1", "plotly.graph_objects", "plotly.subplots", "pandas",
    "mpmath", "safetensors.torch", "playwright.sync_api",
)  # fmt: skip
PATIENCE = 20.0  # seconds of a processor, beside four times what the tests took when they were measured
IDLE = 6.0  # times as long on the clock: other people's work may hold a trial up, and a lock may for ever
OURS = ("tests", "models", "dashboard", "app")
ALL_DIFFERENCES = ("CI", "BUILD_NUMBER")  # where one is set, pytest compares long lists line by line, for minutes
UNLOADED = "ImportError while loading conftest"  # what pytest says, as of a wrong call, where the fault stops imports
Verdict = Literal["killed", "survived", "timed out", "no test"]


@dataclass(frozen=True)
class Trial:
    """A fault, the tests it has to pass, and how many seconds these took without it."""

    fault: Fault
    tests: Sequence[str]
    seconds: float

    @property
    def patience(self) -> float:
        """Seconds of a processor after which it is ended."""
        return PATIENCE + 4 * self.seconds


@dataclass
class Place:
    """A copy of the tree, in which one fault at a time stands."""

    tree: Path
    stamp: int = field(default_factory=lambda: int(time.time()) + 10)

    def write(self, path: str, text: str) -> None:
        """A new time for each version, so that no compiled file of another is taken for it."""
        self.stamp += 2
        target = self.tree / path
        target.write_text(text, encoding="utf-8")
        os.utime(target, (self.stamp, self.stamp))


@dataclass(frozen=True)
class Running:
    """A trial that has begun."""

    trial: Trial
    place: Place
    original: str
    ends: float
    log: Path


def tried(trials: Iterator[Trial], jobs: int) -> Iterator[tuple[Trial, Verdict, str]]:
    """The verdict on each, and the first lines that the tests said, as they come."""
    for name in LIBRARIES:
        importlib.import_module(name)
    running: dict[int, Running] = {}
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        free = [Place(stack.enter_context(copied_tree())) for _ in range(jobs)]
        stack.callback(lambda: [_end(process) for process in running])
        waiting = True
        while waiting or running:
            if waiting and free:
                trial = next(trials, None)
                waiting = trial is not None
                if trial and trial.tests:
                    process, begun = _begin(trial, free.pop(), logs)
                    running[process] = begun
                elif trial:
                    yield trial, "no test", ""
                continue
            for process, verdict in _ended(running):
                done = running.pop(process)
                done.place.write(done.trial.fault.path, done.original)
                free.append(done.place)
                yield done.trial, verdict, done.log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.02)


def _begin(trial: Trial, place: Place, logs: Path) -> tuple[int, Running]:
    original = (place.tree / trial.fault.path).read_text(encoding="utf-8")
    place.write(trial.fault.path, trial.fault.source)
    log = logs / f"{place.tree.name}.txt"
    process = os.fork()
    if process == 0:
        _in_child(lambda: _run(place.tree, trial), log)
    return process, Running(trial, place, original, time.monotonic() + IDLE * trial.patience, log)


def _in_child(act: Callable[[], int], log: Path) -> None:
    """Act, say into the log, and end without whatever the parent would do at its end."""
    code = 3
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = act()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(tree: Path, trial: Trial) -> int:
    """Run the tests of a trial in a tree, in their order, until one fails or its time is over."""
    spent, (_, most), tests = time.process_time(), resource.getrlimit(resource.RLIMIT_CPU), trial.tests
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + trial.patience), most))
    for name in ALL_DIFFERENCES:
        os.environ.pop(name, None)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(path for path in sys.path if path not in ("", str(ROOT)))]
    for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[name]
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    options = ["-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # libraries with plugins are loaded already
    return int(pytest.main([*options, *files], plugins=[InOrder(tests)]))


class InOrder:
    """A pytest plugin: these tests alone, or all of these files, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}

    def place_of(self, item: pytest.Item) -> int | None:
        """Of the test, or of its file."""
        return self.places.get(item.nodeid, self.places.get(item.nodeid.split("::", 1)[0]))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Also undoes pytest's own order by fixtures: a wide fixture is then made twice, which costs less."""
        placed = [(place, item) for item in items if (place := self.place_of(item)) is not None]
        items[:] = [item for _, item in sorted(placed, key=lambda each: each[0])]


def _ended(running: dict[int, Running]) -> list[tuple[int, Verdict]]:
    """Those that have ended or have run out of time, and how."""
    found: list[tuple[int, Verdict]] = []
    for process, begun in running.items():
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            found.append((process, _verdict(os.waitstatus_to_exitcode(status), begun)))
        elif time.monotonic() > begun.ends:
            _end(process)
            os.waitpid(process, 0)
            found.append((process, "timed out"))
    return found


def _verdict(code: int, begun: Running) -> Verdict:
    """What pytest's exit code says. Raises RuntimeError where it was no test that failed."""
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return "no test"
    if code == -signal.SIGXCPU:
        return "timed out"
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED) or code < 0:
        return "survived" if code == pytest.ExitCode.OK else "killed"  # interrupted: a file of tests cannot be imported
    said = begun.log.read_text(encoding="utf-8", errors="replace")
    if UNLOADED in said:
        return "killed"
    raise RuntimeError(f"Expected pytest to run {begun.trial.tests[:3]}, found exit code {code}; it said:\n{said}")


def _end(process: int) -> None:
    """End a trial with whatever it began."""
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
