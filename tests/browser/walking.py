"""A walk over all that there is to see."""

from collections.abc import Iterator

from playwright.sync_api import Page

from dashboard.navigation import PAGES, entry_of
from tests.dashboard.test_views import VIEWS

BUSY, RUNS = (
    "[data-testid=stSpinner], [data-testid=stSkeleton]",
    "[data-testid=stApp]:not([data-test-script-state=notRunning])",
)
QUIET = 500  # milliseconds: a press is on its way to the server for a moment in which nothing changes
LONGEST = 5000  # of a page that goes on changing by itself, such as one that counts
AT_REST = """([busy, runs, quiet, longest]) => new Promise((atRest) => {
  let changed = performance.now()
  let idle = changed
  const seen = new MutationObserver(() => (changed = performance.now()))
  seen.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true })
  const look = setInterval(() => {
    const now = performance.now()
    if (document.querySelector(busy)) changed = idle = now
    if (document.querySelector(runs)) changed = now
    if (now - changed < quiet && now - idle < longest) return
    clearInterval(look)
    seen.disconnect()
    atRest()
  }, 20)
})"""


def go_to(page: Page, file: str) -> None:
    """Press the link of the menu to the page of this file."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=entry_of(file).title).click()


def settled(page: Page) -> None:
    """Wait until the page's script has run, nothing is being computed, and nothing has changed for a moment."""
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.evaluate(AT_REST, [BUSY, RUNS, QUIET, LONGEST])


def walk(page: Page) -> Iterator[str]:
    """Every page, and every view of the Lab, in one session; their names, once they are settled."""
    for entry in PAGES:
        go_to(page, entry.file)
        page.get_by_role("heading", level=1, name=entry.question).wait_for()
        settled(page)
        if entry.file != "look_inside.py":
            yield entry.title
            continue
        for view in VIEWS:
            page.get_by_role("radio", name=view, exact=True).click()
            settled(page)
            yield f"{entry.title}: {view}"
