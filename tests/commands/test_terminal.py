"""What a terminal lacks is escaped, what cannot be written is told in a line, and nothing else is printed."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from models.__main__ import main
from models.commands.terminal import Remarks, printable
from models.experiment import run
from tests.conftest import ROOT

OLD_ENCODINGS = ["ascii", "cp1251", "cp932", "gbk", "latin-1", "koi8-r"]
INSPECT = ["inspect", "clock.pt"]


@pytest.fixture
def output(workshop: Path, monkeypatch: pytest.MonkeyPatch):
    """Standard output in an encoding, and what arrived there."""

    def replace(encoding: str, errors: str = "strict") -> io.BytesIO:
        arrived = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(arrived, encoding=encoding, errors=errors))
        return arrived

    return replace


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
def test_text_is_printed_in_every_encoding(output, encoding: str):
    arrived = output(encoding)
    assert main(INSPECT) == 0
    text = arrived.getvalue().decode(encoding)
    assert text.startswith("clock.pt: transformerlens layout")
    assert "(a+½)+(b+½)" in text or r"(a+\xbd)+(b+\xbd)" in text


@pytest.mark.parametrize("encoding", [*OLD_ENCODINGS, "utf-8"])
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_json_means_the_same_in_every_encoding(output, encoding: str, errors: str):
    arrived = output("utf-8")
    assert main([*INSPECT, "--json"]) == 0
    expected = json.loads(arrived.getvalue())
    arrived = output(encoding, errors)
    assert main([*INSPECT, "--json"]) == 0
    assert json.loads(arrived.getvalue().decode(encoding)) == expected


@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "utf-8"])
def test_a_file_whose_name_is_no_text_is_told_with_escapes(output, encoding: str):
    name = os.fsdecode(b"\xff.pt")
    Path(name).write_bytes(Path("clock.pt").read_bytes())
    arrived = output(encoding)
    assert main(["inspect", name]) == 0
    assert arrived.getvalue().startswith(rb"\udcff.pt: transformerlens")
    arrived = output(encoding)
    assert main(["inspect", name, "--json"]) == 0
    assert json.loads(arrived.getvalue())["file"] == name


def test_a_file_s_name_gives_no_orders_to_a_terminal(clockwork):
    name = "\x1b[2J\nall is well\r.pt"
    Path(name).write_bytes(Path("clock.pt").read_bytes())
    out = clockwork(f"inspect '{name}'").out
    assert out.startswith(r"\x1b[2J")
    assert "\x1b" not in out + clockwork(f"inspect 'nowhere{name}'").err
    assert clockwork(f"inspect 'nowhere{name}'").err.count("\n") == 1


def test_printable_text_stays_as_it_is():
    assert printable("½ → 3½\n…") == "½ → 3½\n…"
    assert printable("a\tb\x00\u202e\udc80", keep="") == r"a\tb\x00\u202e\udc80"


def test_numbers_that_are_none_are_null_in_json(clockwork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run, "recipe_margin", lambda *_: float("nan"))
    out = clockwork("transplant clock.pt --modulus 13 --json").out
    assert json.loads(out, parse_constant=pytest.fail)["margin"] is None


# What cannot be written


@contextmanager
def at_the_end_of_a_disk(name: str) -> Iterator[None]:
    """A standard stream that takes nothing."""
    with pytest.MonkeyPatch.context() as patch, open("/dev/full", "wb", buffering=0) as full:
        stream = io.TextIOWrapper(full, encoding="utf-8", write_through=True)
        patch.setattr(sys, name, stream)
        yield
        with suppress(OSError):
            stream.detach()


@pytest.mark.parametrize("line", [INSPECT, [*INSPECT, "--json"], ["zoo"]])
def test_a_full_disk_is_told_in_one_line(clockwork, capsys, line: list[str]):
    with at_the_end_of_a_disk("stdout"):
        assert main(line) == 2
    expected = "The result cannot be written to standard output: No space left on device.\n"
    assert capsys.readouterr().err == expected


TRAIN = "train --modulus 5 --width 8 --heads 2 --neurons 8 --steps 5 --threads 1 --out new.pt"


@pytest.mark.parametrize("line", ["inspect nowhere.pt", TRAIN])
def test_remarks_that_nobody_can_read_are_let_go(clockwork, capsys, monkeypatch: pytest.MonkeyPatch, line: str):
    expected = {"inspect nowhere.pt": (2, ""), TRAIN: (0, "new.pt: accuracy")}[line]
    with at_the_end_of_a_disk("stderr"):
        code = main(line.split())
    assert (code, capsys.readouterr().out[:16]) == expected
    monkeypatch.setattr(sys, "stderr", None)
    code = main(line.split())
    assert (code, capsys.readouterr().out[:16]) == expected


def test_remarks_are_silent_once_their_stream_has_failed():
    stream = io.StringIO()
    remarks = Remarks(stream)
    assert remarks.write("one\n") == 4
    stream.close()
    assert remarks.write("two\n") == 4
    remarks.flush()
    assert not remarks.isatty()
    with pytest.raises(OSError, match="no standard error"):
        remarks.fileno()


FULL = "The result cannot be written to standard output: No space left on device.\n"


@pytest.mark.parametrize(
    ("command", "code", "out", "err", "unbuffered"),
    [
        ("set -o pipefail; $PY zoo --json | true", 141, "", "", ""),
        ("set -o pipefail; $PY zoo --json | true", 141, "", "", "1"),
        ("set -o pipefail; $PY --help | true", 141, "", "", ""),
        ("$PY zoo > /dev/full", 2, "", FULL, ""),
        ("$PY zoo > /dev/full", 2, "", FULL, "1"),
        ("$PY --help > /dev/full", 2, "", FULL, ""),
        ("$PY --help > /dev/full", 2, "", FULL, "1"),
        ("$PY inspect nowhere.pt 2> /dev/full", 2, "", "", ""),
        ("$PY zoo 1>&-", 0, "", "", ""),
        ("$PY inspect nowhere.pt 2>&-", 2, "", "", ""),
    ],
)
def test_nothing_is_said_at_the_end_of_the_process_either(command: str, code: int, out: str, err: str, unbuffered: str):
    variables = {**os.environ, "PY": f"{sys.executable} -m models", "PYTHONUNBUFFERED": unbuffered}
    line = ["bash", "-c", command]
    done = subprocess.run(line, cwd=ROOT, env=variables, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "cp1251"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_a_process_in_another_locale_prints_its_results(environment: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-m", "models", "train", "--help"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
    )
    assert b"usage: python -m models train" in done.stdout
    assert done.stderr == b""
