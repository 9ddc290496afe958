"""A console for each test, with its data shown."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.scripts.mounted import Mounted, console_data, context_of


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Mounted]]:
    """Opens consoles: `query` of the address, `data` to show at once (None: nothing yet), options of the browser."""
    contexts = []
    consoles = []

    def open_console(
        query: str = "", data: dict[str, Any] | None = None, *, shown: bool = True, **options: Any
    ) -> Mounted:
        contexts.append(context_of(chromium, **options))
        consoles.append(Mounted(contexts[-1], query))
        if shown:
            consoles[-1].give(console_data() if data is None else data)
        return consoles[-1]

    yield open_console
    for context in contexts:
        context.close()
    assert [error for console in consoles for error in console.errors] == []


@pytest.fixture
def console(opened: Callable[..., Mounted]) -> Mounted:
    """A console that shows three dials set apart."""
    return opened()
