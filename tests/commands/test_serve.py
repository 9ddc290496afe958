import os
import sys

import pytest

from models.__main__ import build_parser
from models.commands.serve import serving_command
from models.runtime import program
from models.runtime.version import VERSION
from tests.conftest import ROOT

STREAMLIT = [sys.executable, "-P", "-m", "streamlit", "run", str(ROOT / "app.py")]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("serve", []),
        ("serve --port 9000", ["--server.port", "9000"]),
        ("serve --server.port 9000", ["--server.port", "9000"]),
        ("serve --address 0.0.0.0", ["--server.address", "0.0.0.0"]),
        ("serve --allowed-hosts a b", ["--server.allowedHosts", "a", "--server.allowedHosts", "b"]),
        ("serve --server.allowedHosts a", ["--server.allowedHosts", "a"]),
    ],
)
def test_options_are_handed_to_streamlit(line: str, options: list[str]):
    assert serving_command(build_parser().parse_args(line.split())) == [*STREAMLIT, *options]


@pytest.mark.parametrize(("package", "how"), [("models", "make run"), ("clockwork", "pip install '.[app]'")])
def test_without_what_the_app_needs_one_sentence_says_what_to_install(clockwork, monkeypatch, package: str, how: str):
    monkeypatch.setattr(program, "PACKAGE", package)
    for name in ("streamlit", "plotly"):
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = clockwork("serve")
    assert (code, out) == (2, "")
    assert err.startswith("The app needs streamlit, plotly, not installed here; ")
    assert how in err
    assert err.count("\n") == 1


def test_serving_hands_the_process_over(clockwork, monkeypatch):
    handed = []
    monkeypatch.setattr(os, "execv", lambda path, command: handed.append((path, command)))
    monkeypatch.setattr("subprocess.call", lambda command: 0)
    clockwork("serve --port 9000")
    assert handed == [(sys.executable, [*STREAMLIT, "--server.port", "9000"])]


@pytest.mark.parametrize("line", ["serve --port x", "serve --port 70000", "serve --port 0"])
def test_a_port_that_is_none_is_refused(clockwork, line: str):
    code, _, err = clockwork(line)
    assert code == 2
    assert "--port" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("line", ["serve --port 70000", "serve --port 0"])
def test_a_port_out_of_range_is_told_what_ports_there_are(clockwork, line: str):
    assert "expected 1 to 65535" in clockwork(line).err


@pytest.mark.parametrize("port", [1, 65535])
def test_the_first_and_the_last_port_are_taken(port: int):
    assert build_parser().parse_args(["serve", "--port", str(port)]).port == port


def test_the_version_is_one_line(clockwork):
    assert clockwork("--version") == (0, f"clockwork {VERSION}\n", "")
