"""The one place that prints: results on standard output, everything else on standard error.

A character that an encoding lacks is written as an escape. What cannot be written at all is told where it is a result,
and let go where it is a remark.
"""

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from typing import Any, TextIO, cast

from tqdm import tqdm

from models.errors import ClockworkError
from models.files.json_text import json_text


class ReaderGoneError(Exception):
    """Nobody reads standard output any more, as after `| head`."""


class Remarks:
    """Standard error that never fails: closed, full or without its reader, it is silent."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.encoding = getattr(stream, "encoding", "ascii")

    def write(self, text: str) -> int:
        """Write what can be written."""
        with self._let_go_where_it_fails():
            if self.stream:
                self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with self._let_go_where_it_fails():
            if self.stream:
                self.stream.flush()

    def isatty(self) -> bool:
        """Whether somebody watches."""
        return bool(self.stream and self.stream.isatty())

    def fileno(self) -> int:
        """Of the stream, where it has one."""
        if self.stream is None:
            raise OSError("no standard error")
        return self.stream.fileno()

    @contextmanager
    def _let_go_where_it_fails(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError):  # ValueError: closed
            _let_go(self.stream)
            self.stream = None


@contextmanager
def streams_that_hold() -> Iterator[None]:
    """Both streams write escapes for characters that they lack, and standard error never fails, while this lasts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with redirect_stderr(cast(TextIO, Remarks(sys.stderr))):
        yield


def remark(text: str) -> None:
    """One line on standard error, above a bar of progress where there is one."""
    tqdm.write(printable(text, keep=""), file=sys.stderr)
    sys.stderr.flush()


def progress(**options: Any) -> "tqdm[Any]":
    """A bar of progress on standard error."""
    return tqdm(file=sys.stderr, **options)


def print_text(text: str) -> None:
    """A result, as lines on standard output. Raises ClockworkError where it cannot be written."""
    with _told_where_it_cannot_be_written():
        print(printable(text), flush=True)


def print_json(result: dict[str, Any]) -> None:
    """A result, as one JSON object on standard output; in ASCII where that is not UTF-8, which means the same."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    with _told_where_it_cannot_be_written():
        print(json_text(result, ascii_only=codecs.lookup(encoding).name != "utf-8"), flush=True)


def printable(text: str, keep: str = "\n") -> str:
    """The text with escapes for what would give orders to a terminal; the name of a file may hold that."""
    return "".join(each if each.isprintable() or each in keep else ascii(each)[1:-1] for each in text)


@contextmanager
def _told_where_it_cannot_be_written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        _let_go(sys.stdout)
        raise ReaderGoneError from error
    except OSError as error:
        _let_go(sys.stdout)
        raise ClockworkError(f"The result cannot be written to standard output: {error.strerror}.") from error


def _let_go(stream: TextIO | None) -> None:
    """What could not be written is still waiting, and Python would try once more at its end, and complain."""
    if stream is None:
        return
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
