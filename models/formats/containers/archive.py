"""Zip archives: members counted, named and measured before one of them is unpacked."""

import io
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from models.errors import CheckpointError, shown
from models.formats.containers.declared import MalformedError, Source, Storage

MAGIC = b"PK\x03\x04"
MEMBER_MAGIC = b"PK\x01\x02"  # of each entry in an archive's directory


class Archive:
    """A zip archive whose members are few, differently named and, unpacked, no larger than is allowed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._require_few_members()  # before the directory is parsed: each entry of it costs half a kilobyte
        try:
            self.zip = ZipFile(io.BytesIO(source.data))
        except NotImplementedError as error:
            raise MalformedError(f"{error}") from error
        self.members: dict[str, ZipInfo] = {}
        for info in self.zip.infolist():
            if info.filename in self.members:
                raise MalformedError(f"the archive holds {shown(info.filename)} twice")
            self.members[info.filename] = info
        self._require_small()

    def read(self, name: str, most: int | None = None) -> bytes:
        """A member's bytes, or the first `most` of them; never more than its entry declares."""
        info = self.members[name]
        wanted = info.file_size if most is None else min(info.file_size, most)
        try:
            with self.zip.open(info) as member:
                found = member.read(wanted)  # without a number zipfile unpacks everything and then looks at the size
        except RuntimeError as error:  # encrypted, or packed in a way that zipfile does not know
            raise MalformedError(f"{shown(name)} cannot be unpacked: {error}") from error
        if len(found) != wanted:
            raise MalformedError(f"{shown(name)} holds {len(found):,} bytes where the archive says {wanted:,}")
        return found

    def storage(self, name: str, skip: int = 0, *, big_endian: bool = False) -> Storage:
        """A member as a tensor's storage, from byte `skip` on."""
        if name not in self.members:
            raise MalformedError(f"the archive holds no {shown(name)}")
        return Storage(self.members[name].file_size - skip, lambda: self.read(name)[skip:], big_endian)

    def _require_few_members(self) -> None:
        most, found = self.source.limits.members, self.source.data.count(MEMBER_MAGIC)
        if found > most:
            raise CheckpointError(
                f"{self.source.name} is an archive of {found:,} files; expected at most {most:,}. "
                f"Save the weights of one network alone."
            )

    def _require_small(self) -> None:
        for name, info in self.members.items():
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise MalformedError(
                    f"{shown(name)} is compressed in a way (number {info.compress_type}) unlike checkpoints"
                )
            if info.compress_type == ZIP_STORED and info.file_size != info.compress_size:
                raise MalformedError(
                    f"{shown(name)} is stored in {info.compress_size:,} bytes but said to be another size"
                )
        unpacked, room = sum(info.file_size for info in self.members.values()), self.source.limits.room(self.size)
        if unpacked > room:
            raise CheckpointError(
                f"{self.source.name} has {self.size:,} bytes and would unpack to {unpacked:,}; "
                f"expected at most {room:,}. Save the weights without compression."
            )

    @property
    def size(self) -> int:
        """Bytes of the archive itself."""
        return len(self.source.data)
