"""Code that is compiled on the machine it runs on (Numba), and kept for the next process where that is possible.

Numba demands a folder for its cache, and lets what goes wrong there end the program. Here a cache is a convenience: a
read-only checkout without a home gets one in a temporary folder for as long as the process runs, and a full disk or a
damaged cache costs some seconds of compiling.
"""

import atexit
import logging
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.core.caching import FunctionCache

VARIABLE = "NUMBA_CACHE_DIR"
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(**options: Any) -> Callable[[Function], Function]:
    """numba.njit with these options, cached where a cache can be had."""

    def compile_when_called(function: Function) -> Function:
        dispatcher = numba.njit(**options)(function)
        cache = _cache_of(function)
        if cache:
            dispatcher._cache = cache  # as dispatcher.enable_caching() sets it
        found: Function = dispatcher
        return found

    return compile_when_called


class ForgivingCache(FunctionCache):
    """Numba's cache of one function; what goes wrong in it is told once, and the function compiled."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled code, or None."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # a damaged pickle raises nearly every built-in error
            _tell_once(
                f"The compiled code kept in {self.cache_path} cannot be read ({_reason(error)}); compiling anew."
            )
            self._try(self.flush)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, where that works."""
        self._try(lambda: super(ForgivingCache, self).save_overload(sig, data))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            _tell_once(f"Compiled code cannot be kept in {self.cache_path} ({_reason(error)}); going on without.")


def _cache_of(function: Callable[..., Any]) -> ForgivingCache | None:
    """A cache beside the source, in the user's home or, where neither can be written, in a temporary folder."""
    try:
        return ForgivingCache(function)
    except RuntimeError:  # Numba found no folder that it can write
        pass
    try:
        _use_temporary_folder()
        return ForgivingCache(function)
    except (OSError, RuntimeError):
        _tell_once("There is no folder for compiled code; each process compiles anew, which takes some seconds.")
        return None


def _use_temporary_folder() -> None:
    """A folder that only this user can read, since cached code is run; for this process and those that it begins."""
    folder = tempfile.mkdtemp(prefix="clockwork-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[VARIABLE] = vars(config)["CACHE_DIR"] = folder
    _tell_once(
        f"There is no folder for compiled code beside the source or at home; keeping it in {folder} for this run. "
        f"{VARIABLE} names a lasting one."
    )


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


_told: set[str] = set()


def _tell_once(text: str) -> None:
    """On standard error, by the process that a person began and not by its workers."""
    if text not in _told and multiprocessing.parent_process() is None:
        _told.add(text)
        logging.getLogger(__name__).warning(text)
