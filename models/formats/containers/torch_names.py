"""The names that a checkpoint of weights uses, each with what it means here: descriptions, never PyTorch's own code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from models.formats.containers.declared import PLAIN_TYPES, Declared, MalformedError, Storage, Strange
from models.formats.containers.kept_beside import Beside, Ordered, left_out

MOST_DEVICES = 2**16


@dataclass(frozen=True)
class StorageType:
    """torch.FloatStorage and its like."""

    dtype: torch.dtype


@dataclass(frozen=True, eq=False)
class TypedStorage:
    """Storage with the type of its elements."""

    dtype: torch.dtype
    storage: Storage


def _dense(found: Any, offset: Any, size: Any, stride: Any, dtype: torch.dtype, lazy: Any) -> Declared | Strange:
    if type(size) is not tuple or type(stride) is not tuple or type(offset) is not int:
        raise MalformedError("a tensor's shape is no list of whole numbers")
    if dtype not in PLAIN_TYPES:
        return Strange(str(dtype))
    if lazy:  # a sign that PyTorch would apply on use: without it the numbers are others
        return Strange("negated or conjugated, but not in its bytes")
    declared = Declared(dtype, size, stride, offset, found.storage)
    declared.require_in_storage()
    return declared


def _tensor(
    storage: Any = None,
    offset: Any = None,
    size: Any = None,
    stride: Any = None,
    _gradient: Any = None,
    _hooks: Any = None,
    lazy: Any = None,
    *_: Any,
) -> Any:
    if not isinstance(storage, TypedStorage):
        raise MalformedError("a tensor has no storage")
    return _dense(storage, offset, size, stride, storage.dtype, lazy)


def _tensor_of_type(
    storage: Any = None,
    offset: Any = None,
    size: Any = None,
    stride: Any = None,
    _gradient: Any = None,
    _hooks: Any = None,
    dtype: Any = None,
    lazy: Any = None,
    *_: Any,
) -> Any:
    if not isinstance(storage, TypedStorage) or not isinstance(dtype, torch.dtype):
        raise MalformedError("a tensor has no storage or no type")
    return _dense(storage, offset, size, stride, dtype, lazy)


def _parameter(tensor: Any = None, *_: Any) -> Any:
    if not isinstance(tensor, Declared | Strange):
        raise MalformedError("a parameter is no tensor")
    return tensor


def _with_attributes(make: Any = None, _type: Any = None, arguments: Any = None, *_: Any) -> Any:
    if make not in REBUILD.values() or type(arguments) is not tuple:
        raise MalformedError("a tensor with attributes is made of something else")
    return make(*arguments)


def _ordered(items: Any = (), *_: Any) -> Ordered:
    if items:
        raise MalformedError("an OrderedDict is given its items in a way that torch.save does not")
    return Ordered()


def _size(sizes: Any = (), *_: Any) -> Any:
    return sizes if type(sizes) is tuple else Beside()


def _device(kind: Any = None, number: Any = None, *_: Any) -> str | Beside:
    """A device as text, such as cuda:0."""
    if not isinstance(kind, str):
        return Beside()
    return f"{kind}:{number}" if type(number) is int and abs(number) < MOST_DEVICES else kind


def _strange(kind: str) -> Callable[..., Strange]:
    def rebuild(*_: Any) -> Strange:
        return Strange(kind)

    return rebuild


REBUILD: dict[str, Callable[..., Any]] = {
    "_rebuild_tensor": _tensor,
    "_rebuild_tensor_v2": _tensor,
    "_rebuild_tensor_v3": _tensor_of_type,
    "_rebuild_parameter": _parameter,
    "_rebuild_parameter_with_state": _parameter,
    "_rebuild_sparse_tensor": _strange("sparse"),
    "_rebuild_qtensor": _strange("quantised"),
    "_rebuild_meta_tensor_no_storage": _strange("meta: a shape without values"),
    "_rebuild_nested_tensor": _strange("nested"),
    "_rebuild_wrapper_subclass": _strange("a subclass of Tensor"),
    "_rebuild_device_tensor_from_numpy": _strange("of another device"),
    "_rebuild_device_tensor_from_cpu_tensor": _strange("of another device"),
}
STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
    "ComplexFloatStorage": torch.complex64,
    "ComplexDoubleStorage": torch.complex128,
    "QInt8Storage": torch.qint8,
    "QUInt8Storage": torch.quint8,
    "QInt32Storage": torch.qint32,
}
LEFT_OUT = [
    *(("torch", name) for name in ("per_tensor_affine", "per_channel_affine", "per_tensor_symmetric")),
    ("torch.serialization", "_get_layout"),
    ("torch", "Tensor"),
    ("torch.nn.parameter", "Parameter"),
    ("torch.nn.parameter", "Buffer"),
]
NAMES: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): _ordered,
    ("torch", "Size"): _size,
    ("torch", "device"): _device,
    ("torch._tensor", "_rebuild_from_type_v2"): _with_attributes,
    ("torch.storage", "UntypedStorage"): StorageType(torch.uint8),
    **{("torch._utils", name): make for name, make in REBUILD.items()},
    **{("torch", name): StorageType(dtype) for name, dtype in STORAGES.items()},
    **{("torch", name): found for name, found in vars(torch).items() if isinstance(found, torch.dtype)},
    **dict.fromkeys(LEFT_OUT, left_out),
}


def metadata_of(tree: Any) -> dict[str, str]:
    """Our own text entries of a state dict's `_metadata`, also of one under a key (PyTorch keeps dicts there)."""
    found: dict[str, str] = {}
    for state in (tree, *(tree.values() if isinstance(tree, dict) else ())):
        metadata = state.metadata if isinstance(state, Ordered) else None
        if isinstance(metadata, dict):
            found |= {key: value for key, value in metadata.items() if isinstance(key, str) and isinstance(value, str)}
    return found
