""".npz of NumPy: a zip archive with one array a file. Arrays of Python objects are never unpickled."""

import warnings
from io import BytesIO
from typing import Any

import numpy as np
from numpy.lib import format as npy

from models.errors import CheckpointError, shown
from models.formats.containers.archive import Archive
from models.formats.containers.declared import Declared, MalformedError, Source, Strange, Unpacked, rows_of
from models.formats.containers.numpy_names import TYPES

SUFFIX = ".npy"
LONGEST_HEADER = 16 * 1024  # NumPy itself reads 10,000 bytes
LONGEST_TEXT = 64 * 1024
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def is_npz(archive: Archive) -> bool:
    """Whether the archive holds arrays."""
    return any(name.endswith(SUFFIX) for name in archive.members)


def read_npz(source: Source, archive: Archive) -> Unpacked:
    """Names → declared tensors; single texts are metadata, single numbers records.

    A single number whose name has a dot belongs to a module (TransformerLens's IGNORE), so it stays with the tensors.
    """
    tree: dict[str, Declared | Strange] = {}
    metadata: dict[str, str] = {}
    recorded: dict[str, Declared] = {}
    for member in archive.members:
        name = member.removesuffix(SUFFIX)
        if name == member:
            raise MalformedError(f"the archive holds {shown(member)}, which is no array")
        found = _entry(source, archive, member)
        if isinstance(found, str):
            metadata[name] = found
        elif isinstance(found, Declared) and not found.shape and "." not in name:
            recorded[name] = found
        else:
            tree[name] = found
    return Unpacked(tree, metadata, recorded)


def _entry(source: Source, archive: Archive, member: str) -> Declared | Strange | str:
    beginning = BytesIO(archive.read(member, LONGEST_HEADER))
    shape, fortran, dtype = _header(member, beginning)
    if dtype.hasobject:
        raise CheckpointError(
            f"{source.name} holds Python objects besides tensors, which are never run here ({shown(member)}). "
            f"Save plain arrays with numpy.savez(…, allow_pickle=False)."
        )
    storage = archive.storage(member, skip=beginning.tell(), big_endian=dtype.str.startswith(">"))
    if dtype.kind == "U" and not shape and dtype.itemsize <= min(storage.size, LONGEST_TEXT):
        return _text(storage.read()[: dtype.itemsize], dtype)
    if dtype.str[1:] not in TYPES:
        return Strange(shown(str(dtype)))
    declared = Declared(TYPES[dtype.str[1:]], shape, rows_of(shape, fortran), 0, storage)
    declared.require_in_storage()
    return declared


def _header(member: str, beginning: BytesIO) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    version = npy.read_magic(beginning)
    if version not in HEADERS:
        raise MalformedError(f"{shown(member)} is of version {version}, which plain numbers do not need")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's, on headers that Python 2 wrote
            return HEADERS[version](beginning)
    except Exception as error:  # it parses the header as Python, and raises nearly every built-in error on other text
        raise MalformedError(f"{shown(member)} has no header of an array: {shown(str(error))}") from error


def _text(raw: bytes, dtype: "np.dtype[Any]") -> str:
    order = "be" if dtype.str.startswith(">") else "le"
    return raw.decode(f"utf-32-{order}").rstrip("\0")
