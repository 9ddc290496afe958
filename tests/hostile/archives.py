"""Makers of archives and of checkpoints from parts that torch.save would never put together."""

import io
import pickle
import struct
import warnings
import zipfile
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION


@dataclass(frozen=True)
class Stored:
    """A storage as a pickle refers to it."""

    count: Any = 6
    key: str = "0"
    kind: Any = torch.FloatStorage


@dataclass(frozen=True)
class Said:
    """A tensor as a pickle describes it, true or not."""

    size: Any = (2, 3)
    stride: Any = (3, 1)
    offset: Any = 0
    storage: Stored = field(default_factory=Stored)

    def __reduce__(self) -> tuple[Any, ...]:
        hooks: OrderedDict[Any, Any] = OrderedDict()
        return torch._utils._rebuild_tensor_v2, (self.storage, self.offset, self.size, self.stride, False, hooks)


class Made:
    """Anything that a pickle has made by a call."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call, self.arguments


class Told(Made):
    """Anything that a pickle has made by a call and then told its state."""

    def __init__(self, call: Any, arguments: tuple[Any, ...], state: Any) -> None:
        super().__init__(call, *arguments)
        self.state = state

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call, self.arguments, self.state


def pickled(data: Any, *, old: bool = False) -> bytes:
    """A pickle as torch.save writes it, with Stored where it would refer to a storage."""

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> Any:
            if isinstance(obj, Stored):
                reference = ("storage", obj.kind, obj.key, "cpu", obj.count)
                return (*reference, None) if old else reference
            return None

    buffer = io.BytesIO()
    Pickler(buffer, protocol=2).dump(data)
    return buffer.getvalue()


def zipped(
    members: dict[str, bytes] | list[tuple[str, bytes]],
    compression: int = zipfile.ZIP_STORED,
    stored: dict[str, bytes] | None = None,
) -> bytes:
    """A zip archive of these members, in this order, and of some that are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on duplicate names, which are meant
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
        for name, content in (stored or {}).items():
            archive.writestr(name, content, zipfile.ZIP_STORED)
    return buffer.getvalue()


def torch_zip(data: Any, storages: dict[str, bytes] | None = None, compression: int = zipfile.ZIP_STORED) -> bytes:
    """A checkpoint with this tree (or these bytes of a pickle) and these storages; one of six zeros by default."""
    members = {"archive/data.pkl": data if isinstance(data, bytes) else pickled(data), "archive/version": b"3\n"}
    members |= {f"archive/data/{key}": raw for key, raw in (storages or {"0": bytes(24)}).items()}
    return zipped(members, compression)


def torch_old(data: Any, storages: dict[str, tuple[int, bytes]] | None = None) -> bytes:
    """A checkpoint of the old format: storages as key → (length announced, bytes)."""
    storages = {"0": (6, bytes(24))} if storages is None else storages
    head = [MAGIC_NUMBER, PROTOCOL_VERSION, {"little_endian": True}]
    parts = [pickle.dumps(part, protocol=2) for part in head]
    parts += [pickled(data, old=True), pickle.dumps(list(storages), protocol=2)]
    parts += [struct.pack("<q", count) + raw for count, raw in storages.values()]
    return b"".join(parts)


def npy(shape: str, dtype: str = "'<f4'", content: bytes = bytes(24), version: int = 1) -> bytes:
    """An array of NumPy's whose header says these things."""
    header = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}}}".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + content


def npz(**arrays: Any) -> bytes:
    """What numpy.savez writes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def with_size_said(archive: bytes, name: str, size: int) -> bytes:
    """The same archive, but its directory and the member's own header say another unpacked size."""
    changed = bytearray(archive)
    for magic, size_at, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        place = changed.find(magic)
        while place >= 0:
            if changed[place + name_at :].startswith(name.encode()):
                changed[place + size_at : place + size_at + 4] = struct.pack("<I", size)
            place = changed.find(magic, place + 1)
    return bytes(changed)
