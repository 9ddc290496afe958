"""Processes that compute side by side, and end with the process that began them, however that one ends."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

import torch

MOST_WORKERS = 256


@contextmanager
def one_thread_each(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of so many processes that each compute on one thread, so that they do not fight over the cores.

    Left by an error or by Ctrl-C, it ends them at once, in the middle of what they compute. Signals are for the
    process that began them: a terminal sends Ctrl-C to all, and a worker that died of it would break the pool.
    """
    context = multiprocessing.get_context("spawn")
    held_open, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(held_open,))
    try:
        with _signals_held_back():
            for _ in range(jobs):  # each begins a process, which inherits that signals are held back
                pool.submit(int)
        yield pool
    except BaseException:
        held.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()
        held_open.close()


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Signals that ask to stop wait until this is over, where the system can let them wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(held_open: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems where it could not be held back
    torch.set_num_threads(1)
    threading.Thread(target=_end_with, args=(held_open,), daemon=True).start()


def _end_with(held_open: Connection) -> None:
    """End this process as soon as nobody holds the other end of the pipe."""
    try:
        held_open.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
