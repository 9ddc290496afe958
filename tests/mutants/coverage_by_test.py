"""A pytest plugin that notes which lines each test runs, and how long it takes (`-p tests.mutants.coverage_by_test`).

What a fixture of a wider scope runs is noted under the fixture, and belongs to every test that asks for it: the first
one alone would seem to run it otherwise. Processes that a test begins are measured too, under the test's name.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ.get("CLOCKWORK_MUTANTS", ".clockwork-mutants"))
TEST_VARIABLE = "CLOCKWORK_TEST"  # tests/mutants/coverage.ini names each process's context by it

_measured = coverage.Coverage(config_file=str(Path(__file__).with_name("coverage.ini")))
_seconds: dict[str, float] = {}
_fixtures: dict[str, list[str]] = {}
_failed: set[str] = set()


def pytest_configure() -> None:
    _measured.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    os.environ[TEST_VARIABLE] = item.nodeid
    _measured.switch_context(item.nodeid)
    _fixtures[item.nodeid] = list(getattr(item, "fixturenames", ()))
    began = time.perf_counter()
    try:
        return (yield)
    finally:
        _seconds[item.nodeid] = time.perf_counter() - began
        _measured.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed.add(report.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
    if fixturedef.scope == "function":
        return (yield)
    test = os.environ[TEST_VARIABLE]
    _measured.switch_context(f"fixture:{fixturedef.argname}")
    try:
        return (yield)
    finally:
        _measured.switch_context(test)


def pytest_unconfigure() -> None:
    _measured.stop()
    _measured.save()
    told = {"seconds": _seconds, "fixtures": _fixtures, "failed": sorted(_failed)}
    (FOLDER / "tests.json").write_text(json.dumps(told), encoding="utf-8")
