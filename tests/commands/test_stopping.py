import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models.commands.stopping import every_stop_as_ctrl_c, stop_when_ready
from tests.conftest import ROOT

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def send(number: int) -> None:
    os.kill(os.getpid(), number)
    for _ in range(1000):  # a signal is handled between two instructions
        pass


pytestmark = pytest.mark.usefixtures("usual_signals")


@pytest.mark.parametrize("number", ALL)
def test_every_stop_acts_as_ctrl_c(number: signal.Signals):
    with every_stop_as_ctrl_c(), pytest.raises(KeyboardInterrupt):
        send(number)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.parametrize("number", ALL)
def test_a_stop_can_wait_until_it_is_asked_for(number: signal.Signals):
    with every_stop_as_ctrl_c(), stop_when_ready() as stop:
        assert not stop()
        send(number)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            send(number)


def test_a_terminal_that_was_left_on_purpose_stops_nothing():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    with every_stop_as_ctrl_c(), stop_when_ready() as stop:
        send(signal.SIGHUP)
        assert not stop()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_another_s_handler_stays():
    heard = []
    signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    with every_stop_as_ctrl_c(), stop_when_ready() as stop:
        send(signal.SIGTERM)
        assert not stop()
    assert heard == [signal.SIGTERM]


def test_threads_have_no_handlers_and_run_all_the_same():
    ran = []

    def run() -> None:
        with every_stop_as_ctrl_c(), stop_when_ready() as stop:
            ran.append(stop())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [False]


STOPPED_IN_TEXT = """
import sys

def stop_where_a_dataclass_makes_its_methods(event, arguments):
    if event == "open" and str(arguments[0]).endswith("some.pt"):
        exec("raise KeyboardInterrupt")

sys.addaudithook(stop_where_a_dataclass_makes_its_methods)
"""


def test_a_stop_within_code_given_as_text_has_the_exit_code_of_every_stop(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(STOPPED_IN_TEXT, encoding="utf-8")
    (tmp_path / "some.pt").touch()
    variables = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "models", "inspect", str(tmp_path / "some.pt")]
    ended = subprocess.run(command, env=variables, capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()) == (130, "", ["Stopped."])
