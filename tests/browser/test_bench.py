"""What the benchmarks and the soak rely on."""

import random
from pathlib import Path

from playwright.sync_api import Browser

from tests.bench.frames import DRAG, pairs_in
from tests.bench.landing import visited
from tests.bench.soak import Visitor, resident, tracebacks


def test_play_loads_no_chunk_of_plotly_and_a_page_with_figures_does(chromium: Browser, server: str):
    play = visited(chromium, server)
    assert not play.loads_plotly
    assert play.seconds > 0
    assert play.weights["Script"] > 100_000
    assert play.weights["WebSocket"] > 10_000
    page = chromium.new_page()
    with page.expect_request(lambda request: "plotly" in request.url.lower(), timeout=120_000):
        page.goto(f"{server}/look-inside")
    page.close()


def test_a_drag_counts_in_every_frame_that_it_reports(visit):
    page = visit.open_play()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    knob = page.locator(".knob").first.bounding_box()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    seen = page.evaluate(DRAG, 0.5)
    page.mouse.up()
    assert 0 < len(seen["updates"]) <= seen["frames"]
    assert len(seen["updates"]) <= int(page.get_attribute(".console", "data-updates"))
    assert all(update["delay"] > 0 and 0 < pairs_in(update["text"]) <= 113**2 for update in seen["updates"])


def test_the_restless_visitor_notes_what_goes_wrong(chromium: Browser):
    page = chromium.new_page()
    visitor = Visitor(page, random.Random(0))
    page.set_content("<script>console.log('fine'); console.error('one'); throw new Error('two')</script>")
    page.wait_for_timeout(500)
    assert sorted(visitor.errors) == ["one", "page error: two"]
    page.close()


def test_a_traceback_is_found_wherever_it_stands():
    assert tracebacks("all is well") == []
    assert tracebacks("before\nTraceback (most recent call last):\n  ValueError") == [
        "Traceback (most recent call last):\n  ValueError"
    ]


def test_the_memory_of_a_process_is_more_than_nothing_on_linux():
    if Path("/proc/self/status").exists():
        assert resident(int(Path("/proc/self").resolve().name)) > 10
    assert resident(-1) == 0
