"""Long work in slices: between two of them, whoever asked for the work may say that nobody waits for it any more.

What computes calls `may_be_interrupted` between its slices; what asked for it says how to find out, by
`interrupted_by`. A slice is seconds at most, on the largest network that may be uploaded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHECK: ContextVar[Callable[[], None] | None] = ContextVar("what is asked between two slices", default=None)


def may_be_interrupted() -> None:
    """Go on, or raise what `interrupted_by` was given to raise."""
    if check := _CHECK.get():
        check()


@contextmanager
def interrupted_by(check: Callable[[], None]) -> Iterator[None]:
    """Within this, `check` is called between two slices on this thread; to end the work, it raises.

    >>> def gone():
    ...     raise TimeoutError("nobody waits")
    >>> with interrupted_by(gone):
    ...     may_be_interrupted()
    Traceback (most recent call last):
    TimeoutError: nobody waits
    """
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)
