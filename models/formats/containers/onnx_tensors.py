"""Tensors of .onnx files: inside as raw bytes or listed number by number, or in a second file that came along."""

from array import array
from collections.abc import Iterable
from math import prod
from typing import Any

import torch
from torch import Tensor

from models.errors import CheckpointError, shown
from models.formats.containers.declared import (
    Builder,
    Declared,
    MalformedError,
    Source,
    Storage,
    Strange,
    rows_of,
)

TYPES = {  # by TensorProto's numbers
    **{1: torch.float32, 11: torch.float64, 10: torch.float16, 16: torch.bfloat16},
    **{2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32, 7: torch.int64, 9: torch.bool},
}
LISTED = {  # where single numbers of a type stand, and how they are packed
    **{1: ("float_data", "f"), 11: ("double_data", "d"), 7: ("int64_data", "q"), 6: ("int32_data", "i")},
    **{10: ("int32_data", "H"), 16: ("int32_data", "H"), 5: ("int32_data", "h"), 3: ("int32_data", "b")},
    **{2: ("int32_data", "B"), 9: ("int32_data", "B")},
}
EXTERNAL = 1  # TensorProto.DataLocation
MOST_IN_AN_ATTRIBUTE = 1024


def declared_tensor(source: Source, tensor: Any) -> Declared | Strange:
    """A tensor as its file declares it. Raises MalformedError where its shape is not that of its bytes."""
    if tensor.data_type not in TYPES or tensor.HasField("segment"):
        return Strange(f"type {tensor.data_type} of ONNX")
    dtype, shape = TYPES[tensor.data_type], tuple(tensor.dims)
    storage = _external(source, tensor) if tensor.data_location == EXTERNAL else _inside(tensor)
    declared = Declared(dtype, shape, rows_of(shape), 0, storage)
    if any(size < 0 for size in shape):
        raise MalformedError(f"tensor {shown(tensor.name)} of shape {shown(list(shape))} has sizes below 0")
    if prod(shape) * dtype.itemsize != storage.size:
        raise MalformedError(
            f"tensor {shown(tensor.name)} of shape {shown(list(shape))} needs {prod(shape) * dtype.itemsize:,} bytes, "
            f"but the file holds {storage.size:,} for it"
        )
    declared.require_in_storage()
    return declared


def plain_tensor(source: Source, tensor: Any) -> Tensor:
    """A small tensor of an attribute."""
    declared = declared_tensor(source, tensor)
    if isinstance(declared, Strange) or declared.elements > MOST_IN_AN_ATTRIBUTE:
        raise MalformedError("an attribute holds a tensor that is large or of a kind that is not read here")
    return Builder(source).build(declared)


def _inside(tensor: Any) -> Storage:
    if tensor.HasField("raw_data"):
        raw = tensor.raw_data
    else:
        name, code = LISTED[tensor.data_type]
        try:
            raw = array(code, getattr(tensor, name)).tobytes()
        except OverflowError as error:
            raise MalformedError(f"tensor {shown(tensor.name)} lists numbers that are none of its type") from error
    return Storage(len(raw), lambda: raw)


def external_names(tensors: Iterable[Any]) -> tuple[str, ...]:
    """Files that some of the tensors are kept in."""
    found = {entry.value for tensor in tensors for entry in tensor.external_data if entry.key == "location"}
    return tuple(sorted(found))


def _external(source: Source, tensor: Any) -> Storage:
    """Bytes of a file that came along. The name is looked up among those alone, and nothing is opened by it."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    name = entries.get("location", "")
    if name not in source.beside:
        raise CheckpointError(
            f"{source.name} keeps its weights in a second file, {shown(name)}, which did not come along; drop both "
            "together (on the command line: --weights FILE), or export the model with external_data=False."
        )
    data = source.beside[name]
    first, size = (_number(tensor, entries, key, usual) for key, usual in (("offset", 0), ("length", None)))
    size = len(data) - first if size is None else size
    if first + size > len(data):
        raise MalformedError(
            f"tensor {shown(tensor.name)} is said to lie at bytes {first:,} to {first + size:,} of {shown(name)}, "
            f"which has {len(data):,}"
        )
    return Storage(size, lambda: data[first : first + size])


def _number(tensor: Any, entries: dict[str, str], key: str, usual: int | None) -> Any:
    text = entries.get(key)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise MalformedError(f"tensor {shown(tensor.name)} has an {key} of {shown(text)}")
    return int(text)
