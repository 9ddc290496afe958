"""The exact pins of requirements.txt and the ranges of pyproject.toml are about the same packages, and agree."""

import ast
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models.commands.serve import NEEDED
from models.runtime.version import VERSION
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IMPORTED_AS = {"flint": "python-flint"}
ASKED_FOR_WHERE_USED = {
    "transformer_lens",  # bench compares with it where it is installed
    "matplotlib",  # the extra `paper`: figure_for_paper says where it is missing
}


def pinned(file: str) -> dict[str, str]:
    """Name → version of the lines of a requirements file."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return dict(re.fullmatch(r"([\w.-]+)==(\S+)", line).groups() for line in lines if line and line[:2] != "-r")


def ranges(listed: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(each.name): each for each in map(Requirement, listed)}


NEEDED_ALWAYS = ranges(PROJECT["project"]["dependencies"])
NEEDED_BY_THE_APP = ranges(PROJECT["project"]["optional-dependencies"]["app"])
PINS = {canonicalize_name(name): version for name, version in pinned("requirements.txt").items()}


def imported(room: str) -> set[str]:
    """The packages of others that a room imports."""
    files = [ROOT / "app.py"] if room == "app.py" else (ROOT / room).rglob("*.py")
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
    own = found - sys.stdlib_module_names - {"models", "dashboard"} - ASKED_FOR_WHERE_USED
    return {canonicalize_name(IMPORTED_AS.get(name, name)) for name in own}


def test_both_lists_name_the_same_packages():
    assert PINS.keys() == NEEDED_ALWAYS.keys() | NEEDED_BY_THE_APP.keys()
    assert not NEEDED_ALWAYS.keys() & NEEDED_BY_THE_APP.keys()


@pytest.mark.parametrize("name", PINS)
def test_a_pin_lies_within_its_range(name: str):
    specifier = (NEEDED_ALWAYS | NEEDED_BY_THE_APP)[name].specifier
    assert PINS[name] in specifier
    assert "9999" not in specifier  # it has an end
    assert "0" not in specifier


def test_the_command_line_needs_what_models_imports_and_nothing_else():
    assert imported("models") == NEEDED_ALWAYS.keys()


def test_the_app_needs_what_the_dashboard_imports():
    more = (imported("dashboard") | imported("app.py")) - NEEDED_ALWAYS.keys()
    assert more == NEEDED_BY_THE_APP.keys() == set(NEEDED)


def test_what_builds_the_wheel_is_pinned_within_its_range():
    (builder,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert pinned("requirements-dev.txt")[builder.name] in builder.specifier


def test_the_version_has_one_home():
    assert "version" not in PROJECT["project"]
    assert re.fullmatch(r"0\.\d+\.\d+", VERSION)
