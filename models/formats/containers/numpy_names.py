"""NumPy's numbers and arrays in a pickle, described by our own functions; NumPy's are never called."""

import re
from typing import Any, Literal

import numpy as np
import torch

from models.errors import shown
from models.formats.containers.declared import Declared, MalformedError, Storage, Strange, rows_of
from models.formats.containers.kept_beside import Beside, Raw, left_out

TYPES = {
    "f8": torch.float64,
    "f4": torch.float32,
    "f2": torch.float16,
    "i8": torch.int64,
    "i4": torch.int32,
    "i2": torch.int16,
    "i1": torch.int8,
    "u1": torch.uint8,
    "b1": torch.bool,
}
NUMBER = re.compile(r"[fiu][1248]|b1")  # the types whose numbers Python has too


class NumpyType:
    """A dtype: its letter and size, and the byte order that the pickle states after making it."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.order: Literal["<", ">", "|"] = "<"

    def set_state(self, state: Any) -> None:
        """The second entry is "<", ">" or, for single bytes, "|"."""
        if type(state) is not tuple or len(state) < 2 or state[1] not in ("<", ">", "|"):
            raise MalformedError("a NumPy type has no byte order")
        self.order = state[1]


class NumpyArray:
    """An array: shape, type and bytes, which the pickle states after making it."""

    def __init__(self) -> None:
        self.tensor: Declared | Strange = Strange("a NumPy array without values")

    def set_state(self, state: Any) -> None:
        """(version, shape, type, whether in the order of Fortran, bytes)."""
        if type(state) is not tuple or len(state) != 5:
            raise MalformedError("a NumPy array is described in a way that is not known")
        self.tensor = _declared(state[4], state[2], state[1], fortran=state[3] is True)


def _declared(raw: Any, kind: Any, shape: Any, fortran: bool) -> Declared | Strange:
    if not isinstance(kind, NumpyType) or not isinstance(raw, Raw) or kind.code not in TYPES:
        return Strange(f"a NumPy array of {kind.code if isinstance(kind, NumpyType) else 'Python objects'}")
    if type(shape) is not tuple or not all(type(size) is int for size in shape):
        raise MalformedError("a NumPy array's shape is no list of whole numbers")
    storage = Storage(raw.size, raw.read, big_endian=kind.order == ">")
    declared = Declared(TYPES[kind.code], shape, rows_of(shape, fortran), 0, storage)
    declared.require_in_storage()
    if declared.elements * declared.dtype.itemsize != raw.size:  # else one text could be read for a thousand arrays
        raise MalformedError(f"a NumPy array of shape {shown(list(shape))} has {raw.size:,} bytes")
    return declared


def _type(code: Any = None, *_: Any) -> NumpyType:
    if not isinstance(code, str):
        raise MalformedError("a NumPy type has no name")
    return NumpyType(shown(code))


def _number(kind: Any = None, raw: Any = None, *_: Any) -> Any:
    """A single number as Python's; what Python has no number for is left out."""
    if not isinstance(kind, NumpyType) or not isinstance(raw, Raw) or not NUMBER.fullmatch(kind.code):
        return Beside()
    numpy_type = np.dtype(kind.code).newbyteorder(kind.order)
    if raw.size != numpy_type.itemsize:
        raise MalformedError(f"a NumPy number of type {kind.code} has {raw.size:,} bytes")
    return np.frombuffer(raw.read(), numpy_type)[0].item()


def _array(*_: Any) -> NumpyArray:
    return NumpyArray()


def _array_of_bytes(raw: Any = None, kind: Any = None, shape: Any = None, order: Any = None, *_: Any) -> NumpyArray:
    array = NumpyArray()
    array.tensor = _declared(raw, kind, shape, fortran=order == "F")
    return array


NAMES: dict[tuple[str, str], Any] = {
    ("numpy", "dtype"): _type,
    ("numpy", "ndarray"): left_out,  # named by what makes an array, never made by itself
    **{
        (f"numpy.{core}.{module}", name): make
        for core in ("core", "_core")  # before NumPy 2 and since
        for module, name, make in (
            ("multiarray", "scalar", _number),
            ("multiarray", "_reconstruct", _array),
            ("numeric", "_frombuffer", _array_of_bytes),
        )
    },
}
