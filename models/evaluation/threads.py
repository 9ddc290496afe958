"""Parts of an evaluation side by side, on as many threads as PyTorch was given."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

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
