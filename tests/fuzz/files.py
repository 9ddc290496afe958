"""File number N of a seed: a valid file, changed in a few ways. The same seed and number always give the same bytes."""

from dataclasses import dataclass
from random import Random

from tests.fuzz import raw, trees
from tests.fuzz.containers import CONTAINERS
from tests.fuzz.examples import example_networks, example_states

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
    chosen = random.randrange(len(example_states()))
    tree = dict(example_states()[chosen])
    steps = [example_networks()[chosen].layout.name]
    for _ in range(random.choice(HOW_MANY_CHANGES)):
        change = random.choice(list(trees.CHANGES))
        tree = trees.CHANGES[change](random, tree)
        steps.append(change)
    container = random.choice(list(CONTAINERS))
    name, write = CONTAINERS[container]
    data = write(tree)
    steps.append(container)
    for _ in range(random.choice(HOW_MANY_CHANGES)):
        change = random.choice(list(raw.CHANGES))
        data = raw.CHANGES[change](random, data)
        steps.append(change)
    return Fuzzed(name, data, tuple(steps))
