"""CONTRIBUTING followed word by word in a copy of the project: a measure, a plot, a page, and the lines beside them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|Among the imports of `(?P<importing>[^`]+)`"
    r"|At the end of `(?P<table>\w+)` in `(?P<listing>[^`]+)`|(?P<run>In a notebook)):\n\n"
    r"```(?:python|text)\n(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
STEPS = list(STEP.finditer(TEXT))
PAGE = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
from dashboard.components import chart
from dashboard.navigation import entry_of

show, data = chart.show_source, []
chart.show_source = lambda source, *, key: (data.append(source.data()), show(source, key=key))
page = entry_of("strongest_dials.py").path


def trouble():
    app = AppTest.from_file(str(page), default_timeout=120).run()
    if app.exception or app.error:
        return [each.value for each in (*app.exception, *app.error)][0]
    assert app.title[0].value == entry_of(page.name).question
    [lines] = [each.value for each in app.code]
    try:
        exec(lines, {})
    except Exception as error:
        return str(error)


def trouble_of(said, otherwise):
    whole = page.read_text(encoding="utf-8")
    assert said in whole
    page.write_text(whole.replace(said, otherwise), encoding="utf-8")
    found = trouble()
    page.write_text(whole, encoding="utf-8")
    return found


print("told", repr(trouble()))
assert data[0].splitlines()[0].endswith("frequency,strength") and len(data[0].splitlines()) > 50
print("told", repr(trouble_of("models.key_frequencies(network).strengths", "models.no_such_name(network)")))
print("told", repr(trouble_of("cache.keys(", "cache.no_such_name(")))
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is, with every step taken."""
    copy = tmp_path_factory.mktemp("copy")
    for room in ("models", "dashboard"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for beside in ("assets", "docs", "app.py", ".streamlit", "pyproject.toml"):
        (copy / beside).symlink_to(ROOT / beside)
    for step in STEPS:
        take(step, copy)
    return copy


def take(step: re.Match[str], copy: Path) -> None:
    code = step["code"]
    if step["new"]:
        assert not (copy / step["new"]).exists()
        (copy / step["new"]).write_text(code, encoding="utf-8")
    elif step["importing"]:
        path = copy / step["importing"]
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^from ", f"{code}from ", text, count=1, flags=re.MULTILINE), encoding="utf-8")
    elif step["table"]:
        path = copy / step["listing"]
        text = path.read_text(encoding="utf-8")
        [table] = re.finditer(rf"^{step['table']}\b[^\n]* = \(\n.*?^\)$", text, re.DOTALL | re.MULTILINE)
        end = table.end() - 1
        path.write_text(text[:end] + code + text[end:], encoding="utf-8")


def test_there_is_a_step_of_every_kind():
    kinds = [next(name for name in ("new", "importing", "table", "run") if step[name]) for step in STEPS]
    assert sorted(kinds) == ["importing", "new", "new", "new", "run", "run", "table", "table"]
    assert len(re.findall(r"^```\w+$", TEXT, re.MULTILINE)) == len(STEPS), "A block that no step of this test takes."


def test_what_is_added_works_as_it_says_and_a_line_that_names_what_is_not_there_is_noticed(followed: Path):
    lines = "".join(step["code"] for step in STEPS if step["run"])
    checks = "import doctest, models.circuits.spread as m; assert doctest.testmod(m).attempted == 1\n"
    done = subprocess.run(
        [sys.executable, "-c", lines + checks + PAGE],
        cwd=followed, capture_output=True, encoding="utf-8", check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    whole, wrong_line, wrong_call = re.findall(r"^told (.*)$", done.stdout, re.MULTILINE)
    assert whole == "None"
    assert "no attribute 'no_such_name'" in wrong_line
    assert "This app has encountered an error" in wrong_call  # which is all that a visitor is told
    assert (followed / "strengths.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_added_is_in_the_style_of_the_house(followed: Path):
    new = [step["new"] for step in STEPS if step["new"]]
    for check in (["format", "--check"], ["check"]):
        told = subprocess.run(
            [Path(sys.executable).with_name("ruff"), *check, *new],
            cwd=followed, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout
