"""The reference: every promised name is in it, with what its docstring says, and it loads nothing from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import models
from tests.conftest import ROOT
from tests.docs.tables import PAGES


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("site")
    line = [sys.executable, "-m", "pdoc", "models", r"!models\.", "--docformat", "google", "-o", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return (folder / "models.html").read_text(encoding="utf-8")


def test_every_promised_name_has_its_place(page: str):
    places = set(re.findall(r'id="(\w+)"', page))
    modules = {"zoo"}
    assert set(models.__all__) - modules <= places


def test_docstrings_are_in_it_with_arguments_and_errors(page: str):
    for said in ("a mapping of names to tensors", "Raises", "Axis glossary", "Warns"):
        assert said in page


def test_nothing_is_loaded_from_elsewhere(page: str):
    assert re.findall(r'(?:src|href)="(https?://[^"]+)"', page.split("</head>", maxsplit=1)[0]) == []
    assert re.findall(r'<(?:script|img|iframe)[^>]+src="(https?://[^"]+)"', page) == []
    assert (ROOT / "Makefile").read_text(encoding="utf-8").count("pdoc models '!models\\.'") == 1


def test_the_folder_is_ignored():
    assert "/site/" in Path(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_lists_of_names_and_measures_are_those_of_the_code(path: Path):
    assert path.read_text(encoding="utf-8") == PAGES[path](), "make docs writes it anew."
