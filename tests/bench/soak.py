"""A restless visitor: python -m tests.bench.soak. Fails on any error of the page and any traceback of the server."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import CDPSession, Page
from playwright.sync_api import Error as PlaywrightError

from dashboard.navigation import PAGES
from models import zoo
from models.formats.registry import network_to_bytes
from tests.browser.serving import Served, launched_chromium, served_app
from tests.browser.walking import go_to

PATIENCE_MILLISECONDS = 120_000  # what comes later than this is as good as lost
TRACEBACK = "Traceback (most recent call last)"
NOT_COMPUTING = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass
class Visitor:
    """Somebody who drags, clicks and drops files at random; the same for the same seed."""

    page: Page
    random: random.Random
    errors: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    uploads: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def act(self) -> None:
        """One thing that can be done on *Turn it*, or a look at another page."""
        ways: list[tuple[Callable[[], None], int]] = [
            (self.drag_a_dial, 8),
            (self.turn_the_wheel, 6),
            (self.walk_the_map, 2),
            (self.press_a_button, 3),
            (self.look_around, 2),
            (self.choose_a_network, 2),
            (self.upload, 1),
        ]
        way = self.random.choices([each for each, _weight in ways], [weight for _each, weight in ways])[0]
        way()
        self.done[way.__name__] += 1
        self.settle()

    def settle(self) -> None:
        """Now and then wait until all is counted; else go on at once, as people do."""
        self.page.wait_for_timeout(self.random.choice((50, 200, 800)))
        if self.random.random() < 0.3:
            self.page.wait_for_selector(NOT_COMPUTING)
            self.page.wait_for_selector(".console:not(.stale)")

    def drag_a_dial(self) -> None:
        """From its ring anywhere and on."""
        face = self.random.choice(self.page.locator(".dial svg").all())
        face.scroll_into_view_if_needed()
        box = face.bounding_box()
        if not box:
            return  # another network came, with other dials
        across, down, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
        self.page.mouse.move(across, down - radius)
        self.page.mouse.down()
        for _ in range(self.random.randint(1, 25)):
            aside, below = self.random.uniform(-radius, radius), self.random.uniform(-radius, radius)
            self.page.mouse.move(across + aside, down + below, steps=3)
        self.page.mouse.up()

    def turn_the_wheel(self) -> None:
        """By hand, by keys or by typing."""
        way = self.random.randrange(3)
        if way == 0:
            self.page.fill(".wheel-number input", str(self.random.randint(-5, 300)))
            self.page.press(".wheel-number input", "Enter")
        elif way == 1:
            self.page.focus(".tape")
            for _ in range(self.random.randint(1, 12)):
                self.page.keyboard.press(self.random.choice(("ArrowLeft", "ArrowRight", "PageUp", "PageDown")))
        else:
            self.page.locator(".tape").scroll_into_view_if_needed()
            box = self.page.locator(".tape").bounding_box()
            assert box, "expected the wheel on Turn it, found none"
            self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
            self.page.mouse.down()
            self.page.mouse.move(box["x"] + self.random.uniform(0, box["width"]), box["y"] + 30, steps=12)
            self.page.mouse.up()

    def walk_the_map(self) -> None:
        """Over it, with its axes one way or the other."""
        self.page.click(f"[data-view={self.random.choice(('square', 'diamond'))}]")
        self.page.focus("canvas")
        for _ in range(5):
            self.page.keyboard.press(self.random.choice(("ArrowDown", "ArrowRight", "PageUp", "Home", "End")))

    def press_a_button(self) -> None:
        """One that is there."""
        buttons = [each for each in self.page.locator(".console button:enabled").all() if each.is_visible()]
        self.random.choice(buttons).click()

    def look_around(self) -> None:
        """Another page for a moment, perhaps before it is there, and back."""
        go_to(self.page, self.random.choice([entry.file for entry in PAGES if entry.url]))
        self.page.wait_for_timeout(self.random.choice((20, 500, 3000)))
        self.back_to_play()

    def choose_a_network(self) -> None:
        """Any of the sidebar."""
        self.page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").click()
        self.random.choice(self.page.get_by_role("option").all()).click()

    def upload(self) -> None:
        """A network that nobody has seen before, or a file that is none; sometimes an older one is removed."""
        go_to(self.page, "your_network.py")
        self.page.wait_for_selector("input[type=file]", state="attached")
        self.page.wait_for_selector(NOT_COMPUTING)
        self.uploads += 1
        name, data = f"drop-{self.uploads}.safetensors", b"not a network"
        if self.random.random() < 0.8:
            network = zoo.load(self.random.choice(zoo.names())).map_tensors(
                lambda each: each * (1 + 1e-4 * self.uploads)
            )
            data = network_to_bytes(network, ".safetensors", {})
        self.page.set_input_files(
            "input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        self.page.get_by_text(name).first.wait_for()
        self.page.wait_for_selector(NOT_COMPUTING)
        if self.uploads % 3 == 0 and (remove := self.page.get_by_role("button", name="Remove")).count():
            remove.first.click()
            self.page.wait_for_selector(NOT_COMPUTING)
        self.back_to_play()

    def back_to_play(self) -> None:
        """And wait for its console."""
        go_to(self.page, "play.py")
        self.page.wait_for_selector(".share:not(:empty)")


def memory_line(app: Served, wire: CDPSession, visitor: Visitor, minutes: float) -> str:
    """What server and page hold."""
    used = wire.send("Runtime.getHeapUsage")["usedSize"] / 2**20
    held = f"server {resident(app.process_id):,.0f} MB, page {used:,.0f} MB of JS"
    return f"{minutes:5.1f} min: {held}; {dict(visitor.done)}"


def resident(process_id: int) -> float:
    """Megabytes of memory that a process has in use; 0 where the system does not tell."""
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return 0.0
    return next(
        int(line.split()[1]) / 1024
        for line in status.read_text(encoding="utf-8").splitlines()
        if line.startswith("VmRSS")
    )


def tracebacks(said: str) -> list[str]:
    """What a log says from its first traceback on; empty where there is none."""
    return [said[said.index(TRACEBACK) :]] if TRACEBACK in said else []


def soak(app: Served, page: Page, minutes: float, seed: int) -> list[str]:
    """Everything that went wrong."""
    visitor = Visitor(page, random.Random(seed))
    page.goto(app.address)
    page.wait_for_selector(".share:not(:empty)")
    wire = page.context.new_cdp_session(page)
    began, told = time.monotonic(), 0
    print(memory_line(app, wire, visitor, 0), flush=True)
    while (gone := (time.monotonic() - began) / 60) < minutes and not visitor.errors:
        try:
            visitor.act()
        except PlaywrightError as error:
            visitor.errors.append(f"after {dict(visitor.done)}: {error}")
        visitor.errors += tracebacks(app.log.read_text(encoding="utf-8"))
        if int(gone) > told:
            told = int(gone)
            print(memory_line(app, wire, visitor, gone), flush=True)
    print(memory_line(app, wire, visitor, (time.monotonic() - began) / 60), flush=True)
    return visitor.errors


def main(arguments: list[str]) -> int:
    """Exit 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument("--seed", type=int, default=0, help="of what the visitor does (0)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, served_app(Path(folder)) as app, launched_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        errors = soak(app, page, options.minutes, options.seed)
    for error in errors:
        print(error, file=sys.stderr)
    print("Nothing went wrong." if not errors else f"{len(errors)} errors; seed {options.seed} does the same again.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
