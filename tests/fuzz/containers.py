"""Writes a tree of tensors and plain values into every container; the same tree always as the same bytes."""

import io
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import Tensor
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION

Tree = dict[Any, Any]


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive without the time of day in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """An archive's members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def torch_zip(tree: Tree) -> bytes:
    """torch.save."""
    buffer = io.BytesIO()
    torch.save(tree, buffer)
    return buffer.getvalue()


def torch_old(tree: Tree) -> bytes:
    """torch.save as before PyTorch 1.6, with storages numbered where PyTorch writes their addresses."""
    storages: dict[int, tuple[str, Any]] = {}

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> Any:
            if not isinstance(obj, torch.storage.TypedStorage):
                return None
            key, _ = storages.setdefault(obj._cdata, (str(len(storages)), obj))
            return "storage", getattr(torch, obj._pickle_storage_type()), key, "cpu", obj._size(), None

    buffer = io.BytesIO()
    for part in (MAGIC_NUMBER, PROTOCOL_VERSION, {"little_endian": True}):
        pickle.dump(part, buffer, protocol=2)
    Pickler(buffer, protocol=2).dump(tree)
    pickle.dump([key for key, _ in storages.values()], buffer, protocol=2)
    for _, storage in storages.values():
        raw = torch.tensor([], dtype=torch.uint8).set_(storage._untyped_storage)
        buffer.write(struct.pack("<q", storage._size()) + raw.numpy().tobytes())
    return buffer.getvalue()


def torch_compressed(tree: Tree) -> bytes:
    """torch.save, its archive compressed again."""
    return zipped(unzipped(torch_zip(tree)), zipfile.ZIP_DEFLATED)


def safetensors_file(tree: Tree) -> bytes:
    """The tensors that this container can hold, and texts as metadata."""
    texts = {str(key): value for key, value in tree.items() if isinstance(value, str)}
    state = {name: tensor.detach().clone().contiguous() for name, tensor in _flat(tree).items()}
    return safetensors.torch.save(state, metadata=texts or None)


def npz(tree: Tree) -> bytes:
    """The tensors that this container can hold, and plain numbers and texts."""
    arrays = {name: tensor.detach().numpy() for name, tensor in _flat(tree).items() if tensor.dtype != torch.bfloat16}
    arrays |= {str(key): np.array(value) for key, value in tree.items() if isinstance(value, str | int | float)}
    return zipped({f"{name}.npy": _npy(array) for name, array in arrays.items()})


def _npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def _flat(tree: Tree) -> dict[str, Tensor]:
    state = next((value for value in tree.values() if isinstance(value, dict)), tree)
    small = {key: value for key, value in state.items() if isinstance(value, Tensor) and value.numel() < 10**6}
    return {str(key): value for key, value in small.items()}


CONTAINERS: dict[str, tuple[str, Callable[[Tree], bytes]]] = {
    "zip": ("some.pt", torch_zip),
    "compressed": ("some.pth", torch_compressed),
    "old": ("some.pt", torch_old),
    "safetensors": ("some.safetensors", safetensors_file),
    "npz": ("some.npz", npz),
}
