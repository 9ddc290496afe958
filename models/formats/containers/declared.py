"""A tensor as a file declares it: measured against what the file holds before any memory is taken for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

import torch
from torch import Tensor

from models.bodies.graph.nodes import Graph
from models.errors import CheckpointError, shown
from models.formats.limits import Limits

MOST_AXES = 16
PLAIN_TYPES = {
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
    *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
}


class MalformedError(Exception):
    """Why bytes are not what they claim to be; the entry makes a sentence of it that names the file."""


@dataclass(frozen=True)
class Source:
    """The file that is being read, and how much it may ask for."""

    name: str
    data: bytes
    limits: Limits
    beside: Mapping[str, bytes] = field(default_factory=dict)  # files that came along, by name

    @property
    def size(self) -> int:
        """Bytes of it and of what came along."""
        return len(self.data) + sum(map(len, self.beside.values()))


@dataclass(frozen=True, eq=False)
class Storage:
    """Bytes of a file that one or several tensors look at; read when a tensor is built."""

    size: int  # in bytes, as measured in the file
    read: Callable[[], bytes]
    big_endian: bool = False  # the highest byte of each number first


@dataclass(frozen=True, eq=False)
class Declared:
    """A dense tensor that a file declares."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int  # in elements from the start of its storage
    storage: Storage

    @classmethod
    def of(cls, tensor: Tensor) -> "Declared":
        """A tensor that is there already."""
        raw = tensor.contiguous().numpy().tobytes()
        return cls(tensor.dtype, tuple(tensor.shape), rows_of(tensor.shape), 0, Storage(len(raw), lambda: raw))

    @property
    def elements(self) -> int:
        """How many numbers the shape speaks of; Python's integers do not overflow."""
        return prod(self.shape)

    @property
    def bytes_built(self) -> int:
        """Bytes once it is built and widened."""
        return self.elements * (4 if is_half(self.dtype) else self.dtype.itemsize)

    def require_in_storage(self) -> None:
        """Raises MalformedError where shape, strides and offset reach beyond the bytes that the file holds."""
        numbers = (*self.shape, *self.stride, self.offset)
        if any(type(number) is not int for number in numbers) or len(self.shape) != len(self.stride):
            raise MalformedError("a tensor's shape is no list of whole numbers")
        if len(self.shape) > MOST_AXES or any(not 0 <= number < 2**62 for number in numbers):
            raise MalformedError(f"a tensor's shape is {shown(list(self.shape))}, strides {shown(list(self.stride))}")
        last = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        if self.elements and (last + 1) * self.dtype.itemsize > self.storage.size:
            raise MalformedError(
                f"a tensor of shape {shown(list(self.shape))} needs {(last + 1) * self.dtype.itemsize:,} bytes, "
                f"but the file holds {self.storage.size:,} for it"
            )


@dataclass(frozen=True)
class Strange:
    """A tensor of a kind that is not read here: sparse, quantised, without values."""

    kind: str


@dataclass(frozen=True)
class Unpacked:
    """What a container holds: a tree of plain values with Declared and Strange in it, and its text metadata."""

    tree: Any
    metadata: dict[str, str] = field(default_factory=dict)
    recorded: dict[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # files that came along and that it keeps tensors in
    graph: Graph | None = None  # of operators; then the tree is tensors by the names that it knows them under


class Builder:
    """Builds declared tensors, each storage read once, and no more of them than the file may ask for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.storages: dict[int, Tensor] = {}
        self.tensors = self.elements = self.bytes = 0

    def charge(self, declared: Declared) -> None:
        """Count a tensor before it is built. Raises CheckpointError where the file asks for too much."""
        self.tensors += 1
        self.elements += declared.elements
        self.bytes += declared.bytes_built
        limits, room = self.source.limits, self.source.limits.room(self.source.size)
        if self.tensors > limits.tensors:
            self._refuse(f"more than {limits.tensors:,} tensors", f"at most {limits.tensors:,}")
        if self.elements > limits.elements:
            self._refuse(f"tensors of {self.elements:,} numbers or more", f"at most {limits.elements:,} together")
        if self.bytes > room:
            self._refuse(
                f"tensors that need {self.bytes:,} bytes or more of memory", f"at most {room:,} for a file of its size"
            )

    def _refuse(self, found: str, expected: str) -> None:
        raise CheckpointError(
            f"{self.source.name} holds {found}; expected {expected}. Save the weights of one network alone."
        )

    def build(self, declared: Declared) -> Tensor:
        """The tensor, contiguous; 16-bit floats as float32. `charge` it first."""
        if not declared.elements:
            return torch.empty(declared.shape, dtype=declared.dtype)
        raw = self._bytes_of(declared.storage)
        usable = len(raw) - len(raw) % declared.dtype.itemsize
        if declared.storage.big_endian:
            flat = raw[:usable].view(-1, declared.dtype.itemsize).flip(1).flatten().view(declared.dtype)
        else:
            flat = raw[:usable].view(declared.dtype)
        tensor = flat.as_strided(declared.shape, declared.stride, declared.offset).contiguous()
        if tensor.untyped_storage().nbytes() > tensor.nbytes:  # a small part must not hold the whole in memory
            tensor = tensor.clone()
        return widened(tensor)

    def _bytes_of(self, storage: Storage) -> Tensor:
        if id(storage) not in self.storages:
            self.storages[id(storage)] = torch.frombuffer(bytearray(storage.read()), dtype=torch.uint8)
        return self.storages[id(storage)]


def is_half(dtype: torch.dtype) -> bool:
    """A float of 16 bits."""
    return dtype in (torch.float16, torch.bfloat16)


def widened(tensor: Tensor) -> Tensor:
    """16-bit floats as float32, which holds all of them exactly; the rest as it is.

    Surgery writes tables in the precision that it finds, and in 16 bits a wave has three digits: what was operated
    would be mostly rounding. float64 stays: narrowed, a pair near a tie could change its answer.
    """
    return tensor.float() if is_half(tensor.dtype) else tensor


def rows_of(shape: Sequence[int], fortran: bool = False) -> tuple[int, ...]:
    """Strides of a dense tensor: last axis next to itself, or the first (Fortran's order)."""
    sizes = list(shape) if fortran else list(shape)[::-1]
    steps = [*accumulate(sizes[:-1], mul, initial=1)] if sizes else []
    return tuple(steps if fortran else steps[::-1])
