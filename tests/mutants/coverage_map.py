"""Which tests run a line, and how long each takes: measured once, kept in an ignored folder, asked for each fault."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import coverage

from tests.mutants.faults import Fault
from tests.mutants.trees import copied_tree, listed

FOLDER = Path(os.environ.get("CLOCKWORK_MUTANTS", ".clockwork-mutants")).absolute()
# Slow, or with runs of their own.
LEFT_OUT = ("browser", "fuzz", "power_cut", "peer", "bench", "adversary", "mutants", "package", "scripts")
WHOLE = "test_real_"  # whole runs over large files: they take longest and come last, so their turn hardly ever comes
SEEN_IN_SOURCE = {  # what stands in a changed statement → a test that reads source, and so runs no line of it
    "encoding=": "tests/test_encodings.py::test_every_text_file_is_read_and_written_as_utf_8",
    "@dataclass": "tests/test_dataclasses.py::test_data_is_frozen_but_for_what_has_a_life_of_its_own",
    "eq=False": "tests/test_dataclasses.py::test_what_holds_tensors_is_never_compared_number_by_number",
    "stable=": "tests/test_seeds.py::test_equals_are_sorted_in_their_order_whatever_the_processor",
}
COMPILED = {"models/bodies/one_layer_kernel.py": "tests/test_kernel.py"}  # no line of it is seen to run
SECONDS = 12.0  # of tests that are tried on one fault, as they were measured; unless more are asked for


class CoverageMap:
    """What was measured, as it is kept in the folder."""

    def __init__(self, folder: Path = FOLDER, seconds: float = SECONDS) -> None:
        self.at_most = seconds
        known = json.loads((folder / "tests.json").read_text(encoding="utf-8"))
        self.seconds: Mapping[str, float] = known["seconds"]
        self.fixtures: Mapping[str, Sequence[str]] = known["fixtures"]
        self.failed = frozenset(known["failed"])
        self.data = coverage.CoverageData(str(folder / "lines"))
        self.data.read()
        self._by_line: dict[str, Mapping[int, list[str]]] = {}

    @cached_property
    def users(self) -> Mapping[str, list[str]]:
        """Tests by the fixture that they ask for."""
        users: dict[str, list[str]] = {}
        for test, fixtures in self.fixtures.items():
            for fixture in fixtures:
                users.setdefault(f"fixture:{fixture}", []).append(test)
        return users

    def tests_for(self, fault: Fault) -> list[str]:
        """Tests to try, in this order: those that run its lines, and then the others of their files.

        Of each, first those that are named after the file, then those of its folder, then the rest; the fastest first.

        What runs only at import is run by no test that could be named: there all tests count of the files that run
        anything of it, also those that only read a table. The others of a file may look at what the first one left in
        a cache.
        """
        by_line = self._lines_of(fault.path)
        lines = range(fault.line, fault.last_line + 1)
        named = self._tests(context for line in lines for context in by_line.get(line, ()))
        by_any_line = named or self._tests(context for contexts in by_line.values() for context in contexts)
        files = {test.split("::")[0] for test in by_any_line} | {COMPILED.get(fault.path, "")}
        beside = {test for test in self.seconds if test.split("::")[0] in files} - named - self.failed
        readers = [test for words, test in SEEN_IN_SOURCE.items() if words in fault.before]
        return readers + self._affordable([*self._in_order(named, fault.path), *self._in_order(beside, fault.path)])

    def _lines_of(self, path: str) -> Mapping[int, list[str]]:
        if path not in self._by_line:
            self._by_line[path] = self.data.contexts_by_lineno(path)
        return self._by_line[path]

    def _tests(self, contexts: Iterable[str]) -> set[str]:
        """A context is a test, a fixture, or a test's process: `test|` and what the process was doing."""
        found = set()
        for context in contexts:
            name = context.split("|")[-1] or context.split("|")[0]
            found.update(self.users.get(name, ()) if name.startswith("fixture:") else [name])
        return {test for test in found if test in self.seconds} - self.failed

    def _in_order(self, tests: Iterable[str], path: str) -> list[str]:
        """The closest first, and of these the fastest."""
        return sorted(tests, key=lambda test: (distance(test, path), self.seconds[test], test))

    def _affordable(self, tests: Sequence[str]) -> list[str]:
        """The first of them, for so many seconds; at least three."""
        spent, kept = 0.0, []
        for test in tests:
            spent += self.seconds[test]
            if spent > self.at_most and len(kept) >= 3:
                break
            kept.append(test)
        return kept


def distance(test: str, path: str) -> int:
    """How far a test's file is from a file of the program, by their names: 0, 1 or 2."""
    tested, source = Path(test.split("::", 1)[0]), Path(path)
    if source.stem in tested.stem or source.stem.rstrip("s") in tested.stem:
        return 0
    return 1 if source.parent.name == tested.parent.name else 2


def measure(tests: Sequence[str] = (), jobs: int = 1) -> None:
    """Run all tests, or some anew, in so many processes, and keep what they run.

    They run in a copy of the tree, which may change meanwhile; each process notes into a folder of its own.
    """
    FOLDER.mkdir(exist_ok=True)
    shares = shares_of(tests or _test_files(), jobs)
    with copied_tree() as tree, tempfile.TemporaryDirectory(dir=FOLDER) as noted:
        folders = [Path(noted) / str(number) for number in range(len(shares))]
        runs = [_begun(tree, folder, share) for folder, share in zip(folders, shares, strict=True)]
        for run in runs:
            run.wait()
        keep(folders, tree / "tests/mutants/coverage.ini")


def shares_of(tests: Sequence[str], jobs: int) -> list[Sequence[str]]:
    """Dealt out in turn, so that a folder of slow tests is shared."""
    return [share for first in range(jobs) if (share := tests[first::jobs])]


def _test_files() -> list[str]:
    files = [Path(name) for name in listed("ls-files", "tests")]
    return [
        str(file)
        for file in files
        if file.match("test_*.py") and not file.name.startswith(WHOLE) and file.parts[1] not in LEFT_OUT
    ]


def _begun(tree: Path, folder: Path, tests: Sequence[str]) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.coverage_by_test", *tests]
    return subprocess.Popen(command, cwd=tree, env=os.environ | {"CLOCKWORK_MUTANTS": str(folder)})


def keep(folders: Sequence[Path], settings: Path, into: Path = FOLDER) -> None:
    """Add what was noted in these folders to what is known; a test that was run anew forgets that it failed."""
    known = _told(into) or {"seconds": {}, "fixtures": {}, "failed": []}
    for told in filter(None, map(_told, folders)):
        known["failed"] = sorted((set(known["failed"]) - told["seconds"].keys()) | set(told["failed"]))
        known["seconds"] |= told["seconds"]
        known["fixtures"] |= told["fixtures"]
    (into / "tests.json").write_text(json.dumps(known), encoding="utf-8")
    combined = coverage.Coverage(data_file=str(into / "lines"), config_file=str(settings))
    if (into / "lines").is_file():
        combined.load()
    combined.combine([str(path) for folder in folders for path in folder.glob("lines.*")], keep=False)
    combined.save()


def _told(folder: Path) -> dict[str, Any] | None:
    file = folder / "tests.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
