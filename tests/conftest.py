"""What every test shares: where the real checkpoints are, how Hypothesis draws, how many threads compute."""

import os
import random
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
VARIABLE = "CLOCKWORK_SHARED"
MAIN = sys.modules["__main__"]  # of pytest
EXAMPLES = "CLOCKWORK_EXAMPLES"  # that each property is tried on
SHUFFLE = "CLOCKWORK_SHUFFLE"  # a seed: tests run in an order drawn by it

# Files that take longest. Begun last, one would keep one process busy alone while the others have ended.
SLOW = (
    "tests/browser/test_every_page.py",
    "tests/browser/test_foreign_text.py",
    "tests/browser/test_container_like.py",
    "tests/browser/test_app.py",
    "tests/browser/test_share.py",
    "tests/browser/test_live.py",
    "tests/browser/test_numbers.py",
    "tests/browser/test_scrolling.py",
    "tests/dashboard/test_views.py",
    "tests/adversary/test_adversary.py",
    "tests/dashboard/test_pages.py",
    "tests/power_cut/test_power_cut.py",
    "tests/package/test_installed.py",
    "tests/commands/test_terminal.py",
    "tests/dashboard/test_words.py",
    "tests/runtime/test_compiling.py",
)

# Deterministic, and deaf to the clock: the machine may be busy.
settings.register_profile(
    "clockwork",
    derandomize=True,
    deadline=None,
    print_blob=True,
    max_examples=int(os.environ.get(EXAMPLES, "25")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clockwork")

# Sums are then made in one order, and threads do not wait for each other on a busy machine.
torch.set_num_threads(1)


def pytest_runtest_setup() -> None:
    """Whatever the test before left: a command may have set how many threads there are."""
    torch.set_num_threads(1)


def checkpoints_folder(environment: Mapping[str, str], default: Path) -> Path:
    """The folder of real checkpoints. Skips where nobody promised it, fails where CLOCKWORK_SHARED did."""
    folder = Path(environment.get(VARIABLE, default)) / "checkpoints"
    if folder.is_dir() and any(folder.iterdir()):
        return folder
    if VARIABLE in environment:
        pytest.fail(f"{VARIABLE} is set, but {folder} is missing or empty.")
    pytest.skip(f"No real checkpoints: {folder} is absent, and {VARIABLE} is not set.")


def shuffled(tests: Sequence[str], seed: str) -> list[str]:
    """Names of tests in another order: the files shuffled, and the tests of each, which stay together."""
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(test.split("::")[0], []).append(test)
    draw = random.Random(seed)
    return [
        test for file in draw.sample(list(files), len(files)) for test in draw.sample(files[file], len(files[file]))
    ]


def place_of(test: str) -> int:
    """Of a test's name: those of the slow files come first, and all others after them."""
    file = test.split("::", maxsplit=1)[0]
    return SLOW.index(file) if file in SLOW else len(SLOW)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files first, or in the order that CLOCKWORK_SHUFFLE draws: no test may lean on another's traces."""
    if seed := os.environ.get(SHUFFLE):
        by_name = {item.nodeid: item for item in items}
        items[:] = [by_name[name] for name in shuffled(list(by_name), seed)]
    else:
        items.sort(key=lambda item: place_of(item.nodeid))


@pytest.fixture(autouse=True)
def _main_module_stays() -> Iterator[None]:
    """Streamlit's AppTest leaves the page's script as `__main__`, which processes that are spawned later would run."""
    yield
    sys.modules["__main__"] = MAIN  # not what stood there before the test: a fixture of its file may have run a page


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real checkpoints."""
    return checkpoints_folder(os.environ, ROOT.parent / "shared")


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """Signals that ask to stop, as a program begun at a terminal has them; in the background some are ignored."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
