"""Files that are broken in one place each: what is wrong is said, whoever wrote the file and however it was broken.

Files that mean harm are in tests/hostile; here is what a careless program or a bad disk leaves.
"""

import pickle
import struct
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
import torch
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION

from models.errors import CheckpointError, shown
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD
from tests.hostile.archives import Made, Said, Stored, Told, npy, pickled, torch_old, torch_zip, with_size_said, zipped
from tests.hostile.headers import safetensors

# Steps of a pickle, each behind the number of its protocol

NO_SHAPE = "a tensor's shape is no list of whole numbers"
STEPS = {
    "takes from nothing": (b"R", "the pickle takes more than it has put down"),
    "adds to nothing": (b"(K\x01e", "the pickle takes more than it has put down"),
    "closes what is open": (b"t", "the pickle closes what it has not opened"),
    "recalls": (b"]h\x05", "the pickle recalls number 5, which it never kept"),
    "a name that is a number": (b"X\x01\x00\x00\x00aK\x02\x93", "the pickle names something by what is no text"),
    "a module that is a number": (b"K\x02X\x01\x00\x00\x00a\x93", "the pickle names something by what is no text"),
    "calls a number": (b"K\x01)R", "the pickle calls something that is no function"),
    "calls with a list": (b"ccollections\nOrderedDict\n]R", "the pickle calls something that is no function"),
    "appends to a number": (b"K\x01K\x02a", "the pickle appends to what is no list"),
    "appends to a tuple": (b")(K\x02e", "the pickle appends to what is no list"),
    "adds to a list": (b"](K\x02\x90", "the pickle adds to what is no set"),
    "sets an item of a number": (b"K\x01K\x02K\x03s", "the pickle sets items of what is no dict"),
    "a key without its value": (b"}(K\x01u", "the pickle sets items of what is no dict"),
    "a storage that is a number": (b"K\x01Q", "the pickle refers to something that is no storage of a tensor"),
    "a storage of another kind": (b"X\x01\x00\x00\x00a\x85Q", "refers to something that is no storage of a tensor"),
    "no step": (b"\xff", "byte ff is no step of a pickle"),
}


@pytest.mark.parametrize(("steps", "sentence"), STEPS.values(), ids=STEPS)
def test_steps_of_a_pickle_that_lead_nowhere(steps: bytes, sentence: str):
    refused(torch_zip(b"\x80\x04" + steps + b"."), sentence)


def refused(data: bytes, sentence: str, name: str = "some.pt") -> None:
    with pytest.raises(CheckpointError) as error:
        read_contents(data, name, UPLOAD)
    assert sentence in str(error.value)
    assert str(error.value).startswith(name)


# What a pickle makes


def _typed(*arguments: Any) -> Made:
    return Made(torch._utils._rebuild_tensor_v3, *arguments)


def _array(*state: Any, kind: Any = None) -> Told:
    made = kind or Told(np.dtype, ("f4", False, True), (3, "<", None, None, None, -1, -1, 0))
    state = state or (1, (6,), made, False, bytes(24))
    return Told(np._core.multiarray._reconstruct, (np.ndarray, (0,), b"b"), state)


MADE = {
    "no storage": (Made(torch._utils._rebuild_tensor_v2, 1, 0, (2,), (1,), False, {}), "a tensor has no storage"),
    "no type": (_typed(Stored(), 0, (2,), (1,), False, {}, 5), "a tensor has no storage or no type"),
    "a type and no storage": (_typed(1, 0, (2,), (1,), False, {}, torch.float32), "a tensor has no storage or no type"),
    "a size that is a number": (Said(size=6), NO_SHAPE),
    "strides that are a list": (Said(stride=[3, 1]), NO_SHAPE),
    "an offset that is text": (Said(offset="0"), NO_SHAPE),
    "a parameter of a number": (Made(torch._utils._rebuild_parameter, 1, True, {}), "a parameter is no tensor"),
    "a tensor made of a dict": (
        Made(torch._tensor._rebuild_from_type_v2, OrderedDict, torch.Tensor, (), {}),
        "a tensor with attributes is made of something else",
    ),
    "an ordered dict with items": (
        Made(OrderedDict, [("a", 1)]),
        "an OrderedDict is given its items in a way that torch.save does not",
    ),
    "a storage without a type": (Said(storage=Stored(kind=1)), "a storage has no type or no key"),
    "a storage without a key": (Said(storage=Stored(key=0)), "a storage has no type or no key"),
    "a NumPy type without a name": (_array(kind=Made(np.dtype, 5)), "a NumPy type has no name"),
    "a NumPy type without an order": (_array(kind=Told(np.dtype, ("f4",), (3, "?"))), "a NumPy type has no byte order"),
    "a NumPy type told a number": (_array(kind=Told(np.dtype, ("f4",), 5)), "a NumPy type has no byte order"),
}


@pytest.mark.parametrize(("made", "sentence"), MADE.values(), ids=MADE)
def test_what_a_pickle_makes_of_the_wrong_things(made: Any, sentence: str):
    refused(torch_zip({"model": {"W_x": made}}), sentence)


def test_a_storage_that_is_described_otherwise():
    steps = b"\x80\x02X\x07\x00\x00\x00storageK\x01\x86Q."
    refused(torch_zip(steps), "a storage is described in a way that is not known")


# Archives


def changed(data: bytes, local: tuple[int, bytes], central: tuple[int, bytes]) -> bytes:
    """An archive of one member, with bytes at these places of its header and of its entry in the directory."""
    found = bytearray(data)
    for magic, (at, new) in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        place = found.find(magic) + at
        found[place : place + len(new)] = new
    return bytes(found)


def test_an_archive_that_is_encrypted_or_of_a_later_version():
    data = zipped({"archive/data.pkl": pickled({})})
    refused(changed(data, (6, b"\x01\x00"), (8, b"\x01\x00")), "archive/data.pkl cannot be unpacked: ")
    refused(changed(data, (4, b"\x63\x00"), (6, b"\x63\x00")), "zip file version 9.9")


def test_a_member_of_another_size_than_its_archive_says():
    name, content = "archive/data.pkl", pickled({}) + bytes(100)
    stored, packed = zipped({name: content}), zipped({name: content}, zipfile.ZIP_DEFLATED)
    for off in (-1, 1):
        sentence = f"is stored in {len(content)} bytes but said to be another size"
        refused(with_size_said(stored, name, len(content) + off), sentence)
    sentence = f"holds {len(content)} bytes where the archive says {len(content) + 1}"
    refused(with_size_said(packed, name, len(content) + 1), sentence)


@pytest.mark.parametrize(("members", "most"), [(4096, True), (4097, False)])
def test_an_archive_of_as_many_files_as_may_be(members: int, most: bool):
    data = zipped({f"{n}.npy": npy("(1,)", content=bytes(4)) for n in range(members)})
    sentence = "more than 2,048 tensors" if most else "some.npz is an archive of 4,097 files; expected at most 4,096."
    refused(data, sentence, "some.npz")


def test_what_is_no_array_among_arrays():
    refused(zipped({"a.npy": npy("(6,)"), "b.txt": b""}), "the archive holds b.txt, which is no array", "some.npz")
    data = zipped({"a.npy": npy("(6,)", version=3)})
    refused(data, "a.npy is of version (3, 0), which plain numbers do not need", "some.npz")


@pytest.mark.parametrize("order", [b"", b"Little", b"middle", 20 * b"x"])
def test_a_byte_order_that_is_none(order: bytes):
    data = zipped({"archive/data.pkl": pickled({}), "archive/byteorder": order})
    refused(data, f"its byte order is {shown(order[:16])}; expected little or big")


# Headers of safetensors

HEADERS = {
    "longer than the file": (safetensors(b"{}", b"", 3), "its header is said to have 3 bytes, but 2 are there"),
    "a list": (safetensors(b"[]"), "its header does not list tensors by name"),
    "a tensor that is a number": (safetensors({"W_x": 5}), "tensor W_x has no dtype, shape or data_offsets"),
    "no offsets": (safetensors({"W_x": {"dtype": "F32", "shape": [6]}}), "W_x has no dtype, shape or data_offsets"),
}


@pytest.mark.parametrize(("data", "sentence"), HEADERS.values(), ids=HEADERS)
def test_headers_that_list_no_tensors(data: bytes, sentence: str):
    refused(data, sentence, "some.safetensors")


# The format of PyTorch before its archives


def old_file(*parts: Any) -> bytes:
    return b"".join(part if isinstance(part, bytes) else pickle.dumps(part, protocol=2) for part in parts)


STORAGE = b"\x80\x02X\x07\x00\x00\x00storageK\x01\x86Q."
HEAD = (MAGIC_NUMBER, PROTOCOL_VERSION, {})
WEIGHTS = pickled({"W_x": Said()}, old=True)
OLD = {
    "another magic number": (old_file(MAGIC_NUMBER + 1, *HEAD[1:]), "a pickle, but not one that torch.save wrote"),
    "another version": (old_file(MAGIC_NUMBER, PROTOCOL_VERSION + 1, {}), "it is of a version that is not known"),
    "a tensor in its head": (old_file(MAGIC_NUMBER, PROTOCOL_VERSION, STORAGE), "a tensor stands where none belongs"),
    "a storage of one word": (old_file(*HEAD, STORAGE, []), "a storage is described in a way that is not known"),
    "a storage without a type": (torch_old({"W_x": Said(storage=Stored(kind=1))}), "a storage has no type or no key"),
    "a storage without a key": (torch_old({"W_x": Said(storage=Stored(key=0))}), "a storage has no type or no key"),
    "keys that are a number": (old_file(*HEAD, WEIGHTS, 5), "the list of storages is no list of keys"),
    "a key that is a number": (old_file(*HEAD, WEIGHTS, [0]), "the list of storages is no list of keys"),
    "a storage of no tensor": (old_file(*HEAD, WEIGHTS, ["1"]), "storage 1 belongs to no tensor"),
    "a storage of two sizes": (
        torch_old({"a": Said(), "b": Said(storage=Stored(7))}),
        "storage 0 is said to have two sizes",
    ),
    "another length in front": (
        old_file(*HEAD, WEIGHTS, ["0"], struct.pack("<q", 5) + bytes(24)),
        "some.pt cannot be read",
    ),
}


@pytest.mark.parametrize(("data", "sentence"), OLD.values(), ids=OLD)
def test_old_files_that_are_broken(data: bytes, sentence: str):
    refused(data, sentence)
