"""Every hostile file is refused with its sentence, in bounded time and memory; the watching itself can fail."""

import pickle
from collections.abc import Iterator
from functools import cache
from zipfile import ZIP_DEFLATED

import pytest
import torch

from models.errors import CheckpointError
from models.formats.limits import UNLIMITED, UPLOAD
from models.formats.registry import network_from_bytes
from tests.hostile import watch
from tests.hostile.archives import Said, Stored, pickled, zipped
from tests.hostile.cases import CASES
from tests.hostile.watch import MEMORY, SECONDS, Seen, Watcher, open_once

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")  # torch's, on making them
ONLY_BOUNDED_FOR_UPLOADS = {
    "a pickle that is a zip bomb",
    "a billion laughs",
    "texts of 60 megabytes",
    "a header of 20 megabytes",
    "ten million steps",
    "10,000 tiny tensors",
    "10,000 tiny storages",
    "10,000 tiny tensors in a header",
    "10,000 tiny arrays",
    "a modulus of 1,500",
    "a loss to be tried at a modulus of 2,500",
    "a graph of 3,000 operators",
    "a graph of 100,000 operators",
}


@cache
def made(title: str) -> bytes:
    return CASES[title].make()


@pytest.fixture(scope="module")
def watcher() -> Iterator[Watcher]:
    with Watcher() as watcher:
        yield watcher


@pytest.mark.parametrize("title", CASES)
def test_a_hostile_file_is_refused_in_time_and_within_memory(watcher: Watcher, title: str):
    case = CASES[title]
    seen = watcher.open(made(title), case.name)
    assert seen.outcome == "refused", seen
    with pytest.raises(CheckpointError, match=case.refusal):
        raise CheckpointError(seen.message)
    assert "\n" not in seen.message
    assert len(seen.message) < 2000
    assert seen.seconds < 5 * SECONDS  # tests may run on a busy machine
    assert seen.memory < MEMORY


@pytest.mark.parametrize("title", [title for title in CASES if title not in ONLY_BOUNDED_FOR_UPLOADS])
def test_a_lie_is_refused_on_the_command_line_too(title: str):
    case = CASES[title]
    with pytest.raises(CheckpointError, match=case.name):
        network_from_bytes(made(title), case.name, UNLIMITED)


@pytest.mark.parametrize(("kind", "itemsize"), [(torch.HalfStorage, 2), (torch.DoubleStorage, 8)])
def test_the_costliest_upload_within_the_bounds_stays_within_the_memory(kind: type, itemsize: int):
    numbers = min(UPLOAD.elements, 98 * 2**20 // itemsize) // 1024 * 1024
    turned = Said((1024, numbers // 1024), (1, 1024), 0, Stored(numbers, kind=kind))  # in memory twice
    members = {"archive/data.pkl": pickled({"W_x": turned}), "archive/data/0": bytes(numbers * itemsize)}
    padded = zipped(members, ZIP_DEFLATED, {"archive/padding": bytes(49 * 2**20)})
    with Watcher() as watcher:
        seen = watcher.open(padded, "some.pt")
    assert "fits no layout" in seen.message
    assert 98 * 2**20 < seen.memory < MEMORY


# The watch


def test_the_watch_sees_memory_that_was_taken_and_given_back():
    before = watch._peak(reset=True)
    taken = b"x" * (200 * 2**20)
    del taken
    assert watch._peak() - before > 150 * 2**20


def test_a_process_that_ends_is_a_finding_and_the_next_file_is_opened(watcher: Watcher):
    watcher.process.kill()
    watcher.process.join()
    assert watcher.open(b"text", "some.pt").outcome == "crash"
    assert watcher.open(b"text", "some.pt").outcome == "refused"


@pytest.mark.parametrize(
    "seen",
    [
        Seen("crash", "the process ended with -11"),
        Seen("hang", "no answer"),
        Seen("KeyError", "'W_x'"),
        Seen("MemoryError", "some.pt cannot be read"),
        Seen("refused", "two\nlines"),
        Seen("refused", "late", seconds=2.5),
        Seen("network", "he", memory=600 * 2**20),
    ],
    ids=lambda seen: seen.outcome,
)
def test_all_but_a_network_or_a_refusal_in_bounds_is_a_finding(seen: Seen):
    assert seen.is_finding


def test_a_refusal_in_bounds_is_no_finding():
    assert not open_once(pickle.dumps([1], protocol=2), "some.pt").is_finding
