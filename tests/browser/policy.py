"""What a page was refused by the policy that it comes with."""

from playwright.sync_api import Page

VIOLATIONS = """
  window.violations = []
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    violations.push([effectiveDirective, blockedURI])
  })
"""


def watched(visit) -> Page:
    """Its page, which notes violations from now on, and so is nothing for another test."""
    visit.kept.spoilt = True
    visit.page.add_init_script(VIOLATIONS)
    return visit.page


def violations(page: Page) -> list[list[str]]:
    """Those since it was asked last: directive and address."""
    return page.evaluate("() => violations.splice(0)")
