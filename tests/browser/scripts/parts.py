"""A part of the page by itself in a browser: its HTML, CSS and modules with made-up data, and no server behind it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

from dashboard.components.browser_part import Texts
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.mounted import ADDRESS, page_with

PAGE = """<!doctype html><body><div id="host"></div><script type="module">{script}</script></body>"""
ROOT = """
const root = document.querySelector("#host").attachShadow({{ mode: "open" }})
root.innerHTML = `<style>{style}</style>{html}`
"""
Script = Callable[[str, Mapping[str, str]], str]  # of a component: where it begins, and modules that are given


@contextmanager
def parts_in(pages: KeptPages, name: str, texts: Texts, script: Script, begin: str) -> Iterator[Callable[..., Page]]:
    """Opens the part in `assets/name/`; `begin` is JavaScript that imports from there and defines `give(data)`.

    The opened page takes its data, a query of the address, and options of the browser. No error may come of it.
    """
    lent, errors = [], []
    imports, _, rest = begin.partition("\n\n")
    tried = f"{imports}\n{ROOT.format(style=texts.css, html=texts.html)}\n{rest}"
    body = PAGE.format(script=script(f"{name}/tried.js", {f"{name}/tried.js": tried}))

    def open_part(data: Mapping[str, Any], query: str = "", **options: Any) -> Page:
        lent.append(page_with(pages, body, **{"viewport": {"width": 1000, "height": 800}, **options}))
        lent[-1].hear("pageerror", lambda error: errors.append(str(error)))
        page = lent[-1].page
        page.goto(ADDRESS + query)
        page.wait_for_function("() => window.give")
        page.evaluate("(data) => give(data)", dict(data))
        return page

    yield open_part
    for kept in lent:
        pages.give_back(kept, failed=bool(errors))
    assert errors == []
