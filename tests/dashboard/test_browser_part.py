"""A component of the browser is made anew when a file of it has changed, where Streamlit watches files."""

import os

import pytest

from dashboard.components import browser_part
from dashboard.components.browser_part import BrowserPart, Texts, asset


@pytest.fixture
def made(monkeypatch, tmp_path) -> list[str]:
    """The scripts of components that were made; the folder of their files is `tmp_path`."""
    scripts: list[str] = []

    def component(name, *, html, css, js):
        scripts.append(js)
        return lambda **given: None

    (tmp_path / "part.js").write_text("one", encoding="utf-8")
    monkeypatch.setattr(browser_part, "ASSETS", tmp_path)
    monkeypatch.setattr(browser_part.st.components.v2, "component", component)
    return scripts


@pytest.mark.parametrize(("watched", "scripts"), [("auto", ["one", "two"]), ("none", ["one"])])
def test_a_changed_file_is_taken_up_where_files_are_watched(monkeypatch, tmp_path, made, watched, scripts):
    monkeypatch.setattr(browser_part.config, "get_option", lambda name: {"server.fileWatcherType": watched}[name])
    part = BrowserPart("part", lambda: Texts("<b></b>", asset("part.js")))
    part(key="part")
    assert made == ["one"]
    path = tmp_path / "part.js"
    path.write_text("two", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    part(key="part")
    part(key="part")
    assert made == scripts
