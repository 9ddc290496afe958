"""How fast *Turn it* counts all pairs while a hand turns: python -m tests.bench.frames, in a headless Chromium."""

import argparse
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, expect

from models.commands.sections import write_section
from models.files.writing import reserved_if_asked
from tests.bench.times import conditions
from tests.browser.serving import DROP_ZONE, ROOT, launched_chromium, served_app
from tests.browser.walking import go_to

SECTION = "Frames of Play"
MODULI = (59, 97, 113, 128, 200, 256)
ZOO = ("transformer-113", "mlp-113")
SHARED = ("chughtai/C113_T_seed1.pt", "chughtai/C113_MLP_seed4.pt")
DRAG = (Path(__file__).parent / "drag.js").read_text(encoding="utf-8")
PATIENCE_MILLISECONDS = 60_000
WHAT_IS_COUNTED = """\
One pointer event follows every painted frame. *Updates* are counts of the whole network, by the browser's kernel, that
reached the map; *input to paint* is the median time from a pointer event to the end of the frame that shows its count,
waiting for that frame included. What a frame has no time for it leaves: the map shows a sample, spread over all."""


@dataclass(frozen=True)
class Drag:
    """What was seen while a dial was turned for some seconds."""

    network: str
    modulus: int
    updates_a_second: float
    frames_a_second: float
    delay: float  # median milliseconds from input to paint
    pairs_counted: int  # median of the pairs counted for an update

    @property
    def row(self) -> str:
        """A row of the table."""
        pairs = self.modulus**2
        counted = f"all {pairs:,}" if self.pairs_counted == pairs else f"{self.pairs_counted:,} of {pairs:,}"
        figures = f"{self.updates_a_second:.0f} | {self.delay:.0f} ms | {counted} | {self.frames_a_second:.0f}"
        return f"| {self.network} | {self.modulus} | {figures} |"


def shared_files() -> list[Path]:
    """The published networks, where there are any."""
    folder = Path(os.environ.get("CLOCKWORK_SHARED", ROOT.parent / "shared")) / "checkpoints"
    return [folder / name for name in SHARED if (folder / name).exists()]


def open_play(page: Page, address: str) -> None:
    """*Turn it* with the kernel ready."""
    page.goto(address)
    page.wait_for_selector(".console.live")
    page.get_by_text("Browser and server").wait_for()


def choose_network(page: Page, name: str) -> None:
    """Another network of the sidebar."""
    before = page.locator(".faces").inner_text()
    page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").click()
    page.get_by_role("option", name=name).click()
    expect(page.locator(".faces")).not_to_have_text(before, use_inner_text=True)
    settle(page)


def upload(page: Page, file: Path) -> None:
    """A file of one's own, and back to *Turn it*."""
    go_to(page, "your_network.py")
    page.locator(DROP_ZONE).set_input_files(file)
    page.get_by_text("It adds angles on").first.wait_for()
    go_to(page, "play.py")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the server has counted, and the browser has checked it."""
    page.wait_for_timeout(300)
    page.wait_for_selector(".console.live:not(.stale)")
    page.get_by_text("Browser and server").wait_for()


def drag(page: Page, network: str, modulus: int, seconds: float) -> Drag:
    """Turn the first dial at one modulus."""
    page.fill(".wheel-number input", str(modulus))
    page.press(".wheel-number input", "Enter")
    settle(page)
    page.locator(".knob").first.scroll_into_view_if_needed()
    knob = page.locator(".knob").first.bounding_box()
    assert knob, "expected a knob to turn, found none; are there dials?"
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.evaluate(DRAG, 0.5)  # to be warm
    seen = page.evaluate(DRAG, seconds)
    page.mouse.up()
    settle(page)
    updates = seen["updates"]
    assert updates, f"expected counts while a dial of {network} turns at {modulus}, found none"
    return Drag(
        network,
        modulus,
        len(updates) / seen["seconds"],
        seen["frames"] / seen["seconds"],
        median(update["delay"] for update in updates),
        int(median(pairs_in(update["text"]) for update in updates)),
    )


def pairs_in(text: str) -> int:
    """How many pairs a sentence under the large number speaks of."""
    found = re.search(r"of (?:all )?([\d,]+) (?:pairs|sampled)", text)
    if not found:
        raise ValueError(f"Expected a sentence with a number of pairs, found {text!r}; has the console changed?")
    return int(found[1].replace(",", ""))


def measured(seconds: float, moduli: list[int], only: list[str]) -> list[Drag]:
    """Every network at every modulus."""
    drags = []
    with tempfile.TemporaryDirectory() as folder, served_app(Path(folder)) as app, launched_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        open_play(page, app.address)
        for name in [*ZOO, *shared_files()]:
            title = name if isinstance(name, str) else name.stem
            if only and title not in only:
                continue
            if isinstance(name, Path):
                upload(page, name)
            elif name != ZOO[0]:
                choose_network(page, name)
            for modulus in moduli:
                drags.append(drag(page, title, modulus, seconds))
                print(drags[-1].row, file=sys.stderr)
    return drags


def as_markdown(drags: list[Drag], seconds: float, machine: str, arguments: list[str]) -> str:
    """The section of docs/BENCHMARKS.md."""
    command = " ".join(["python -m tests.bench.frames", *arguments])
    return "\n".join(
        [
            f"`{command}` on {date.today()}, {machine}",
            f"A dial is turned for {seconds:g} s at each modulus.",
            WHAT_IS_COUNTED,
            "",
            "| network | q | updates/s | input to paint | pairs counted per update | frames/s |",
            "|---|---|---|---|---|---|",
            *(drag.row for drag in drags),
        ]
    )


def main(arguments: list[str]) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.frames", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of turning, for each network and modulus (5)")
    parser.add_argument("--moduli", type=int, nargs="+", default=list(MODULI), help="on the wheel")
    parser.add_argument("--networks", nargs="+", default=[], help="only these, by name")
    parser.add_argument("--out", type=Path, help="write the table as a section of this file, e.g. docs/BENCHMARKS.md")
    options = parser.parse_args(arguments)
    with reserved_if_asked(options.out) as place:
        machine = conditions()
        drags = measured(options.seconds, options.moduli, options.networks)
        table = as_markdown(drags, options.seconds, machine(), arguments)
        print(table)
        if place:
            write_section(place, SECTION, table, document_title="Benchmarks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
