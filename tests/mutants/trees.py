"""Copies of the working tree: no fault is ever made in the tree that people work in."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def copied_tree() -> Iterator[Path]:
    """What git tracks or would track, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="clockwork-mutants-") as folder:
        tree = Path(folder)
        for name in listed("ls-files", "--cached", "--others", "--exclude-standard"):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        yield tree


def tracked_files() -> list[str]:
    """Every file of the program in which faults are planted."""
    return _sources(listed("ls-files"))


def changed_files() -> list[str]:
    """Those of them that differ from where this branch left `main`; without such a branch, from the last commit."""
    base = subprocess.run(
        ["git", "merge-base", "HEAD", "main"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return _sources(listed("diff", "--name-only", base.stdout.strip() or "HEAD"))


def _sources(names: Iterable[str]) -> list[str]:
    return sorted(
        name
        for name in names
        if name.startswith(("models/", "dashboard/", "assets/"))
        and name.endswith((".py", ".js"))
        and (ROOT / name).is_file()
    )


def listed(*words: str) -> list[str]:
    """Names that git says, one after each zero byte."""
    said = subprocess.run(["git", *words, "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode()
    return [name for name in said.split("\0") if name]
