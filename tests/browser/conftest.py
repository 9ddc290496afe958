"""A served app and a real Chromium."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kept_pages import KeptPage, KeptPages
from tests.browser.serving import Served, launched_chromium, served_app

PATIENCE_MILLISECONDS = 120_000  # of a machine that is busy with other things too
expect.set_options(timeout=PATIENCE_MILLISECONDS)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


def has_failed(test: pytest.Item) -> bool:
    """Whether a test that is being cleaned up after has failed; its page may be in any state."""
    return test.stash.get(FAILED, False)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def app(tmp_path_factory) -> Iterator[Served]:
    """An app started just as `make run` starts it, on a free port."""
    with served_app(tmp_path_factory.mktemp("server")) as app:
        yield app


@pytest.fixture(scope="session")
def server(app) -> str:
    """Its address."""
    return app.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched_chromium() as browser:
        yield browser


class Visit:
    """A page, and everything that went wrong or left the machine while it was open."""

    def __init__(self, kept: KeptPage, address: str) -> None:
        self.kept = kept
        self.page: Page = kept.page
        self.address = address
        self.errors: list[str] = []
        self.foreign: list[str] = []
        kept.hear("pageerror", lambda error: self.errors.append(str(error)))
        kept.hear("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        kept.hear("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws", 1), "data:", "blob:")):
            self.foreign.append(url)

    def open_play(self) -> Page:
        self.page.goto(self.address)
        self.page.wait_for_selector(".share:not(:empty)")
        return self.page

    def right(self) -> int:
        """Pairs right, once everything that was turned has been counted."""
        self.page.wait_for_function("() => !document.querySelector('[data-testid=stSpinner]')")
        self.page.wait_for_selector(".console:not(.stale)")
        return int(self.page.inner_text(".counted").split(" of ")[0].replace(",", ""))

    def counts_change_from(self, before: int) -> int:
        """Wait for another count than `before`."""
        end = time.monotonic() + PATIENCE_MILLISECONDS / 1000
        while time.monotonic() < end:
            if (now := self.right()) != before:
                return now
            self.page.wait_for_timeout(50)
        raise AssertionError(f"The count stayed at {before}.")


@pytest.fixture(scope="session")
def visitors(chromium, server) -> KeptPages:
    """Pages that stand where the app answers, so that the browser keeps what it has read and compiled of it."""
    return KeptPages(chromium, f"{server}/_stcore/health")


@pytest.fixture
def visit(visitors, server, request) -> Iterator[Visit]:
    """A fresh profile of 1280 × 900 in light; parametrize indirectly with context options for others."""
    options = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", **getattr(request, "param", {})}
    kept = visitors.lent(**options)
    kept.page.set_default_timeout(PATIENCE_MILLISECONDS)
    yield Visit(kept, server)
    visitors.give_back(kept, failed=has_failed(request.node))
