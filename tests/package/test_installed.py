"""The wheel, installed in a fresh environment and called from an empty folder, does what the repository does."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from models.formats.registry import network_to_bytes
from models.runtime.version import VERSION
from tests.browser.serving import free_port, wait_until_healthy
from tests.conftest import ROOT
from tests.oracles import hand_built
from tests.package.installing import Installed, installed

SEEN_FROM_INSIDE = Path(__file__).parent / "seen_from_inside.py"


@pytest.fixture(scope="module")
def clockwork(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """With one small network in the folder that it is called from."""
    found = installed(wheel, tmp_path_factory.mktemp("installed"))
    (found.folder / "clock.pt").write_bytes(network_to_bytes(hand_built(13, (1, 3, 4)), ".pt", {}))
    return found


@pytest.fixture(scope="module")
def seen(clockwork: Installed) -> dict[str, Any]:
    """By a program that the package's Python runs."""
    done = clockwork.run(clockwork.python, str(SEEN_FROM_INSIDE))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def here(clockwork: Installed, line: str) -> subprocess.CompletedProcess[str]:
    """The repository's command line in the same folder, in a process of its own as the package's has one.

    The last digits of sums depend on how many threads a process computes with.
    """
    command = [sys.executable, "-m", "models", *line.split()]
    environment = {**clockwork.variables, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=clockwork.folder, env=environment, capture_output=True, text=True, check=True, encoding="utf-8"
    )


@pytest.mark.parametrize(
    "line",
    [
        "inspect transformer-113 --json",
        "reach clock.pt --moduli 16..17 --readout keep --rounds 1 --jobs 2 --json",  # by two processes
    ],
)
def test_the_same_figures(clockwork: Installed, line: str):
    done = clockwork.run(clockwork.command, *line.split())
    assert (done.returncode, json.loads(done.stdout)) == (0, json.loads(here(clockwork, line).stdout))


def test_the_command_tells_its_version(clockwork: Installed):
    done = clockwork.run(clockwork.command, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"clockwork {VERSION}\n", "")


def test_what_it_says_is_what_can_be_typed(seen: dict[str, Any]):
    assert seen["refusal"].startswith("clockwork inspect: ")
    assert "made by clockwork train " in seen["zoo"]
    assert "python -m" not in seen["zoo"]


def test_every_page_is_shown_and_speaks_of_the_package(seen: dict[str, Any]):
    assert seen["trouble"] == []
    assert seen["strange_names"] == []
    assert all(seen["said"].values())
    texts = [text for page in seen["said"].values() for text in page]
    assert any(text.startswith("import clockwork as models\n") for text in texts)
    assert not any("import models" in text or "python -m" in text for text in texts)


def test_streamlit_finds_the_settings_beside_its_script(seen: dict[str, Any]):
    assert seen["settings"] == {
        "server.address": "127.0.0.1",
        "server.maxUploadSize": 50,
        "server.fileWatcherType": "none",
        "runner.postScriptGC": False,
        "browser.gatherUsageStats": False,
    }


def test_the_app_is_served_from_anywhere(clockwork: Installed, tmp_path: Path):
    for name in ("app", "models", "streamlit", "torch"):  # files of whoever calls it are no modules of the app
        (tmp_path / f"{name}.py").write_text("raise SystemExit(1)", encoding="utf-8")
    port, log = free_port(), tmp_path / "log.txt"
    address, command = f"http://127.0.0.1:{port}", [clockwork.command, "serve", "--port", str(port)]
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(command, cwd=tmp_path, env=clockwork.variables, stdout=out, stderr=out) as server,
    ):
        try:
            wait_until_healthy(address, server, log)
            answers = {host: answer(address, host) for host in (f"127.0.0.1:{port}", "clockwork.example.org")}
        finally:
            server.send_signal(signal.SIGTERM)
    assert answers == {f"127.0.0.1:{port}": (200, True), "clockwork.example.org": (421, True)}
    told = log.read_text(encoding="utf-8")
    assert address in told  # listening there alone, as config.toml says
    assert "Traceback" not in told


def answer(address: str, host: str) -> tuple[int, bool]:
    """The number of the server's answer to one who asks for that host, and whether it came with a policy (app.py)."""
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=60) as given:
            return given.status, "Content-Security-Policy" in given.headers
    except HTTPError as error:
        return error.code, "Content-Security-Policy" in error.headers
