"""Pages that go from one test to the next: a new one takes more of a processor than most tests do.

A page is kept with its browser context, by the context's options. Between two tests it forgets what the first one left:
what it heard, routes, storage, cookies, permissions, its history, its size, keys and buttons that were down. A clock of
the page's own or a script that begins with each of its pages cannot be taken back: such a page is `spoilt`.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Error, Page

MODIFIERS = ("Alt", "Control", "Meta", "Shift")
FORGET = "() => { localStorage.clear(); sessionStorage.clear() }"
MOST = 3  # kept at once: each has a process of its own
REST = "about:blank"  # where a page stands between two tests, unless its owner names a place


@dataclass(eq=False)
class KeptPage:
    """A page lent to one test at a time, alone in a context with these options."""

    page: Page
    options: dict[str, Any]
    wire: CDPSession
    spoilt: bool = False
    handlers: list[tuple[str, Callable[..., None]]] = field(default_factory=list)

    def hear(self, event: str, handler: Callable[..., None]) -> None:
        """Hear an event of the page until it is given back."""
        self.page.on(event, handler)
        self.handlers.append((event, handler))

    def forget(self, rest: str) -> None:
        """Make it as good as new, at the address `rest`."""
        page, context = self.page, self.page.context
        for event, handler in self.handlers:
            page.remove_listener(event, handler)
        self.handlers.clear()
        for other in context.pages:
            if other is not page:
                other.close()
        for name in MODIFIERS:
            page.keyboard.up(name)
        page.mouse.up()
        with suppress(Error):  # a page that was never opened has no storage
            page.evaluate(FORGET)
        page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        page.goto(rest)
        page.mouse.move(-1, -1)  # where nothing is pointed at
        context.clear_cookies()
        context.clear_permissions()
        context.grant_permissions(self.options.get("permissions", ()))
        page.emulate_media(
            media="null",
            color_scheme=self.options.get("color_scheme", "light"),
            reduced_motion=self.options.get("reduced_motion", "no-preference"),
        )
        page.set_viewport_size(self.options["viewport"])
        self.wire.send("Page.resetNavigationHistory")


class KeptPages:
    """Those of a browser that nobody has at the moment, the last used last."""

    def __init__(self, chromium: Browser, rest: str = REST) -> None:
        self.chromium = chromium
        self.rest = rest
        self.free: list[KeptPage] = []

    def lent(self, **options: Any) -> KeptPage:
        """A page as if it were new; the options of its context name a viewport."""
        for kept in reversed(self.free):
            if kept.options == options:
                self.free.remove(kept)
                return kept
        context = self.chromium.new_context(**options)
        page = context.new_page()
        return KeptPage(page, options, context.new_cdp_session(page))

    def give_back(self, kept: KeptPage, *, failed: bool = False) -> None:
        """Keep it for the next test, or end it where it is spoilt or closed, or its test failed."""
        spoilt = failed or kept.spoilt or kept.page.is_closed()
        if not spoilt:
            kept.forget(self.rest)
            self.free.append(kept)
        ended = [kept] if spoilt else self.free[:-MOST]
        self.free = self.free[-MOST:]
        for each in ended:
            each.page.context.close()
