"""Worker processes end with the process that began them, and hear no Ctrl-C of their own."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models.runtime import workers
from tests.conftest import ROOT
from tests.power_cut.processes import is_alive, still_there

# Begins two workers, writes their numbers, and waits; the workers compute for longer than any test waits.
PROGRAM = """
import os, sys, time
from models.runtime.workers import one_thread_each

def number(seconds):
    return os.getpid()

def compute(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass

if __name__ == "__main__":
    with one_thread_each(2) as pool:
        seen = set()
        while len(seen) < 2:
            seen |= set(pool.map(number, range(20)))
        computing = [pool.submit(compute, 300) for _ in range(2)]
        print(*seen, flush=True)
        computing[0].result()
"""


@pytest.fixture
def parent(tmp_path: Path, usual_signals: None):
    """A process with two workers that compute, and the workers' numbers."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, program]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        workers = [int(number) for number in process.stdout.readline().split()]
        assert len(workers) == 2
        yield process, workers
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_at_once_however_their_parent_ends(parent, how: signal.Signals):
    process, workers = parent
    assert all(map(is_alive, workers))
    process.send_signal(how)
    assert still_there(workers, within=30) == []
    assert process.wait(30) != 0


def test_a_worker_outlives_signals_that_are_meant_for_its_parent(parent):
    process, workers = parent
    for worker in workers:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(worker, number)
    time.sleep(1)
    assert all(map(is_alive, workers))
    assert process.poll() is None


def test_a_worker_waits_for_its_parent_and_ends_with_it(monkeypatch: pytest.MonkeyPatch):
    """In a thread of this process: once nobody holds the other end of the pipe, and not before."""
    codes: list[int] = []
    ended = threading.Event()
    monkeypatch.setattr(workers.os, "_exit", lambda code: (codes.append(code), ended.set()))
    here, there = multiprocessing.Pipe(duplex=False)
    waiting = threading.Thread(target=workers._end_with, args=(here,), daemon=True)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    there.close()
    assert ended.wait(10)
    assert codes == [1]
