"""What pages say, word for word and number for number, of small networks of which no two parts are alike."""

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.elements.widgets.button import ButtonMixin
from streamlit.testing.v1 import AppTest, local_script_runner

from dashboard import components, jobs, views
from dashboard.components import budget as offers
from dashboard.session import budget
from dashboard.session.link import Link
from dashboard.views import measures
from models.analysis.published import Figure
from models.formats.registry import network_to_bytes
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn
from tests.dashboard.test_certificate import UPLOAD, open_certificate
from tests.dashboard.test_pages import app_on, drop
from tests.dashboard.test_uploads import ADDS, bytes_of, checkpoints, with_metadata
from tests.dashboard.test_uploads import drop as drop_files
from tests.dashboard.words import console_said, offered, said_by, source_said, with_sizes
from tests.experiment.test_certificate_check import SAID
from tests.layouts import layout_named
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built, noisy

KEPT = Path(__file__).parent / "words"
WRITE = "CLOCKWORK_WORDS"
DIALS = (1, 3, 4)
RECIPE = Recipe(17, (Dial(1, Turn(2, 1.5)), Dial(3, Turn(-7, 0.75)), Dial(4, Turn(5))))
NETWORKS: dict[str, Callable[[], Network]] = {
    "transformer": lambda: hand_built(13, DIALS),
    "mlp": lambda: hand_built_mlp(13, DIALS, "he"),
    "noisy": lambda: noisy(hand_built(13, DIALS)),  # none of its shares and phases are alike
}
VIEWS = ("Tables", "Attention", "Neurons", "Logits", "Measures", "Patching")


PUBLISHED = (
    Figure("accuracy", 0.25, "A paper", remark="of a sample"),
    Figure("loss", 1.5, "A paper"),
    Figure("q_clock_explained", 0.75, "A paper", 3),
    Figure("circularity", 0.5, "Another paper", remark="of E alone"),
)


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """What lies under figures is written out, whichever module has the function by name; sizes, names of files too."""
    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", with_sizes)
    for room in (components, views):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)  # now, so that none keeps the stand-in by being imported under it
    monkeypatch.setattr(ButtonMixin, "_download_button", offered(ButtonMixin._download_button))
    monkeypatch.setattr(jobs, "SECONDS_AT_ONCE", 60.0)  # the whole page is run for every showing here
    stands_in = {"show_source": source_said, "show_console": console_said}
    for name, module in list(sys.modules.items()):
        for function in stands_in.keys() & vars(module).keys() if name.startswith("dashboard.") else ():
            monkeypatch.setattr(module, function, stands_in[function])
    for module in (budget, offers) if "sampled" in request.node.name else ():
        monkeypatch.setattr(module, "BUDGET_SECONDS", 0)  # as if the smallest network were too large
    if "published" in request.node.name:
        monkeypatch.setattr(measures, "published_figures", lambda digest: PUBLISHED)


def opened(page: str, kind: str = "transformer", *, recipe: Recipe | None = RECIPE) -> AppTest:
    """A page with a small network under it, and these dials on its bench."""
    app = app_on("your_network.py")
    drop(app, f"small-{kind}.safetensors", network_to_bytes(NETWORKS[kind](), ".safetensors", {}))
    if recipe:
        here = app.session_state["clockwork"]
        here.benches[here.current].recipe = recipe
    return app.switch_page(f"dashboard/pages/{page}").run()


def view_of(name: str, kind: str = "transformer", *, operated: bool = False) -> AppTest:
    app = opened("look_inside.py", kind).segmented_control(key="view").set_value(name).run()
    return app.segmented_control(key="state ").set_value("after surgery").run() if operated else app


def compared(name: str) -> AppTest:
    """A view twice, side by side, each in half of the page."""
    app = view_of(name, "noisy")
    return app.selectbox(key="beside").set_value(app.session_state["clockwork"].current).run()


def two_networks() -> AppTest:
    """A small network beside another one of another modulus, which is not right on all pairs."""
    app = opened("your_network.py", "noisy")
    drop(app, "other.safetensors", network_to_bytes(hand_built(12, (1, 2, 5)), ".safetensors", {}))
    app = app.switch_page("dashboard/pages/two_networks.py").run()
    noisy_one = next(key for key, each in app.session_state["clockwork"].opened.items() if "noisy" in each.name)
    return app.selectbox(key="beside on page").set_value(noisy_one).run()


def for_a_class() -> AppTest:
    """The sheet with its answers."""
    return opened("for_a_class.py", "noisy").toggle[0].set_value(True).run()


def awaiting() -> AppTest:
    """A page that was opened by the link to a file."""
    here = opened("your_network.py", recipe=None)
    here.session_state["clockwork"].awaited = Link(digest=16 * "a")
    return here.run()


def certified() -> AppTest:
    """A certificate against which nothing speaks at a first look."""
    app = your_network(("source.safetensors", UPLOAD))
    open_certificate(app, SAID.to_json())
    return app


def controls_of(kind: str) -> AppTest:
    app = opened("evidence.py", kind)
    return next(button for button in app.button if button.label == "Run the controls").click().run()


def guessed() -> AppTest:
    app = opened("any_base.py", recipe=Recipe(17, (Dial(1, Turn(6)), Dial(3, Turn(10)), Dial(4, Turn(2)))))
    return next(button for button in app.button if button.label == "Check").click().run()


def counted(kind: str = "noisy") -> AppTest:
    """Any base with four moduli of the sweep through, and a fitted readout at three of them."""
    app = opened("any_base.py", kind)
    here = app.session_state["clockwork"]
    bench = here.benches[here.current]
    bench.swept, bench.fitted = 4, {"calibrate": 3}
    pills = next(group for group in app.button_group if group.label == "Readout")
    return pills.set_value(["keep", "calibrate"]).run()


def your_network(*files: tuple[str, bytes]) -> AppTest:
    """Your network with files that were dropped together."""
    return drop_files(app_on("your_network.py"), *files)


def in_full() -> bytes:
    """A transformer with norms, under other people's names."""
    return network_to_bytes(layout_named("porth").network(), ".pt", {})


# What *Turn it* sends its console: one setting a line of each kind that the page speaks of
SET = {
    "at its own modulus": None,
    "turned": RECIPE,
    "alike": Recipe(18, (Dial(1, Turn(2)), Dial(3, Turn(-4)), Dial(4, Turn(6)))),
    "detuned": Recipe(17, (Dial(1, Turn(2)), Dial(3, Turn(-7.25)), Dial(4, Turn(5)))),
    "off": Recipe(17, tuple(Dial(k, Turn(k, on=False)) for k in DIALS)),
    "first stop": Recipe(127, tuple(Dial(k, Turn(k)) for k in DIALS)),
    "second stop": Recipe(128, (Dial(1, Turn(1)), Dial(3, Turn(3)), Dial(4, Turn(4)))),
}


def play_with(recipe: Recipe | None) -> AppTest:
    return opened("play.py", "noisy", recipe=recipe)


def played() -> AppTest:
    return opened("play.py", recipe=None)


SHOWN: dict[str, Callable[[], AppTest]] = {
    **{f"inside {view}": lambda view=view: view_of(view) for view in VIEWS},
    "inside Defects": lambda: view_of("Defects"),
    **{f"inside {view} operated": lambda view=view: view_of(view, operated=True) for view in VIEWS[:-1]},
    **{f"inside {view} mlp": lambda view=view: view_of(view, "mlp") for view in ("Attention", "Tables", "Neurons")},
    **{f"inside {view} compared": lambda view=view: compared(view) for view in ("Tables", "Neurons", "Measures")},
    **{f"inside {view} noisy": lambda view=view: view_of(view, "noisy") for view in VIEWS},
    "evidence noisy": lambda: opened("evidence.py", "noisy"),
    **{f"play {name}": lambda recipe=recipe: play_with(recipe) for name, recipe in SET.items()},
    "play exact": played,
    "inside Measures published": lambda: view_of("Measures", "noisy"),
    "evidence": lambda: opened("evidence.py"),
    "evidence as it comes": lambda: app_on("evidence.py"),
    "evidence mlp": lambda: opened("evidence.py", "mlp"),
    "evidence controls": lambda: controls_of("transformer"),
    "any base": lambda: opened("any_base.py"),
    "any base counted": counted,
    "any base counted mlp": lambda: counted("mlp"),
    "any base guessed": guessed,
    "any operation": lambda: opened("any_operation.py"),
    "any operation mlp": lambda: opened("any_operation.py", "mlp"),
    "your network noisy": lambda: your_network(("noisy.pt", bytes_of(NETWORKS["noisy"](), train_loss=0.25))),
    "your network claims": lambda: your_network(("mine.safetensors", with_metadata(ADDS, of="mine", by="me"))),
    "your network run": lambda: your_network(*checkpoints(0, 30, 7)),
    "your network readings": lambda: your_network(("readings.pt", bytes_of(NETWORKS["mlp"]()))),
    "your network in full": lambda: your_network(("norms.pt", in_full())),
    "your network awaited": awaiting,
    "your network certificate": certified,
    "for a class": for_a_class,
    "two networks": two_networks,
    "your network sampled": lambda: your_network(("large.pt", bytes_of(NETWORKS["noisy"]()))),
}  # fmt: skip


# What a processor's last digits decide, by page, and what stands in its place.
CIRCLES_ALIKE = (  # circles of one size: which of them a principal component of an exact network shows
    re.compile(r'("### )-?[\d.]+(\\n:small\[2ρ − 1\]"\}[^\n]*\ncaption: \{"body": ")[^"]*'),
    r"\1…\2…",
)
FITTED = (  # what marks of a fitted readout stand at
    re.compile(r"^ +\{.*<extra>calibrate.*$", re.MULTILINE),
    lambda line: re.sub(r'"(y|customdata)": \[.*?\](?=, "|\})', r'"\1": […]', line[0]),
)
FAILURE = re.compile(r"The failed pairs lie.*?too weak there"), "…"
LOGIT_MAP = re.compile(r"neuron–logit map [\d.]+%"), "neuron–logit map …%"  # within rounding of 99.95%
TARGETS = re.compile(r'\\"dials\\": \[.*?\]'), r'\\"dials\\": […]'  # settings that are one another's relabellings
STATES = re.compile(r'\\"states\\": \\".*?\\"'), r'\\"states\\": …'  # pair by pair in test_operations.py
BY_ROUNDING: dict[str, tuple[Any, ...]] = {
    "any operation": (TARGETS, STATES),
    "any operation mlp": (TARGETS, STATES),
    "inside Measures": (CIRCLES_ALIKE,),
    "inside Measures compared": (CIRCLES_ALIKE,),
    "any base counted": (FITTED, FAILURE),
    "your network in full": (LOGIT_MAP,),
}


def without_roundings(name: str, said: str) -> str:
    for pattern, instead in BY_ROUNDING.get(name, ()):
        assert pattern.search(said), f"{name} says nothing of {pattern.pattern}; take it from BY_ROUNDING."
        said = pattern.sub(instead, said)
    return said


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_says_what_it_said(name: str):
    app = SHOWN[name]()
    assert [each.value for each in (*app.exception, *app.error)] == []
    file, said = KEPT / f"{name.replace(' ', '-').lower()}.txt", without_roundings(name, said_by(app))
    if os.environ.get(WRITE):
        KEPT.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8"), "If this is meant, `make words` keeps it; read the difference."


def test_every_kept_page_is_shown():
    assert {path.stem for path in KEPT.glob("*.txt")} == {name.replace(" ", "-").lower() for name in SHOWN}
