"""Run by the installed package's Python: what it is called, its settings, every page. Prints one JSON object."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from importlib.util import find_spec

from clockwork.__main__ import main
from clockwork.dashboard.navigation import PAGES
from clockwork.runtime.program import app_file
from streamlit import config
from streamlit.testing.v1 import AppTest

SECONDS = 180
SETTINGS = (
    "server.address",
    "server.maxUploadSize",
    "server.fileWatcherType",
    "runner.postScriptGC",
    "browser.gatherUsageStats",
)


def said_by(*arguments: str) -> str:
    """Both streams of a command."""
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main(list(arguments))
    except SystemExit:
        pass
    return said.getvalue()


def settings() -> dict[str, object]:
    """What Streamlit reads for this script, as `streamlit run` makes it the main one."""
    config._main_script_path = str(app_file())
    return {name: config.get_option(name) for name in SETTINGS}


def pages() -> tuple[dict[str, list[str]], list[str]]:
    """What each page says, and what went wrong."""
    app = AppTest.from_file(str(app_file()), default_timeout=SECONDS).run()
    said, trouble = {}, []
    for entry in PAGES:
        app.switch_page(str(entry.path)).run()
        trouble += [each.value for each in (*app.exception, *app.error)]
        said[entry.title] = [str(each.value) for each in (*app.title, *app.markdown, *app.caption, *app.code)]
    return said, trouble


if __name__ == "__main__":
    seen = {"settings": settings(), "zoo": said_by("zoo"), "refusal": said_by("inspect")}
    seen["said"], seen["trouble"] = pages()
    seen["strange_names"] = [name for name in ("models", "dashboard", "assets", "app") if find_spec(name)]
    print(json.dumps(seen))
