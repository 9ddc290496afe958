""".safetensors: a header in JSON that says where each tensor's bytes are. They follow without a gap."""

import json
from struct import unpack
from typing import Any

import torch

from models.errors import CheckpointError, shown
from models.formats.containers.declared import (
    Declared,
    MalformedError,
    Source,
    Storage,
    Strange,
    Unpacked,
    rows_of,
)

METADATA = "__metadata__"
TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
Span = tuple[int, int, str]  # first byte, first byte behind, name


def looks_like_safetensors(data: bytes) -> bool:
    """Whether a header of the announced length could begin here."""
    return len(data) > 9 and data[8:9] == b"{" and int(unpack("<Q", data[:8])[0]) <= len(data) - 8


def read_safetensors(source: Source) -> Unpacked:
    """Names → declared tensors, and the header's own text."""
    header, start = _header(source)
    metadata = header.pop(METADATA, None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise MalformedError(f"its {METADATA} is not text by name")
    spans: list[Span] = []
    tree = {name: _tensor(source, name, entry, start, spans) for name, entry in header.items()}
    _require_tiled(spans, len(source.data) - start)
    return Unpacked(tree, metadata)


def _header(source: Source) -> tuple[dict[str, Any], int]:
    data = source.data
    if len(data) < 8:
        raise MalformedError(f"it has {len(data)} bytes and no header")
    length = int(unpack("<Q", data[:8])[0])
    if length > len(data) - 8:
        raise MalformedError(f"its header is said to have {length:,} bytes, but {len(data) - 8:,} are there")
    if length > source.limits.listing:
        raise CheckpointError(
            f"{source.name} has a header of {length:,} bytes; expected at most {source.limits.listing:,}. "
            f"Save the weights of one network alone."
        )
    header = json.loads(data[8 : 8 + length].decode("utf-8"), object_pairs_hook=_without_doubles)
    if not isinstance(header, dict):
        raise MalformedError("its header does not list tensors by name")
    return header, 8 + length


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedError("its header names something twice")
    return found


def _tensor(source: Source, name: str, entry: Any, start: int, spans: list[Span]) -> Declared | Strange:
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise MalformedError(f"tensor {shown(name)} has no dtype, shape or data_offsets")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    whole = [type(each) is list and all(type(number) is int for number in each) for each in (shape, offsets)]
    if not all(whole) or len(offsets) != 2 or not isinstance(kind, str):
        raise MalformedError(f"tensor {shown(name)} has a shape or data_offsets that are no whole numbers")
    first, behind = offsets
    if not 0 <= first <= behind <= len(source.data) - start:
        raise MalformedError(
            f"tensor {shown(name)} is said to lie at bytes {shown(first)} to {shown(behind)}, "
            f"but {len(source.data) - start:,} are there"
        )
    spans.append((first, behind, name))
    if kind not in TYPES:
        return Strange(shown(kind))
    storage = Storage(behind - first, lambda: source.data[start + first : start + behind])
    declared = Declared(TYPES[kind], tuple(shape), rows_of(shape), 0, storage)
    declared.require_in_storage()
    needed = declared.elements * declared.dtype.itemsize
    if needed != storage.size:
        raise MalformedError(
            f"tensor {shown(name)} of shape {shown(shape)} needs {needed:,} bytes, "
            f"but its data_offsets hold {storage.size:,}"
        )
    return declared


def _require_tiled(spans: list[Span], size: int) -> None:
    place = 0
    for first, behind, name in sorted(spans):
        if first != place:
            what = "overlaps another" if first < place else "leaves a gap"
            raise MalformedError(f"tensor {shown(name)} {what}: it begins at byte {first:,}, expected {place:,}")
        place = behind
    if place != size:
        raise MalformedError(f"its tensors have {place:,} bytes, but {size:,} are there")
