"""Linter, type checker and unit tests each see a fault of their kind, planted in a copy of the scripts."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.scripts.node import ran

COPIED = ("assets", "tests/scripts", "tests/percent_cases.json", "package.json", "tsconfig.json", "eslint.config.js")
installed = pytest.mark.skipif(
    not (ROOT / "node_modules" / ".done").is_file(),
    reason="ESLint and TypeScript are absent; make check installs them.",
)
FAULTS = [
    pytest.param("lint", "percent.js", "part === whole", "part == whole", "eqeqeq", marks=installed),
    pytest.param("lint", "keys.js", ".toLowerCase()", ".toLowerCase() + document.title", "no-undef", marks=installed),
    pytest.param("types", "counts.js", "grouped(seen)", 'grouped("seen")', "TS2345", marks=installed),
    pytest.param("unit", "percent.js", "100 * (part", "99 * (part", "1 of 3 is 33.33%"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


@pytest.mark.parametrize(("script", "file", "right", "wrong", "told"), FAULTS)
def test_a_planted_fault_is_seen(tree: Path, script: str, file: str, right: str, wrong: str, told: str):
    path = tree / "assets" / "console" / "pure" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    code, said = ran(tree, script)
    assert code != 0
    assert told in said
    assert file in said or script == "unit"
