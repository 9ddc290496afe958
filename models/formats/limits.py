"""How much a file may ask for, before any memory is taken for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.errors import ClockworkError

UPLOAD_VARIABLE = "CLOCKWORK_UPLOAD_MB"
LARGEST_UPLOAD_MB = 2000
FLOOR_BYTES = 64 * 2**20  # what any file may unpack to: small files of repeated numbers compress well
BYTES_A_VALUE = 32  # of a pickle or of a header that lists tensors as text


@dataclass(frozen=True)
class Limits:
    """Bounds on one file. The counts are of what the file declares, so that a lie is caught before it is believed."""

    file_mb: int
    members: int  # files inside an archive
    tensors: int
    elements: int  # of all tensors together, each view and each repetition by a stride of zero counted
    expansion: float  # bytes in memory for each byte of the file, beyond FLOOR_BYTES
    values: int  # steps of a pickle: numbers, strings and lists beside the weights
    depth: int  # lists within lists beside the weights
    modulus: int
    groups: bool  # products of cyclic groups, which the pages have no place for

    def room(self, file_bytes: int) -> int:
        """Bytes that a file of this size may unpack to."""
        return int(max(FLOOR_BYTES, self.expansion * file_bytes))

    @property
    def listing(self) -> int:
        """Bytes of what lists the tensors, an archive's pickle or a header; as text it may take four times that."""
        return BYTES_A_VALUE * self.values


UPLOAD = Limits(
    file_mb=50,
    members=4096,
    tensors=2048,
    elements=2**25,
    expansion=3,  # 16-bit weights double when they are read, and some files are compressed
    values=500_000,  # four times the longest loss curves known; under a second of reading
    depth=32,
    modulus=1024,
    groups=False,
)
# For files that the user names on their own machine. A lie is still an error: what is declared has to be in the file.
UNLIMITED = Limits(
    file_mb=2**20,
    members=2**20,
    tensors=2**20,
    elements=2**40,
    expansion=16,
    values=2**23,
    depth=100,
    modulus=2**20,
    groups=True,
)


def sessions_bytes(limits: Limits) -> int:
    """How much one session may hold: of uploaded files as they came, and of weights that were read from them."""
    return 4 * limits.file_mb * 2**20


def upload_limits(environment: Mapping[str, str]) -> Limits:
    """UPLOAD with the size of a file as the environment sets it. Raises ClockworkError where that is no size."""
    text = environment.get(UPLOAD_VARIABLE, str(UPLOAD.file_mb))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_UPLOAD_MB):
        raise ClockworkError(
            f"{UPLOAD_VARIABLE} is {text!r}; expected a whole number of megabytes from 1 to {LARGEST_UPLOAD_MB}."
        )
    file_mb = int(text)
    return replace(UPLOAD, file_mb=file_mb, elements=max(UPLOAD.elements, file_mb * 2**19))  # all of it in 16 bits
