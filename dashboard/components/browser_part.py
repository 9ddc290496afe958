"""Components of the browser: HTML, CSS and modules of assets/, handed to Streamlit as texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit import config

from dashboard.assets import ASSETS


@dataclass(frozen=True)
class Texts:
    """What a component is made of."""

    html: str
    js: str
    css: str | None = None


class BrowserPart:
    """A component that is made when the app starts and, where Streamlit watches files (it is told not to: .streamlit),
    made again when one below assets/ has changed.
    """

    def __init__(self, name: str, read: Callable[[], Texts]) -> None:
        """`name` is Streamlit's for it, and `read` gives its texts as they are now."""
        self.name = name
        self.read = read
        self.stamp = _stamp()
        self.mount = self._made()

    def __call__(self, **given: Any) -> None:
        """Show it; `given` is what Streamlit takes: key, data, height and callbacks."""
        if config.get_option("server.fileWatcherType") != "none" and (stamp := _stamp()) != self.stamp:
            self.mount = self._made()
            self.stamp = stamp
        self.mount(**given)

    def _made(self) -> Callable[..., Any]:
        texts = self.read()
        return st.components.v2.component(self.name, html=texts.html, css=texts.css, js=texts.js)


def asset(*names: str) -> str:
    """The texts of files below assets/, one after the other."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)


def styles(*names: str) -> str:
    """The same of style sheets, behind the colours that all parts of the page share."""
    return asset("ink.css", *names)


def _stamp() -> frozenset[tuple[str, int]]:
    """Which files there are, and when each was written last."""
    return frozenset((str(path), path.stat().st_mtime_ns) for path in ASSETS.rglob("*") if path.is_file())
