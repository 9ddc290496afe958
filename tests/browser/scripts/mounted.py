"""The console by itself in a browser: its own HTML, CSS and JavaScript with made-up data, and no server behind it.

So a test takes a fraction of a second, and can say exactly what Python sends and hear what the console sends back.
"""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from playwright.sync_api import Page

from dashboard.components.console import console_script, console_texts, recipe_to_console
from dashboard.theme import colour_pairs
from models.evaluation import State
from models.surgery.recipe import Dial, Recipe, Turn
from tests.browser.kept_pages import KeptPage, KeptPages

ADDRESS = "http://localhost/play"
SIZE = {"width": 1280, "height": 1500}
PAGE = """<!doctype html><html><head><style>:root {{ --st-text-color: #102030; --st-background-color: #f0e8d8; }}
  body {{ margin: 0 }}</style></head><body><input id="elsewhere"><div id="host"></div><script type="module">
{script}</script></body></html>"""
TRIED = """
import {{ mounted }} from "./mounted.js"
import {{ luminance }} from "./colours.js"
import {{ Counting }} from "./counting.js"
import {{ onDrag }} from "./gestures.js"
import {{ Live }} from "./live.js"
const root = document.querySelector("#host").attachShadow({{ mode: "open" }})
root.innerHTML = `<style>{style}</style><div>{html}</div>`
window.sent = []
const sending = (name, value) => sent.push([name, structuredClone(value)])
window.give = (data) => mounted({{ parentElement: root, data, setStateValue: sending, setTriggerValue: sending }})
window.inside = root
Object.assign(window, {{ luminance, Counting, Live, onDrag }})
"""

# Three dials, of which no two are alike, one set apart on each table; a and b cannot be mistaken for each other.
APART = Recipe(
    17,
    (
        Dial(1, Turn(5, 1.25, 0.5)),
        Dial(3, Turn(-7, 0.5), Turn(4, 1.5, 1.0), Turn(6, 0.75, 0.25)),
        Dial(4, Turn(2.5, 2.0, -0.75), weight=0.6),
    ),
    readout_harmonics=1,
)
WEIGHTS = [0.5, 0.3, 0.2]


def states_of(modulus: int) -> torch.Tensor:
    """States [q, q] of all three kinds that are not symmetric in a and b, and that no turn of the map keeps."""
    a, b = torch.arange(modulus)[:, None], torch.arange(modulus)[None]
    found = torch.full((modulus, modulus), State.RIGHT)
    found[(2 * a + b) % 5 == 0] = State.WRONG
    found[(a + 3 * b) % 7 == 1] = State.UNDECIDED
    return found.to(torch.uint8)


def console_data(recipe: Recipe = APART, *, states: torch.Tensor | None = None, **changed: Any) -> dict[str, Any]:
    """What Python sends, with the parts of it that a test says otherwise."""
    states = states_of(recipe.modulus) if states is None else states
    data = {
        "network": "digest",
        "title": "some net.pt",
        "recipe": recipe_to_console(recipe),
        "edit": 0,
        "trained": 17,
        "states": base64.b64encode(bytes(states.flatten().tolist())).decode(),
        "margins": None,
        "weights": WEIGHTS[: len(recipe.dials)],
        "palette": colour_pairs(len(recipe.dials)),
        "answer": None,
        "outcome": {
            "share": "61.25%",
            "counted": "177 of all 289 pairs right",
            "split": "some wrap",
            "spoken": "Said.",
            "margin": -1.5,
        },
        "prompt": {"text": "Turn it.", "label": None, "recipe": None, "action": None},
        "untouched": {"modulus": 17, "wrong": [[5 * 17 + 9, 7]]},
        "frozen": {"weights": 1234, "parts": [["W", "2 × 617"]]},
        "reach": {"raw": [], "reduced": [], "shipped": [], "operated": [], "running": False, "total": 255},
        "live": None,
        "bar": bar(),
    }
    return data | changed


def bar(**changed: Any) -> dict[str, Any]:
    """What the bar is sent."""
    plain = {
        "balanced": False,
        "undo": 0,
        "redo": 0,
        "refused": "",
        "longestFile": 1000,
        "query": {},
        "search": None,
        "presets": [],
    }
    return plain | changed


class Mounted:
    """A page with the console in it."""

    def __init__(self, kept: KeptPage, query: str = "") -> None:
        self.kept = kept
        self.page: Page = kept.page
        self.errors: list[str] = []
        kept.hear("pageerror", lambda error: self.errors.append(str(error)))
        kept.hear("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.goto(ADDRESS + query)
        self.page.wait_for_function("() => window.give")

    @property
    def clock(self) -> Any:
        """The page's time, for tests that set it; no other test gets this page."""
        self.kept.spoilt = True
        return self.page.clock

    def give(self, data: Mapping[str, Any]) -> None:
        """Data from Python; returns once it is drawn."""
        self.page.evaluate("(data) => give(data)", dict(data))
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def sent(self) -> list[list[Any]]:
        """What the console has sent so far: [name, value]."""
        return self.page.evaluate("() => sent")

    def sent_last(self, name: str, at_least: int = 1) -> Any:
        """The last value of that name, once so many have been sent."""
        self.page.wait_for_function(
            "([name, n]) => sent.filter(([sent]) => sent === name).length >= n", arg=[name, at_least]
        )
        return [value for sent, value in self.sent if sent == name][-1]

    def all_sent(self, name: str) -> list[Any]:
        """All values of that name, once everything that waits a moment has been sent."""
        self.page.wait_for_timeout(450)  # longer than any such moment
        return [value for sent, value in self.sent if sent == name]

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()

    def told(self, selector: str, *names: str) -> list[Any]:
        """Attributes of the first such element; a single one by itself."""
        found = [self.page.locator(selector).first.get_attribute(name) for name in names]
        return found if len(names) > 1 else found[0]

    def numbers(self, selector: str, *names: str) -> list[list[float]]:
        """Attributes of all such elements, as numbers."""
        return self.page.evaluate(
            "([selector, names]) => [...inside.querySelectorAll(selector)]"
            ".map((one) => names.map((name) => Number(one.getAttribute(name))))",
            [selector, list(names)],
        )

    def points(self, selector: str, place: int = 0) -> list[tuple[float, float]]:
        """The corners of a path."""
        path = self.page.locator(selector).nth(place).get_attribute("d") or ""
        parts = [part.split() for part in path.replace("M", "L").split("L") if part.strip()]
        return [(float(x), float(y)) for x, y in parts]

    def on(self, script: str, *values: Any) -> Any:
        """A function of the scripts, called."""
        return self.page.evaluate(f"(values) => ({script})(...values)", list(values))

    def drag(self, selector: str, start: tuple[float, float], *way: tuple[float, float]) -> None:
        """With the mouse, by pixels from the corner of the element."""
        box = self.page.locator(selector).first.bounding_box()
        self.page.mouse.move(box["x"] + start[0], box["y"] + start[1])
        self.page.mouse.down()
        for x, y in way:
            self.page.mouse.move(box["x"] + x, box["y"] + y)
        self.page.mouse.up()


@cache
def console_page() -> str:
    """The console in a page of its own."""
    texts = console_texts()
    tried = TRIED.format(style=texts.css, html=texts.html)
    return PAGE.format(script=console_script("console/tried.js", {"console/tried.js": tried}))


def page_with(pages: KeptPages, body: str, **options: Any) -> KeptPage:
    """A page in whose profile every address is this page and nothing else is there."""
    kept = pages.lent(**options)
    kept.page.context.route(
        "**/*", lambda route: route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)
    )
    return kept


def console_in(pages: KeptPages, **options: Any) -> KeptPage:
    """A page in which every address is the console's page."""
    kept = page_with(pages, console_page(), **{"viewport": SIZE, "reduced_motion": "reduce", **options})
    kept.page.set_default_timeout(20_000)
    return kept
