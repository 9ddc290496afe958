"""torch.save since PyTorch 1.6: a zip archive with one pickle, and each storage as a file of its own."""

from io import BytesIO
from typing import Any

from models.errors import CheckpointError, shown
from models.formats.containers.archive import Archive
from models.formats.containers.declared import MalformedError, Source, Storage, Unpacked
from models.formats.containers.pickles import read_pickle
from models.formats.containers.torch_names import StorageType, TypedStorage, metadata_of

PICKLE = "data.pkl"
BYTE_ORDER = "byteorder"


def read_torch_zip(source: Source, archive: Archive) -> Unpacked:
    """The tree of the archive's pickle."""
    folder = _folder(archive)
    big_endian = _is_big_endian(archive, f"{folder}{BYTE_ORDER}")
    storages: dict[str, Storage] = {}

    def find_storage(reference: tuple[Any, ...]) -> TypedStorage:
        if len(reference) != 4:
            raise MalformedError("a storage is described in a way that is not known")
        kind, key, _, count = reference
        if not isinstance(kind, StorageType) or not isinstance(key, str):
            raise MalformedError("a storage has no type or no key")
        if key not in storages:
            storages[key] = archive.storage(f"{folder}data/{key}", big_endian=big_endian)
        found = storages[key]
        if type(count) is not int or count < 0 or count * kind.dtype.itemsize > found.size:
            raise MalformedError(
                f"storage {shown(key)} is said to hold {shown(count)} numbers but has {found.size:,} bytes"
            )
        return TypedStorage(kind.dtype, found)

    _require_short(source, archive.members[f"{folder}{PICKLE}"].file_size)
    tree = read_pickle(source, BytesIO(archive.read(f"{folder}{PICKLE}")), find_storage)
    return Unpacked(tree, metadata_of(tree))


def _is_big_endian(archive: Archive, member: str) -> bool:
    """Whether the machine that saved the file wrote numbers highest byte first; where it says nothing, it did not."""
    said = archive.read(member, 16) if member in archive.members else b"little"
    if said not in (b"little", b"big"):
        raise MalformedError(f"its byte order is {shown(said)}; expected little or big")
    return said == b"big"


def is_torch_zip(archive: Archive) -> bool:
    """Whether the archive has a pickle where torch.save puts it."""
    return any(name.endswith(f"/{PICKLE}") for name in archive.members)


def _require_short(source: Source, size: int) -> None:
    if size > source.limits.listing:
        raise CheckpointError(
            f"{source.name} has {size:,} bytes beside its weights; expected at most {source.limits.listing:,}. "
            f"Save the weights alone: torch.save(model.state_dict(), …)."
        )


def _folder(archive: Archive) -> str:
    found = [name.removesuffix(PICKLE) for name in archive.members if name.endswith(f"/{PICKLE}")]
    if len(found) > 1:
        raise MalformedError(f"the archive holds {len(found)} pickles")
    return found[0]
