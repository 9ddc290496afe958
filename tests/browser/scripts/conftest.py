"""A console for each test, with its data shown."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import has_failed
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.mounted import Mounted, console_data, console_in


@pytest.fixture(scope="session")
def pages(chromium: Browser) -> KeptPages:
    """Pages without a server."""
    return KeptPages(chromium)


@pytest.fixture
def opened(pages: KeptPages, request: pytest.FixtureRequest) -> Iterator[Callable[..., Mounted]]:
    """Opens consoles: `query` of the address, `data` to show at once (None: nothing yet), options of the browser."""
    consoles = []

    def open_console(
        query: str = "", data: dict[str, Any] | None = None, *, shown: bool = True, **options: Any
    ) -> Mounted:
        consoles.append(Mounted(console_in(pages, **options), query))
        if shown:
            consoles[-1].give(console_data() if data is None else data)
        return consoles[-1]

    yield open_console
    for console in consoles:
        pages.give_back(console.kept, failed=has_failed(request.node))
    assert [error for console in consoles for error in console.errors] == []


@pytest.fixture
def console(opened: Callable[..., Mounted]) -> Mounted:
    """A console that shows three dials set apart."""
    return opened()
