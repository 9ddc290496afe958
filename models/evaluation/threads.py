"""Parts of an evaluation side by side, on as many threads as PyTorch was given."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from queue import SimpleQueue
from typing import TypeVar

import torch
from torch import Tensor

Part = TypeVar("Part")
Found = TypeVar("Found")

PARTS_A_THREAD = 3  # at least: threads end at most a part apart


def side_by_side(act: Callable[[Part], Found], parts: Iterable[Part]) -> Iterator[tuple[Part, Found]]:
    """(part, act(part)): the first part first, the others as they come.

    The calling thread takes parts like every other, so that it never waits for one that has no core yet. Each thread
    computes alone: threads that PyTorch adds would only wait.
    """
    helpers = torch.get_num_threads() - 1
    left, done = iter(list(parts)), SimpleQueue[tuple[Part, Found]]()

    @torch.no_grad()
    def take_parts() -> None:
        torch.set_num_threads(1)
        for part in left:
            done.put((part, act(part)))

    with one_thread(True), ThreadPoolExecutor(max(1, helpers)) as pool:
        try:
            mine = list(islice(left, 1))
            at_work = [pool.submit(take_parts) for _ in range(helpers)]
            for part in chain(mine, left):
                yield part, act(part)
                yield from _so_far(done)
            for helper in at_work:
                helper.result()
            yield from _so_far(done)
        finally:
            deque(left, maxlen=0)  # a consumer that stops leaves nothing to take


def _so_far(done: SimpleQueue[Found]) -> Iterator[Found]:
    """What is in the queue."""
    while not done.empty():
        yield done.get()


def equal_parts(rows: Tensor, most: int) -> list[Tensor]:
    """Rows in parts of at most so many, as equal as they can be: so many parts that no thread waits long at the end."""
    if not len(rows):
        return []
    threads = torch.get_num_threads()
    parts = -(-len(rows) // most)
    if threads > 1:
        parts = max(PARTS_A_THREAD * threads, -(-parts // threads) * threads)
    return list(rows.tensor_split(min(len(rows), parts)))


@contextmanager
def one_thread(small: bool) -> Iterator[None]:
    """PyTorch on one thread where the work is small: there, threads wait for each other longer than they compute."""
    threads = torch.get_num_threads()
    if not small or threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
