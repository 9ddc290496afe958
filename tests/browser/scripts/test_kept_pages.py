"""A page that goes from one test to the next brings nothing along, and one that cannot forget goes to nobody."""

from playwright.sync_api import Browser

from tests.browser import kept_pages
from tests.browser.kept_pages import KeptPages
from tests.browser.scripts.mounted import ADDRESS, page_with

BODY = "<!doctype html><body style='height: 3000px'>Page</body>"
LEFT = """() => [localStorage.length, sessionStorage.length, document.cookie, history.length, innerWidth, window.mine,
  matchMedia("(prefers-color-scheme: dark)").matches, matchMedia("print").matches]"""
SIZE = {"width": 640, "height": 480}


def test_what_a_test_left_is_forgotten(chromium: Browser):
    pages, heard = KeptPages(chromium), []
    kept = page_with(pages, BODY, viewport=SIZE)
    page = kept.page
    kept.hear("console", lambda said: heard.append(said.text))
    page.goto(ADDRESS)
    fresh = page.evaluate(LEFT)
    page.evaluate(
        "() => { localStorage.a = sessionStorage.b = document.cookie = 'c=d'; window.mine = 1; console.log('heard') }"
    )
    page.evaluate("() => history.pushState(0, '', '?pushed')")
    page.emulate_media(color_scheme="dark", media="print")
    page.set_viewport_size({"width": 300, "height": 300})
    page.context.new_page()
    page.keyboard.down("Shift")
    pages.give_back(kept)
    again = page_with(pages, BODY, viewport=SIZE)
    assert again is kept
    page.goto(ADDRESS)
    assert page.evaluate(LEFT) == fresh
    page.evaluate("() => { addEventListener('keydown', ({ shiftKey }) => console.log(window.shifted = shiftKey)) }")
    page.keyboard.press("a")
    assert page.evaluate("() => window.shifted") is False
    assert (heard, page.context.pages) == (["heard"], [page])
    page.context.close()


def test_a_page_that_is_spoilt_or_whose_test_failed_goes_to_nobody_and_few_are_kept(chromium: Browser, monkeypatch):
    monkeypatch.setattr(kept_pages, "MOST", 1)
    pages = KeptPages(chromium)
    spoilt, closed, failed, *others = (page_with(pages, BODY, viewport=SIZE) for _ in range(5))
    spoilt.spoilt = True
    closed.page.close()
    pages.give_back(spoilt)
    pages.give_back(closed)
    pages.give_back(failed, failed=True)
    assert pages.free == []
    for kept in others:
        pages.give_back(kept)
    assert pages.free == others[1:]
    assert [kept.page.is_closed() for kept in (spoilt, failed, *others)] == [True] * 3 + [False]
    assert pages.lent(viewport=SIZE) is others[1]
    others[1].page.context.close()
