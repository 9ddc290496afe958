"""A cache of compiled code is a convenience: without one, or with a damaged one, everything is computed as well."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ordinary_user import AS_ORDINARY_USER

PROGRAM = """
from models.runtime.compiling import compiled

@compiled(nogil=True)
def doubled(number):
    return 2 * number

@compiled(nogil=True)
def tripled(number):
    return 3 * number

@compiled(nogil=True)
def halved(number):
    return number / 2

if __name__ == "__main__":
    print(doubled(21), doubled(0.25))
"""
RESULT = "42 0.5\n"
ALL_THREE = "from program import *; print(doubled(21), tripled(3), halved(1))"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout that may not be written to, with a program in it, and with its modules read already but no code kept.

    What Python has made of the sources is good for the copy too, whose times are theirs.
    """
    folder = tmp_path_factory.mktemp("read-only") / "checkout"
    shutil.copytree(ROOT / "models", folder / "models", ignore=shutil.ignore_patterns("*.nbi", "*.nbc"))
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def run(folder: Path, *arguments: str, **environment: str) -> tuple[str, list[str]]:
    """What a user without a home gets: standard output, and the lines of standard error."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("HOME", "XDG", "NUMBA"))}
    variables |= {"HOME": str(folder / "no-home"), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    command = [*AS_ORDINARY_USER, sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.splitlines()


def test_a_read_only_checkout_without_a_home_keeps_compiled_code_for_the_run(checkout: Path, tmp_path: Path):
    (tmp_path / "temporary").mkdir()
    out, told = run(checkout, "program.py", TMPDIR=str(tmp_path / "temporary"))
    assert out == RESULT
    assert len(told) == 1
    assert told[0].startswith("There is no folder for compiled code beside the source or at home; keeping it in ")
    assert str(tmp_path / "temporary") in told[0]
    assert list((tmp_path / "temporary").iterdir()) == []  # and nothing is left behind


def test_every_command_runs_there(checkout: Path):
    line = "-m models transplant transformer-113 --modulus 5 --search none --readout keep --json"
    out, told = run(checkout, *line.split())
    assert '"pairs": 25,' in out
    assert len(told) == 1


def test_a_folder_that_is_named_is_used_and_nothing_is_said(checkout: Path, tmp_path: Path):
    assert run(checkout, "program.py", NUMBA_CACHE_DIR=str(tmp_path / "named")) == (RESULT, [])
    assert list((tmp_path / "named").rglob("*.nbc"))


def test_workers_use_the_folder_of_who_began_them_and_say_nothing(checkout: Path, tmp_path: Path):
    program = "import models.bodies.one_layer_kernel; from models.runtime.workers import one_thread_each\n"
    program += "if __name__ == '__main__':\n with one_thread_each(2) as pool: print(*pool.map(abs, [-3, -4]))"
    script = tmp_path / "workers.py"
    script.write_text(program, encoding="utf-8")
    out, told = run(checkout, str(script), PYTHONPATH=str(checkout))
    assert (out, len(told)) == ("3 4\n", 1)


def test_without_any_folder_code_is_compiled_and_not_kept(checkout: Path):
    program = "import tempfile\ndef mkdtemp(**_): raise OSError(30, 'Read-only')\ntempfile.mkdtemp = mkdtemp\n"
    program += "from program import doubled; print(doubled(21), doubled(0.25))"
    out, told = run(checkout, "-c", program)
    assert out == RESULT
    assert told == ["There is no folder for compiled code; each process compiles anew, which takes some seconds."]


def test_a_damaged_cache_is_told_and_mended(checkout: Path, tmp_path: Path):
    folder = tmp_path / "named"
    run(checkout, "-c", ALL_THREE, NUMBA_CACHE_DIR=str(folder))
    damages = [b"", b"\x80\x04}", b"no pickle at all"]  # of the first two the same is said, and so once
    for index, damage in zip(sorted(folder.rglob("*.nbi")), damages, strict=True):
        index.write_bytes(damage)
    out, told = run(checkout, "-c", ALL_THREE, NUMBA_CACHE_DIR=str(folder))
    assert out == "42 9 0.5\n"
    assert len(told) == 2
    assert all("cannot be read (" in line and line.endswith("; compiling anew.") for line in told)
    assert run(checkout, "-c", ALL_THREE, NUMBA_CACHE_DIR=str(folder)) == (out, [])


def test_a_full_disk_costs_the_cache_and_nothing_else(checkout: Path, tmp_path: Path):
    program = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    program += "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
    program += "resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))\n"
    program += "from program import doubled; print(doubled(21), doubled(0.25))\n"
    # What measures coverage writes its notes when the program has ended, and has to have room for them.
    program += "resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))"
    out, told = run(checkout, "-c", program, NUMBA_CACHE_DIR=str(tmp_path / "named"))
    assert out == RESULT
    assert len(told) == 1
    assert "Compiled code cannot be kept in " in told[0]
    assert "File too large" in told[0]
