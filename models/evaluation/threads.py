"""Parts of an evaluation side by side, on as many threads as PyTorch was given."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor

Part = TypeVar("Part")
Found = TypeVar("Found")


def side_by_side(act: Callable[[Part], Found], parts: Iterable[Part]) -> Iterator[Found]:
    """act(part) for each part in order. Each thread computes alone: threads that PyTorch adds would only wait."""
    threads = torch.get_num_threads()
    if threads == 1:
        yield from map(act, parts)
        return
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield from pool.map(torch.no_grad()(act), parts)
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)


def equal_parts(rows: Tensor, most: int) -> list[Tensor]:
    """Rows in parts of at most so many, as equal as they can be: as many parts as keep every thread busy to the end."""
    if not len(rows):
        return []
    threads = torch.get_num_threads()
    parts = -(-len(rows) // most)
    return list(rows.tensor_split(min(len(rows), -(-parts // threads) * threads)))


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
