"""Functions of a page called by themselves, with a session around them as a visitor has one."""

import runpy
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT

Page = dict[str, Any]


def within(file: str, act: Callable[[Page], None]) -> AppTest:
    """Run a page, and then `act` with what its script defines; the app that shows what both have shown."""

    def run() -> None:
        act(runpy.run_path(str(ROOT / "dashboard" / "pages" / file)))

    app = AppTest.from_function(_running, kwargs={"run": run}, default_timeout=180).run()
    assert [each.value for each in (*app.exception, *app.error)] == []
    return app


def _running(run):  # its source is all that the app gets: nothing that is imported here is known there
    run()


def stand_in(page: Page, name: str, function: Callable[..., Any]) -> None:
    """Replace what the functions of a page call by this name; for this run of it alone."""
    next(each for each in page.values() if getattr(each, "__module__", "") == "<run_path>").__globals__[name] = function
