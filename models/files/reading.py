"""Files that a person names on their own machine, read no further than they may be long."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from models.errors import FileError

MEGABYTE = 2**20


def read_file(path: Path, most_bytes: int, advice: str = "Name another file.") -> bytes:
    """The bytes of a file or a pipe.

    Its size is looked at first; `advice` says what to do with a file that is too large.

    Raises:
        FileError: where it cannot be opened, is a device, or has more than `most_bytes`.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
            raise FileError(f"{path} is a device; expected a file.")
        with path.open("rb") as file:
            return _read_within(file, path, most_bytes, advice)
    except OSError as error:
        raise FileError(f"{path} cannot be opened: {error.strerror}.") from error


def _read_within(file: BinaryIO, path: Path, most_bytes: int, advice: str) -> bytes:
    size = os.fstat(file.fileno()).st_size
    data = b"" if size > most_bytes else file.read(most_bytes + 1)  # a pipe says 0
    if max(size, len(data)) > most_bytes:
        found = f"{size / MEGABYTE:,.1f} MB" if size > most_bytes else "more than that"
        raise FileError(f"{path} has {found}; expected at most {most_bytes / MEGABYTE:,.1f} MB. {advice}")
    return data
