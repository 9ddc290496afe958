"""How much is counted between two showings of what streams in."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

SECONDS_AT_ONCE = 0.5  # as long as a press of Stop may wait; shown much oftener, a slow browser falls behind
MOST_AT_ONCE = 16  # so that what was counted before streams in too, and can be stopped

Item = TypeVar("Item")


def a_few(
    items: Iterable[Item], *, seconds: float = SECONDS_AT_ONCE, most: int | None = MOST_AT_ONCE
) -> Iterator[Item]:
    """The first item, and further ones until the time is over or there are enough for one showing.

    None is taken that is not given, so that a generator goes on where it was.
    """
    end = time.monotonic() + seconds
    for item in islice(items, most):
        yield item
        if time.monotonic() >= end:
            return
