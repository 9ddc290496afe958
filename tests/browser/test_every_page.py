"""Every page and view in one walk, light and dark: by axe-core's rules, and by the policy that the page comes with."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import STREAMLITS_OWN, is_streamlits_own, violations
from tests.browser.policy import violations as against_policy
from tests.browser.policy import watched
from tests.browser.walking import go_to, settled, walk

COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}  # all that dark changes


@pytest.fixture
def page(visit) -> Page:
    watched(visit)
    page = visit.open_play()
    page.wait_for_selector(".console.live")  # the kernel is compiled
    return page


def test_no_page_or_view_breaks_a_rule_of_axe_or_violates_its_policy(visit, page: Page):
    refused, broken, own = {}, [], set()
    for name in walk(page):
        refused[name] = against_policy(page)
        if name == "Turn it":
            page.locator(".dial summary").first.click()
            settled(page)
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        settled(page)
        found += violations(page, COLOURS)
        page.emulate_media(color_scheme="light")
        settled(page)
        against_policy(page)  # what axe itself was refused
        own |= {rule for rule, html, _what in found if is_streamlits_own(rule, html)}
        broken += [(name, *each) for each in found if not is_streamlits_own(*each[:2])]
    assert len(refused) == 19
    assert {name: found for name, found in refused.items() if found} == {}
    assert broken == []
    assert own == {rule for rule, _mark in STREAMLITS_OWN}  # one that Streamlit has mended leaves the list
    assert visit.errors == []


def test_data_and_lines_of_python_violate_no_policy(visit, page: Page):
    go_to(page, "look_inside.py")
    settled(page)
    with page.expect_download():
        page.get_by_role("button", name="Data (.csv)").first.click()
    page.get_by_role("button", name="In a notebook").first.click()
    page.get_by_text("import models").first.wait_for()
    assert against_policy(page) == []
    assert visit.errors == []
