"""A served app and a real Chromium."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served, launched_chromium, served_app

PATIENCE_MILLISECONDS = 120_000  # of a machine that is busy with other things too
expect.set_options(timeout=PATIENCE_MILLISECONDS)


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

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: self._note(request.url))

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


@pytest.fixture
def visit(chromium, server, request) -> Iterator[Visit]:
    """A fresh profile of 1280 × 900 in light; parametrize indirectly with context options for others."""
    options = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield Visit(context.new_page(), server)
    context.close()
