"""A large upload in a real browser: sampled and offered; and work that a closed tab leaves behind."""

import os
import time

import pytest
from playwright.sync_api import Page, expect

from models.runtime.cost import cost_of_inspection
from tests.bench.crowd import Costly, Watch, costly, drop
from tests.browser.walking import go_to, settled
from tests.oracles import Shape, random_network

LARGE = Shape(modulus=400, width=192, heads=4, head_width=48, neurons=768, layers=3, layout="zhong")
UNASKED = Shape(modulus=113, width=256, heads=4, head_width=64, neurons=1024, layers=3, layout="zhong")
SECONDS_TO_END = 10.0
IDLE_CORES = 0.3


def made(name: str, shape: Shape) -> Costly:
    return costly(name, random_network(shape, seed=1))


def test_a_large_upload_is_sampled_and_other_pages_ask(visit):
    file = made("large.pt", LARGE)
    assert cost_of_inspection(file.network).seconds > 60
    page: Page = visit.page
    drop(page, visit.address, file)
    page.get_by_text("By a sample, never a certificate: ").wait_for()
    expect(page.get_by_role("heading", name="No Fourier circuit")).to_be_visible()
    expect(page.get_by_text("All 160,000 pairs take about").first).to_be_visible()
    go_to(page, "play.py")
    page.get_by_role("button", name="Compute all pairs").wait_for()
    go_to(page, "your_network.py")
    page.get_by_role("button", name="Compute all pairs").wait_for()
    settled(page)  # any run of the page that comes late would stop what is asked for next
    page.get_by_role("button", name="Compute all pairs").click()
    page.get_by_text("any other control or page stops it").first.wait_for()
    page.get_by_role("button", name="Stop: show a sample").click()
    page.get_by_text("By a sample, never a certificate: ").wait_for()
    settled(page)
    assert [error for error in visit.errors if "404" not in error] == []  # Streamlit's own, of a page opened directly


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="reads what a process uses from /proc")
def test_a_closed_tabs_work_ends(visit, app):
    file, page = made("unasked.pt", UNASKED), visit.page
    drop(page, visit.address, file)
    page.get_by_text("any other control or page stops it").first.wait_for()
    watch = Watch(app.process_id)
    assert any(watch.cores_over(1) > IDLE_CORES for _ in range(15))  # other work may have most of many seconds
    page.close()
    closed = time.monotonic()
    while watch.cores_over(1) > IDLE_CORES:
        assert time.monotonic() - closed < SECONDS_TO_END
