"""axe-core on a page, and what it finds that is not ours."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What Streamlit itself does and we cannot change: rule and element → why it stays.
STREAMLITS_OWN = {  # by a part of it, since axe cuts long attributes
    ("presentation-role-conflict", 'data-testid="stFileUploaderDropzo'): (
        "the area around the upload button is named for tests and never focused; the button in it is a button"
    ),
}


def violations(page: Page, options: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    """Rule, element and what to do, for everything on a page that breaks one of axe-core's rules."""
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], node["html"], node["failureSummary"]) for each in found for node in each["nodes"]]


def is_streamlits_own(rule: str, html: str) -> bool:
    return any(rule == known and mark in html for known, mark in STREAMLITS_OWN)
