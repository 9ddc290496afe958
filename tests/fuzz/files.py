"""File number N of a seed: a valid file, changed in a few ways. The same seed and number always give the same bytes."""

from dataclasses import dataclass
from functools import cache
from random import Random

from tests.fuzz import raw, trees
from tests.fuzz.containers import CONTAINERS
from tests.fuzz.examples import example_networks, example_states
from tests.fuzz.graphs import graph_file
from tests.hostile.cases import CASES

SHARE_HOSTILE = 0.1  # of the files begin with a hostile one
SHARE_GRAPHS = 0.1  # of the others are graphs of operators
SHARE_OF_SOUND_BYTES = 0.6  # of these are still messages, in which only parts are changed
SHARE_REPEATED = 0.05  # of the others have a tensor that is enormous in memory
SLOW_TO_MAKE = (
    *("a zip bomb", "a zip bomb that says it is small", "a zip bomb of arrays", "an archive of 100,000 files"),
    *("a bomb that is no archive", "10,000 tiny storages", "texts of 60 megabytes", "a pickle that is a zip bomb"),
    *("10,000 tiny tensors", "10,000 tiny arrays", "10,000 tiny tensors in a header", "a sparse tensor"),
    *("a graph of 100,000 operators", "a model of 10 million empty nodes", "a tensor of 20 million numbers one by one"),
    *("a graph of products that take hours", "a graph of 3,000 operators"),
    *("a tensor on no device", "a loss to be tried at a modulus of 2,500", "ten million steps"),
)
HOW_MANY_CHANGES = (0, 0, 1, 1, 1, 2, 3)


@dataclass(frozen=True)
class Fuzzed:
    """A file, and how it came to be."""

    name: str
    data: bytes
    steps: tuple[str, ...]


def fuzzed_file(seed: int, number: int) -> Fuzzed:
    """The file of this number."""
    random = Random(f"{seed} {number}")
    if random.random() < SHARE_HOSTILE:
        return _changed_hostile_file(random)
    return _changed_graph(random) if random.random() < SHARE_GRAPHS else _changed_valid_file(random)


def _changed_graph(random: Random) -> Fuzzed:
    data, steps = graph_file(random)
    if random.random() < SHARE_OF_SOUND_BYTES:
        return Fuzzed("some.onnx", data, tuple(steps))
    return _with_changed_bytes(random, "some.onnx", data, steps)


def _changed_valid_file(random: Random) -> Fuzzed:
    chosen = random.randrange(len(example_states()))
    tree = dict(example_states()[chosen])
    steps = [example_networks()[chosen].layout.name]
    for _ in range(random.choice(HOW_MANY_CHANGES)):
        change = random.choice(list(trees.CHANGES))
        tree = trees.CHANGES[change](random, tree)
        steps.append(change)
    container = random.choice(list(CONTAINERS))
    name, write = CONTAINERS[container]
    if random.random() < SHARE_REPEATED:
        tree = trees.repeated(random, tree)
        steps.append("repeated")
    data = write(tree)
    steps.append(container)
    return _with_changed_bytes(random, name, data, steps)


def _changed_hostile_file(random: Random) -> Fuzzed:
    title = random.choice(list(_hostile_files()))
    return _with_changed_bytes(random, CASES[title].name, _hostile_files()[title], [title])


def _with_changed_bytes(random: Random, name: str, data: bytes, steps: list[str]) -> Fuzzed:
    for _ in range(random.choice(HOW_MANY_CHANGES)):
        change = random.choice(list(raw.CHANGES))
        data = raw.CHANGES[change](random, data)
        steps.append(change)
    return Fuzzed(name, data, tuple(steps))


@cache
def _hostile_files() -> dict[str, bytes]:
    made = {title: case.make() for title, case in CASES.items() if title not in SLOW_TO_MAKE}
    return {title: data for title, data in made.items() if len(data) < 10**6}
