"""Asked to stop: by Ctrl-C, by the system (SIGTERM), or by a terminal that closes (SIGHUP); all three act alike."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

NAMES = ("SIGTERM", "SIGHUP")


@contextmanager
def every_stop_as_ctrl_c() -> Iterator[None]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt while this lasts; one that is ignored (nohup) stays ignored."""
    with _handled(NAMES, signal.default_int_handler, instead_of=signal.SIG_DFL):
        yield


@contextmanager
def stop_when_ready() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether a stop was asked for; a second one raises KeyboardInterrupt as usual."""
    asked: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if asked:
            signal.default_int_handler(number, frame)
        asked.append(number)

    with _handled(("SIGINT", *NAMES), handle, instead_of=signal.default_int_handler):
        yield lambda: bool(asked)


def forget_caught_interrupts() -> None:
    """So that a program that caught its KeyboardInterrupt ends with its own exit code.

    `python -m` ends itself by SIGINT where a KeyboardInterrupt has left code that was given to exec() as text (a
    dataclass makes its methods so), even if it was caught later; CPython forgets it where the next such text begins
    (Python/pythonrun.c, run_eval_code_obj).
    """
    exec("")


@contextmanager
def _handled(names: tuple[str, ...], handler: Any, *, instead_of: Any) -> Iterator[None]:
    """Another handler for these signals where they have the one that is named; handlers belong to the main thread."""
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        found = []
    before = {each: signal.getsignal(each) for each in found if signal.getsignal(each) == instead_of}
    for each in before:
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each, old in before.items():
            signal.signal(each, old)
