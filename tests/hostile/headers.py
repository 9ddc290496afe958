"""Makers of .safetensors whose headers lie."""

import json
import struct
from typing import Any

import torch

TRUE = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}


def safetensors(header: Any, content: bytes = bytes(24), length: int | None = None) -> bytes:
    """A file with this header (or this text of one), said to be of this length."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + content


def said(**changes: Any) -> bytes:
    """A file of one tensor W_x of six zeros, except for what is changed in its entry."""
    return safetensors({"W_x": TRUE | changes})


def two(first: list[int], second: list[int], size: int = 48) -> bytes:
    """A file of two tensors of six numbers at these bytes."""
    return safetensors({"W_x": TRUE | {"data_offsets": first}, "W_y": TRUE | {"data_offsets": second}}, bytes(size))


def many(count: int) -> bytes:
    """A file of many tensors of one number each."""
    header = {f"t{n}": {"dtype": "F32", "shape": [1], "data_offsets": [4 * n, 4 * n + 4]} for n in range(count)}
    return safetensors(header, torch.zeros(count).numpy().tobytes())
