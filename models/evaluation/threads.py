"""Parts of an evaluation side by side, on as many threads as PyTorch was given."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from queue import Queue
from typing import TypeVar

import torch
from torch import Tensor

from models.runtime.interruption import may_be_interrupted

Part = TypeVar("Part")
Found = TypeVar("Found")

MOST_WAITING = 32  # parts that are done and not yet looked at: then whoever counts ahead waits
PARTS_A_THREAD = 3  # at least: threads end at most a part apart


def side_by_side(act: Callable[[Part], Found], parts: Iterable[Part]) -> Iterator[tuple[Part, Found]]:
    """(part, act(part)): the first part first, the others as they come.

    The calling thread takes parts like every other, so that it never waits for one that has no core yet. Each thread
    computes alone: threads that PyTorch adds would only wait.
    """
    running = torch.get_num_threads() - 1
    left, done = iter(list(parts)), Queue[tuple[Part, Found] | None](MOST_WAITING)

    @torch.no_grad()
    def take_parts() -> None:
        torch.set_num_threads(1)
        try:
            for part in left:
                done.put((part, act(part)))
        finally:
            _give_up(left)  # after a mistake nobody takes another part
            done.put(None)

    with one_thread(True), ThreadPoolExecutor(max(1, running)) as pool:
        try:
            mine = list(islice(left, 1))
            at_work = [pool.submit(take_parts) for _ in range(running)]
            for part in chain(mine, left):
                may_be_interrupted()
                yield part, act(part)
                while not done.empty():
                    if found := done.get():
                        yield found
                    else:
                        running -= 1
            while running:
                if found := done.get():
                    yield found
                else:
                    running -= 1
            for helper in at_work:
                helper.result()
        finally:  # a consumer that stops leaves nothing to take, and nobody who waits for room
            _give_up(left)
            while running:
                running -= done.get() is None


def _give_up(left: Iterator[Part]) -> None:
    deque(left, maxlen=0)


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
