"""Text files are UTF-8 whatever the locale says; the linter sees most calls, this walk of the source sees the rest."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("app.py", "models", "dashboard", "build_backend", "tests")
TEXT_METHODS = {"read_text", "write_text"}
PROCESSES = {"run", "Popen", "check_output"}
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def sources() -> list[Path]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [ROOT / "app.py", *files]


def calls_in_the_locales_encoding(source: str) -> list[int]:
    """Lines of calls that read or write text and leave its encoding to the locale."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if _is_of_text(call) and not _names_encoding(call)]


def _is_of_text(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {keyword.arg for keyword in call.keywords}
    if name in TEXT_METHODS:
        return True
    if name in PROCESSES:
        return bool({"text", "universal_newlines"} & named)
    if name in ("open", "fdopen"):
        modes = [
            each.value for each in (*call.args, *(k.value for k in call.keywords)) if isinstance(each, ast.Constant)
        ]
        return any(isinstance(mode, str) and set(mode) <= set("rwax+t") for mode in modes)
    return False


def _names_encoding(call: ast.Call) -> bool:
    return any(keyword.arg == "encoding" for keyword in call.keywords)


@pytest.mark.parametrize(
    "text",
    ["path.read_text()", "(a / b).write_text(x)", "open(f, 'w')", "p.open('r')", "subprocess.run(c, text=True)"],
)
def test_the_walk_sees_a_call_that_leaves_the_encoding_open(text: str):
    assert calls_in_the_locales_encoding(f"\n{text}") == [2]
    assert calls_in_the_locales_encoding(f"{text[:-1]}, encoding='utf-8')".replace("(,", "(")) == []


@pytest.mark.parametrize("text", ["open(f, 'rb')", "p.open('xb')", "archive.open(info)", "subprocess.run(c)"])
def test_the_walk_lets_bytes_pass(text: str):
    assert calls_in_the_locales_encoding(text) == []


def test_every_text_file_is_read_and_written_as_utf_8():
    found = {
        str(path.relative_to(ROOT)): calls_in_the_locales_encoding(path.read_text(encoding="utf-8"))
        for path in sources()
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_page_reads_its_assets_in_an_ascii_locale():
    program = "import dashboard.components.console, dashboard.components.address"
    environment = {**os.environ, **ASCII_LOCALE}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
