"""Every page where the app runs as in a bare container: no name, no home, a read-only checkout, one core, LANG=C."""

import os
import shutil

import pytest

from dashboard.navigation import PAGES
from tests.browser.conftest import PATIENCE_MILLISECONDS, Visit
from tests.browser.kept_pages import KeptPages
from tests.browser.serving import ROOT, served_app
from tests.browser.walking import go_to

NEEDED = ("unshare", "setpriv", "taskset")
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, NEEDED)), reason=f"needs root, {', '.join(NEEDED)}"
)


def test_every_page_is_shown(chromium, tmp_path):
    with served_app(tmp_path, ("sh", str(ROOT / "tests" / "container_like.sh"), "python")) as app:
        visit = Visit(KeptPages(chromium).lent(viewport={"width": 1280, "height": 900}), app.address)
        visit.page.set_default_timeout(PATIENCE_MILLISECONDS)
        page = visit.open_play()
        assert visit.right() == 113**2
        for entry in PAGES:
            go_to(page, entry.file)
            page.get_by_text(entry.question).first.wait_for()
            page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
            assert page.get_by_text("encountered an error").count() == 0
            assert page.locator("[data-testid=stException]").count() == 0
        page.context.close()
        told = app.log.read_text(encoding="utf-8")
    assert visit.errors == []
    assert "Traceback" not in told
    assert told.count("There is no folder for compiled code") == 1
