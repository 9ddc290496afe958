"""Long work in steps: a generator that yields (done, at most) and returns what was found.

Who waits drives it as far as it likes: a command line to its end, a page for half a second at a time.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

Progress = tuple[int, int]  # steps done, and how many there are at most
Found = TypeVar("Found")
Steps = Generator[Progress, None, Found]
OnProgress = Callable[[int, int], None]


def finished(steps: Steps[Found], on_progress: OnProgress | None = None) -> Found:
    """Drive the steps to their end; `on_progress` is told of each that is not as the one before.

    >>> def count():
    ...     yield 1, 2
    ...     yield 2, 2
    ...     return "both"
    >>> finished(count(), lambda done, most: print(done, "of", most))
    1 of 2
    2 of 2
    'both'
    """
    told: Progress | None = None
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            found: Found = end.value
            return found
        if on_progress and progress != told:
            on_progress(*progress)
        told = progress
