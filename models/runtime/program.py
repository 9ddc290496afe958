"""How Clockwork is called where it runs: from its own folder, or installed as the package `clockwork`.

The wheel is made of the same sources under another name (build_backend/), so the name of this very module tells.
"""

from pathlib import Path

PACKAGE = __name__.partition(".")[0]
IN_ITS_FOLDER = "python -m models"


def is_installed() -> bool:
    """Whether this is the installed package, rather than the folder that Clockwork is developed in."""
    return PACKAGE != "models"


def program_name() -> str:
    """What a person types before a command: IN_ITS_FOLDER there, and the name of the package once it is installed."""
    return PACKAGE if is_installed() else IN_ITS_FOLDER


def command_line(written: str) -> str:
    """A command line that was written in Clockwork's folder, as it is typed where this runs; any other as it is."""
    return program_name() + written.removeprefix(IN_ITS_FOLDER) if written.startswith(f"{IN_ITS_FOLDER} ") else written


def import_line() -> str:
    """The line of Python that makes this package known as `models`, the name that lines under figures go by."""
    return f"import {PACKAGE} as models" if is_installed() else f"import {PACKAGE}"


def app_file() -> Path:
    """The script that Streamlit serves; in the package it has a folder of its own, which Streamlit makes importable."""
    here = Path(__file__).parents[1]
    return here / "site" / "app.py" if is_installed() else here.parent / "app.py"
