"""torch.save before PyTorch 1.6: five pickles one after the other, then every storage's length and bytes."""

from io import BytesIO
from struct import unpack
from typing import Any

from models.errors import shown
from models.formats.containers.declared import MalformedError, Source, Storage, Unpacked
from models.formats.containers.pickles import read_pickle
from models.formats.containers.torch_names import StorageType, TypedStorage, metadata_of

MAGIC = b"\x80"
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


def read_torch_old(source: Source) -> Unpacked:
    """The tree of the file's fourth pickle; the three before it only say what kind of file it is."""
    stream = BytesIO(source.data)
    if read_pickle(source, stream, _no_storage) != MAGIC_NUMBER:
        raise MalformedError("it is a pickle, but not one that torch.save wrote")
    if read_pickle(source, stream, _no_storage) != PROTOCOL:
        raise MalformedError("it is of a version that is not known")
    read_pickle(source, stream, _no_storage)  # the machine it was saved on; it wrote numbers lowest byte first anyway
    storages = _Storages(source)
    tree = read_pickle(source, stream, storages.declare)
    storages.find(read_pickle(source, stream, _no_storage), stream.tell())
    return Unpacked(tree, metadata_of(tree))


def _no_storage(_: tuple[Any, ...]) -> Any:
    raise MalformedError("a tensor stands where none belongs")


class _Storages:
    """Storages that the pickle speaks of before their bytes come."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.declared: dict[str, Storage] = {}
        self.counts: dict[str, int] = {}
        self.starts: dict[str, int] = {}

    def declare(self, reference: tuple[Any, ...]) -> TypedStorage:
        """A storage of the size that the pickle says; `find` then looks whether the file has it."""
        if len(reference) != 5:
            raise MalformedError("a storage is described in a way that is not known")
        kind, key, _, count, view = reference
        if not isinstance(kind, StorageType) or not isinstance(key, str) or view is not None:
            raise MalformedError("a storage has no type or no key, or is a part of another")
        size = count * kind.dtype.itemsize if type(count) is int else -1
        if not 0 <= size <= len(self.source.data):
            raise MalformedError(f"storage {shown(key)} is said to hold {shown(count)} numbers, more than the file")
        if key not in self.declared:
            self.declared[key] = Storage(size, lambda: self._bytes_of(key))
            self.counts[key] = count
        if self.declared[key].size != size:
            raise MalformedError(f"storage {shown(key)} is said to have two sizes")
        return TypedStorage(kind.dtype, self.declared[key])

    def find(self, keys: Any, position: int) -> None:
        """Where each storage's bytes are, its length repeated in front of them."""
        data = self.source.data
        if type(keys) is not list or not all(isinstance(key, str) for key in keys):
            raise MalformedError("the list of storages is no list of keys")
        for key in keys:
            if key not in self.declared:
                raise MalformedError(f"storage {shown(key)} belongs to no tensor")
            size = self.declared[key].size
            if position + 8 + size > len(data):
                raise MalformedError(f"storage {shown(key)} needs {size:,} bytes, and the file ends before")
            if unpack("<q", data[position : position + 8])[0] != self.counts[key]:
                raise MalformedError(f"storage {shown(key)} is said to have two sizes")
            self.starts[key] = position + 8
            position += 8 + size
        if missing := self.declared.keys() - self.starts.keys():
            raise MalformedError(f"the bytes of {len(missing)} storages are missing")

    def _bytes_of(self, key: str) -> bytes:
        return self.source.data[self.starts[key] : self.starts[key] + self.declared[key].size]
