"""How long *Turn it* takes to come, and what it weighs, in a headless Chromium: python -m tests.bench.landing."""

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from models.commands.sections import write_section
from models.files.writing import reserved_if_asked
from tests.bench.times import conditions
from tests.browser.serving import launched_chromium, served_app

SECTION = "Landing on Play"
LANDED = (Path(__file__).parent / "landing.js").read_text(encoding="utf-8")
PATIENCE_MILLISECONDS = 60_000
WHAT_IS_COUNTED = """\
A warm server, a browser profile that has never been here. From the begin of the navigation to the end of the frame in
which the map of all pairs is on the console, counted by the server. Bytes are as they cross the wire."""


@dataclass(frozen=True)
class Landing:
    """A first visit."""

    seconds: float
    weights: Counter[str]  # kind → bytes
    addresses: list[str]

    @property
    def loads_plotly(self) -> bool:
        """Whether a chunk of Plotly came along."""
        return any("plotly" in address.lower() for address in self.addresses)


def visited(browser: Browser, address: str) -> Landing:
    """Open *Turn it* in a fresh profile."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.add_init_script(LANDED)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    weights: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    addresses: list[str] = []

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        addresses.append(event["response"]["url"])

    def loaded(event: dict[str, Any]) -> None:
        weights[kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])

    def received(event: dict[str, Any]) -> None:
        weights["WebSocket"] += frame_length(event["response"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", loaded)
    wire.on("Network.webSocketFrameReceived", received)
    page.goto(address)
    page.wait_for_function("() => window.landed")
    seconds = page.evaluate("() => window.landed") / 1000
    page.wait_for_selector(".console.live")
    page.wait_for_timeout(500)  # for what comes behind
    context.close()
    return Landing(seconds, weights, addresses)


def frame_length(frame: dict[str, Any]) -> int:
    """Bytes of a WebSocket frame's payload, which binary frames carry in base64."""
    text = frame["payloadData"]
    return len(text.encode()) if frame["opcode"] == 1 else len(text) * 3 // 4


def as_markdown(landings: list[Landing], machine: str, arguments: list[str]) -> str:
    """The section of docs/BENCHMARKS.md."""
    command = " ".join(["python -m tests.bench.landing", *arguments])
    seconds = sorted(landing.seconds for landing in landings)
    last = landings[-1]
    plotly = "A chunk of Plotly is loaded." if last.loads_plotly else "No chunk of Plotly is loaded."
    rows = [f"| {kind} | {size / 1000:,.0f} kB |" for kind, size in last.weights.most_common()]
    return "\n".join(
        [
            f"`{command}` on {date.today()}, {machine}",
            WHAT_IS_COUNTED,
            "",
            f"Median of {len(seconds)} visits: **{median(seconds):.2f} s** ({seconds[0]:.2f} to {seconds[-1]:.2f} s).",
            plotly,
            "",
            "| kind | bytes |",
            "|---|---|",
            *rows,
            f"| all | {last.weights.total() / 1000:,.0f} kB |",
        ]
    )


def main(arguments: list[str]) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.landing", description=__doc__)
    parser.add_argument("--visits", type=int, default=7, help="of which the median is shown (7)")
    parser.add_argument("--out", type=Path, help="write the table as a section of this file, e.g. docs/BENCHMARKS.md")
    options = parser.parse_args(arguments)
    with reserved_if_asked(options.out) as place:
        with tempfile.TemporaryDirectory() as folder, served_app(Path(folder)) as app, launched_chromium() as browser:
            visited(browser, app.address)  # the server is warm from then on
            machine = conditions()
            landings = [visited(browser, app.address) for _ in range(max(1, options.visits))]
        table = as_markdown(landings, machine(), arguments)
        print(table)
        if place:
            write_section(place, SECTION, table, document_title="Benchmarks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
