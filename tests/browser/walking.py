"""A walk over all that there is to see."""

from collections.abc import Iterator

from playwright.sync_api import Page

from dashboard.navigation import PAGES
from tests.dashboard.test_views import VIEWS


def settled(page: Page) -> None:
    """Wait until the page's script has run and nothing is being computed."""
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("() => !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')")
    page.wait_for_timeout(1000)


def walk(page: Page) -> Iterator[str]:
    """Every page, and every view of Look inside, in one session; their names, once they are settled."""
    for entry in PAGES:
        page.get_by_role("link", name=entry.title, exact=True).click()
        page.get_by_role("heading", level=1, name=entry.question).wait_for()
        settled(page)
        if entry.title != "Look inside":
            yield entry.title
            continue
        for view in VIEWS:
            page.get_by_role("radio", name=view, exact=True).click()
            settled(page)
            yield f"{entry.title}: {view}"
