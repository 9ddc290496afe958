"""A command that is ended at a random moment, and what it had shown and left behind by then."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.conftest import ROOT

SHARE_AT_THE_START = 0.25  # of all moments: while it loads, locks and tries its destinations; the others while it works
LONGEST_START = 3.0  # seconds
LONGEST_WORK = 1.5
PATIENCE = 120.0
BAR = re.compile(r"\| *(\d+)/")


@dataclass(frozen=True)
class Ended:
    """A command that was ended.

    Attributes:
        code: its exit code; minus the signal where that ended it.
        shown: what its bar of progress had counted last.
        worked: whether the bar had counted anything since it began.
        said: its last line on standard error.
        orphans: processes that it had begun and that did not end with it.
        half_written: whether it was ended in the middle of writing a file.
    """

    code: int
    shown: int
    worked: bool
    said: str
    orphans: int
    half_written: bool


def end_at_random(line: str, folder: Path, random: Random, number: signal.Signals) -> Ended:
    """Run `python -m models LINE` in a folder, and send it a signal at a random moment."""
    log = folder.parent / f"{folder.name}.log"
    command = [sys.executable, "-m", "models", *line.split()]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=out)
    if random.random() < SHARE_AT_THE_START:
        time.sleep(random.uniform(0, LONGEST_START))
    else:
        wait_for_progress(process, log)
        time.sleep(random.uniform(0, LONGEST_WORK))
    begun = children(process.pid)
    process.send_signal(number)
    code = process.wait(PATIENCE)
    told = log.read_text(encoding="utf-8")
    counts = counts_in(told)
    half = any(path.suffix == ".partial" for path in folder.iterdir())
    said = (told.splitlines() or [""])[-1]
    return Ended(code, counts[-1], len(set(counts)) > 1, said, len(still_there(begun)), half)


def wait_for_progress(process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the bar has counted something, or the command has ended."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and len(set(counts_in(log.read_text(encoding="utf-8")))) < 2:
        if time.monotonic() > end:
            raise RuntimeError(f"No progress within {PATIENCE:g} s: {log.read_text(encoding='utf-8')}")
        time.sleep(0.01)


def counts_in(told: str) -> list[int]:
    """What a bar of progress showed, one after the other; 0 where there was none yet."""
    return [int(count) for count in BAR.findall(told)] or [0]


def children(process: int) -> list[int]:
    """Processes that a process has begun and that have not ended."""
    try:
        return [
            int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def still_there(processes: list[int], within: float = 30.0) -> list[int]:
    """Those of some processes that have not ended after a while."""
    end = time.monotonic() + within
    left = processes
    while (left := [each for each in left if is_alive(each)]) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def is_alive(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
