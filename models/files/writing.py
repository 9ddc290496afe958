"""Files that are written whole or not at all.

A destination is tried before work begins, by writing to it; belongs to one process while it is held; and keeps what
stands there until the new file lies complete on the disk beside it.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from models.errors import FileError

SMALLEST = 65_536  # bytes that are tried at least
CHUNK = b"\0" * 2**20


@dataclass(frozen=True)
class Destination:
    """Where a file goes. Get one by `reserved`, which holds it.

    Attributes:
        path: as the person named it.
        target: the same with symbolic links followed: the file that a link names is replaced, and not the link.
    """

    path: Path
    target: Path

    @property
    def partial(self) -> Path:
        """The new file while it is not yet complete; a short name, because the target's may be as long as names can."""
        return self._beside("partial")

    @property
    def lock(self) -> Path:
        """The file that is locked; the system lets go of it when the process ends, however it ends."""
        return self._beside("lock")

    def _beside(self, ending: str) -> Path:
        key = sha256(os.fsencode(self.target.name)).hexdigest()[:16]
        return self.target.with_name(f".clockwork-{key}.{ending}")

    def write(self, data: bytes) -> None:
        """Put these bytes in place of what stands there, when all of them are on the disk. Raises FileError."""
        with _explained(self.path):
            with self._partial_removed_on_failure():
                self._write_partial([data])
                self.partial.replace(self.target)
            _sync_folder(self.target.parent)

    def try_out(self, size: int) -> None:
        """Write so many bytes beside the target and remove them again. Raises FileError where that is not possible."""
        with _explained(self.path):
            chunks, rest = divmod(max(size, SMALLEST), len(CHUNK))
            with self._partial_removed_on_failure():
                self._write_partial([*[CHUNK] * chunks, CHUNK[:rest]])
                self.partial.unlink()

    def remove(self) -> None:
        """Remove the file, where there is one. Raises FileError."""
        with _explained(self.path):
            self.target.unlink(missing_ok=True)

    def require_replaceable(self) -> None:
        """Raises FileError where something stands there that must stay, or where there is no folder for it."""
        for folder in (self.path.parent, self.target.parent):
            if not folder.is_dir():
                raise FileError(f"Cannot write {self.path}: there is no folder {folder}. Make it first.")
        try:
            mode = self.target.lstat().st_mode
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            raise FileError(f"Cannot write {self.path}: Is a directory.")
        if not stat.S_ISREG(mode):
            raise FileError(f"Cannot write {self.path}: it is no regular file. Name another one.")
        if not os.access(self.target, os.W_OK):
            raise FileError(f"Cannot write {self.path}: it is there and may not be changed. Name another file.")

    def _write_partial(self, chunks: list[bytes]) -> None:
        """A fresh file with these bytes; a link that somebody laid in its place is removed and not followed."""
        self.partial.unlink(missing_ok=True)  # of a process that was ended: whoever holds the lock writes alone
        with self.partial.open("xb") as file:
            self._take_over_permissions()  # while it is empty: a private file stays private
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())

    def _take_over_permissions(self) -> None:
        if self.target.exists():
            wanted = stat.S_IMODE(self.target.stat().st_mode)
            if stat.S_IMODE(self.partial.stat().st_mode) != wanted:
                self.partial.chmod(wanted)

    @contextmanager
    def _partial_removed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            with suppress(OSError):  # why it could not be written is what has to be told
                self.partial.unlink(missing_ok=True)
            raise


@contextmanager
def reserved(path: Path, size: int = 0) -> Iterator[Destination]:
    """A destination that has been tried and that nobody else may write while this lasts.

    Args:
        path: where the file is to go.
        size: bytes that it will have, as far as is known.

    Raises:
        FileError: where the file could not be written, or another process holds the same destination.
    """
    destination = Destination(path, Path(os.path.realpath(path)))
    lock = FileLock(destination.lock, timeout=0)
    with _explained(path):
        destination.require_replaceable()
        try:
            lock.acquire()
        except Timeout as error:
            raise FileError(
                f"Cannot write {path}: another run is writing it. Wait for its end, or name another file."
            ) from error
    try:
        destination.try_out(size)
        yield destination
    finally:
        with suppress(OSError):
            destination.lock.unlink()  # while it is held: whoever waits for it looks whether it is still there
        lock.release()


def reserved_if_asked(path: Path | None, size: int = 0) -> AbstractContextManager[Destination | None]:
    """The same for an option that may be left out."""
    return nullcontext() if path is None else reserved(path, size)


def require_apart(inputs: dict[str, Path | None], outputs: dict[str, Path | None]) -> None:
    """Refuse to write over what is read, or one result over another; `inputs` and `outputs` by what they are called.

    Raises FileError.
    """
    seen = [(name, path) for name, path in inputs.items() if path]
    for name, path in outputs.items():
        for other, taken in seen:
            if path and _same(path, taken):
                raise FileError(f"{name} {path} is the file of {other}; name another one.")
        if path:
            seen.append((name, path))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(f"Cannot write {path}: {error.strerror}.") from error


def _same(one: Path, other: Path) -> bool:
    """By name, by link, or as two names of one file."""
    try:
        return os.path.realpath(one) == os.path.realpath(other) or one.samefile(other)
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name outlives a power cut, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
