"""The app as `make run` starts it, and a Chromium, for tests and for benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 180  # of a machine that is busy with other things too
CHROMIUM_NAMES = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
DROP_ZONE = "[class*=st-key-drop-zone] input[type=file]"  # of checkpoints
CERTIFICATE_ZONE = "[class*=st-key-certificate] input[type=file]"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@dataclass(frozen=True)
class Served:
    """Where an app answers, its process, and where it writes."""

    address: str
    process_id: int
    log: Path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served_app(folder: Path, python: Sequence[str] = (sys.executable,)) -> Iterator[Served]:
    """An app on a free port, run by this Python, which writes its log into the folder."""
    port = free_port()
    log = folder / "log.txt"
    command = [*python, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("w", encoding="utf-8") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_healthy(address, process, log)
            yield Served(address, process.pid, log)
        finally:
            process.terminate()


def wait_until_healthy(address: str, process: subprocess.Popen, log: Path) -> None:
    """Return once the app answers. Raises RuntimeError with its log where it does not."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start within {START_SECONDS} s:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def launched_chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine. Raises RuntimeError where there is none."""
    found = next(filter(None, (shutil.which(name) for name in CHROMIUM_NAMES if name)), None)
    if found is None:
        raise RuntimeError("No Chromium found; `make test` says what to install.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
