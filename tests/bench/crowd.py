"""Two visitors: python -m tests.bench.crowd. One drops the costliest files that are permitted in eight tabs and closes
them; what the other waits for on *Turn it* before, meanwhile and 10 s after, and what the server holds."""

import argparse
import io
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import torch
from playwright.sync_api import Browser, BrowserContext, Page

from dashboard.session.uploads import UPLOAD
from models.commands.sections import write_section
from models.files.writing import reserved_if_asked
from models.formats.registry import LAYOUTS
from models.network import Network
from models.runtime.cost import cost_of_inspection
from tests.bench.landing import LANDED, PATIENCE_MILLISECONDS
from tests.bench.times import conditions
from tests.browser.serving import DROP_ZONE, Served, launched_chromium, served_app
from tests.oracles import Shape, random_network

SECTION = "Two visitors"
TABS = 8
SECONDS_AFTER = 10
SECONDS_OF_IDLING = 5

WHAT_IS_COUNTED = """\
One visitor opens Your network in {tabs} tabs, drops a file in each, and closes all of them. Another opens Play in a
fresh profile again and again: first paint, and the frame in which the map of all pairs is there, counted by the server.
The files: {files}."""


@dataclass(frozen=True)
class Costly:
    """A file that the page permits, and what counting it would take."""

    name: str
    data: bytes
    network: Network

    def __str__(self) -> str:
        size, seconds = len(self.data) / 2**20, cost_of_inspection(self.network).seconds
        return f"{self.name}, {size:.0f} MB, mod {self.network.modulus}, about {seconds:,.0f} s of a core"


@dataclass(frozen=True)
class Arrival:
    """A visit of *Turn it*, in seconds from the begin of the navigation."""

    painted: float
    counted: float


def costly_files() -> list[Costly]:
    """The largest transformer whose readings have to be tried, and the largest that is counted unasked."""
    shapes = {
        "large.pt": Shape(modulus=1000, width=960, heads=8, head_width=120, neurons=3600, layers=2, layout="zhong"),
        "unasked.pt": Shape(modulus=113, width=256, heads=4, head_width=64, neurons=1024, layers=3, layout="zhong"),
    }
    return [costly(name, random_network(shape, seed=1)) for name, shape in shapes.items()]


def costly(name: str, network: Network) -> Costly:
    """A network's file, in 16 bits."""
    buffer = io.BytesIO()
    state = {name: tensor.half() for name, tensor in LAYOUTS[network.layout.name].write(network).items()}
    torch.save({"model": state}, buffer)
    if len(buffer.getvalue()) > UPLOAD.file_mb * 2**20:
        raise ValueError(f"{name} is larger than a file may be: {len(buffer.getvalue()):,} bytes")
    return Costly(name, buffer.getvalue(), network)


def arrived(browser: Browser, address: str) -> Arrival:
    """Open *Turn it* in a fresh profile."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.add_init_script(LANDED)
        page.goto(address)
        page.wait_for_function("() => window.landed")
        painted = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
        return Arrival(painted / 1000, page.evaluate("() => window.landed") / 1000)


def drop(page: Page, address: str, file: Costly) -> None:
    """Open Your network and drop the file, without waiting for what becomes of it."""
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(f"{address}/your-network")
    page.locator(DROP_ZONE).set_input_files({"name": file.name, "mimeType": "", "buffer": file.data})


@dataclass
class Watch:
    """What the server's process holds and uses."""

    process_id: int
    peak: int = 0  # bytes
    stopped: bool = False

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """Look every tenth of a second."""
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        yield self
        self.stopped = True
        thread.join()

    def _look(self) -> None:
        while not self.stopped:
            self.peak = max(self.peak, self.resident)
            time.sleep(0.1)

    @property
    def resident(self) -> int:
        """Bytes in memory."""
        return int(self._status["VmRSS"].split()[0]) * 1024

    @property
    def _status(self) -> Mapping[str, str]:
        text = Path(f"/proc/{self.process_id}/status").read_text(encoding="utf-8")
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    def cores_over(self, seconds: float) -> float:
        """How many cores it uses, over some time."""
        before, began = self._seconds, time.monotonic()
        time.sleep(seconds)
        return (self._seconds - before) / (time.monotonic() - began)

    @property
    def _seconds(self) -> float:
        fields = Path(f"/proc/{self.process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


@dataclass(frozen=True)
class Story:
    """What was seen, in order."""

    before: list[Arrival]
    meanwhile: list[Arrival]
    after: list[Arrival]
    idle: int  # bytes before the crowd came
    peak: int
    left: int  # bytes after it had gone
    cores_meanwhile: float
    cores_after: float


def told_of(app: Served, browser: Browser, files: list[Costly], visits: int) -> Story:
    """The whole story."""
    arrived(browser, app.address)  # the server is warm from then on
    watch = Watch(app.process_id)
    before, idle = [arrived(browser, app.address) for _ in range(visits)], watch.resident
    with watch.watching():
        crowd = _crowd(browser, app.address, files)
        time.sleep(SECONDS_OF_IDLING)
        meanwhile = [arrived(browser, app.address) for _ in range(visits)]
        cores = watch.cores_over(SECONDS_OF_IDLING)
        for context in crowd:
            context.close()
        time.sleep(SECONDS_AFTER)
        cores_after = watch.cores_over(SECONDS_OF_IDLING)
        after = [arrived(browser, app.address) for _ in range(visits)]
    return Story(before, meanwhile, after, idle, watch.peak, watch.resident, cores, cores_after)


def _crowd(browser: Browser, address: str, files: list[Costly]) -> list[BrowserContext]:
    contexts = [browser.new_context() for _ in range(TABS)]
    for number, context in enumerate(contexts):
        drop(context.new_page(), address, files[number % len(files)])
    return contexts


def as_markdown(story: Story, files: list[Costly], machine: str, arguments: list[str]) -> str:
    """The section of docs/BENCHMARKS.md."""
    command = " ".join(["python -m tests.bench.crowd", *arguments])
    parts = {"before": story.before, "meanwhile": story.meanwhile, f"{SECONDS_AFTER} s after": story.after}
    rows = [
        f"| {name} | {median(each.painted for each in seen):.2f} s | {median(each.counted for each in seen):.2f} s | "
        f"{max(each.counted for each in seen):.2f} s |"
        for name, seen in parts.items()
    ]
    megabytes = [f"{size / 2**20:,.0f} MB" for size in (story.idle, story.peak, story.left)]
    return "\n".join(
        [
            f"`{command}` on {date.today()}, {machine}",
            WHAT_IS_COUNTED.format(tabs=TABS, files="; ".join(map(str, files))),
            "",
            f"| Play, {len(story.before)} visits each | first paint, median | counted, median | counted, slowest |",
            "|---|---|---|---|",
            *rows,
            "",
            f"The server holds {megabytes[0]} before, {megabytes[1]} at its peak, {megabytes[2]} at the end; it uses "
            f"{story.cores_meanwhile:.2f} cores while the tabs are open, and {story.cores_after:.2f} from "
            f"{SECONDS_AFTER} s after they were closed on.",
        ]
    )


def main(arguments: list[str]) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowd", description=__doc__)
    parser.add_argument("--visits", type=int, default=7, help="of which the median is shown (7)")
    parser.add_argument("--out", type=Path, help="write the table as a section of this file, e.g. docs/BENCHMARKS.md")
    options = parser.parse_args(arguments)
    files = costly_files()
    with reserved_if_asked(options.out) as place:
        with tempfile.TemporaryDirectory() as folder, served_app(Path(folder)) as app, launched_chromium() as browser:
            machine = conditions()
            story = told_of(app, browser, files, max(1, options.visits))
        table = as_markdown(story, files, machine(), arguments)
        print(table)
        if place:
            write_section(place, SECTION, table, document_title="Benchmarks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
