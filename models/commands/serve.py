"""The web app, served on this machine."""

import os
import subprocess
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from importlib.util import find_spec

from models.errors import ClockworkError
from models.runtime.program import app_file, is_installed

NEEDED = ("streamlit", "starlette", "pandas", "plotly")  # what the extra `app` adds to what the command line needs


class AppMissingError(ClockworkError):
    """The packages that the app is shown with are not installed."""


def add_arguments(parser: ArgumentParser) -> None:
    """--port, --address, --allowed-hosts; each also under the name that Streamlit gives it."""
    parser.add_argument("--port", "--server.port", type=port, metavar="PORT", help="8501 unless given")
    parser.add_argument(
        "--address", "--server.address", metavar="ADDRESS", help="where to listen; this machine alone unless given"
    )
    parser.add_argument(
        "--allowed-hosts",
        "--server.allowedHosts",
        nargs="+",
        default=[],
        metavar="HOST",
        help="names under which it answers, in place of localhost, 127.0.0.1 and ::1",
    )


def port(text: str) -> int:
    """--port: a number that a server can listen on."""
    value = int(text)
    if not 1 <= value < 2**16:
        raise ArgumentTypeError(f"{text} is out of range; expected 1 to {2**16 - 1}")
    return value


def run(options: Namespace) -> int:
    """Serve until stopped; raises AppMissingError where what the app needs is not installed."""
    _require_app()
    command = serving_command(options)
    if os.name == "posix":
        os.execv(command[0], command)  # the server takes this process over, and hears its signals itself
    return subprocess.call(command)


def serving_command(options: Namespace) -> list[str]:
    """Streamlit's command line; the settings that the app needs stand in .streamlit/config.toml beside its script.

    -P keeps the folder in which it is called off the modules' path: a file there may be called like a module.
    """
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(app_file())]
    if options.port is not None:
        command += ["--server.port", str(options.port)]
    if options.address is not None:
        command += ["--server.address", options.address]
    for host in options.allowed_hosts:
        command += ["--server.allowedHosts", host]
    return command


def _require_app() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        how = "pip install '.[app]' in the folder of Clockwork's sources" if is_installed() else "make run"
        raise AppMissingError(
            f"The app needs {', '.join(missing)}, not installed here; install what it needs by {how}."
        )
