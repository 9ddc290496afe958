"""Every hostile file that runs no code: what it is, how it is made, and what its refusal says."""

import pickle
import struct
import zipfile
import zlib
from argparse import Namespace
from collections import OrderedDict
from functools import reduce

import numpy as np
import torch

from models.formats.registry import LAYOUTS
from tests.hostile.archives import (
    Made,
    Said,
    Stored,
    Told,
    npy,
    npz,
    pickled,
    torch_old,
    torch_zip,
    with_size_said,
    zipped,
)
from tests.hostile.case import Case
from tests.hostile.graphs import GRAPHS
from tests.hostile.headers import TRUE, many, safetensors, said, two
from tests.hostile.payloads import saved
from tests.mlps import MlpShape, random_mlp

BILLIONS = 10**11
DEEP = 1_000_000
MEGABYTE = 2**20


def _weights(tensor: object) -> dict[str, object]:
    return {"W_x": tensor}


def _said_of(state: dict[str, object], name: str) -> dict[str, object]:
    """A state dict with something in PyTorch's own metadata."""
    ordered = OrderedDict(state)
    ordered._metadata = OrderedDict({name: "text"})
    return ordered


def _bomb(megabytes: int) -> bytes:
    return bytes(megabytes * MEGABYTE)


def _invalid_name() -> bytes:
    data = torch_zip(_weights(Said()))
    changed = data.replace(b"archive/version", b"archive/\xff\xfersion")
    entry = data.find(b"archive/version", data.find(b"PK\x01\x02")) - 46
    return changed[: entry + 8] + struct.pack("<H", 0x800) + changed[entry + 10 :]  # "my name is UTF-8"


def _nested_list(depth: int) -> bytes:
    return b"\x80\x02}X\x05\x00\x00\x00model" + b"]" * depth + b"a" * (depth - 1) + b"s."


def _deep_key(depth: int) -> bytes:
    return b"\x80\x02})" + b"\x85" * depth + b"K\x01s."


def _many_texts(count: int) -> bytes:
    text = ("a" * (2**20 - 4) + "\U0001f600").encode()
    return b"\x80\x02(" + (b"X" + struct.pack("<I", len(text)) + text) * count + b"l."


def _keys_of_one_hash(count: int) -> bytes:
    numbers = (pickle.encode_long(number * (2**61 - 1)) for number in range(1, count))  # Python's hash of each is 0
    return b"\x80\x02}(" + b"".join(b"\x8a" + bytes([len(raw)]) + raw + b"N" for raw in numbers) + b"u."


def _beside(value: object) -> dict[str, object]:
    return {"model": _weights(Said()), "losses": value}


def _endless() -> bytes:
    losses: list[object] = []
    losses.append(losses)
    return torch_zip(_beside(losses))


def _numpy_arrays(state: tuple[object, ...], count: int = 1) -> bytes:
    """Arrays of NumPy's that say this of themselves, one text as the bytes of all."""
    made = np._core.multiarray._reconstruct, (np.ndarray, (0,), b"b")
    return torch_zip({"model": {f"t{number}": Told(*made, state) for number in range(count)}})


def _classes_of_one_long_name(count: int) -> bytes:
    """A million bytes of name, recalled for each of so many objects of it."""
    name = b"X" + struct.pack("<I", 2**20 - 1) + b"A" * (2**20 - 1) + b"q\x00"
    return b"\x80\x04](" + name + b"h\x00h\x00\x93" * count + b"e."


def _paths_of_one_long_part(count: int) -> bytes:
    """A path of 60,000 times one text of 60,000 letters, and so many of them."""
    part = b"X" + struct.pack("<I", 60_000) + b"a" * 60_000 + b"q\x00"
    parts = b"(" + b"h\x00" * 60_000 + b"tq\x01"
    return b"\x80\x02](" + part + parts + b"cpathlib\nPosixPath\nh\x01R" * count + b"e."


def _endless_namespace() -> bytes:
    options = Namespace()
    options.options = options
    return torch_zip(_beside(options))


def _laughs() -> bytes:
    return torch_zip(_beside(reduce(lambda inner, _: [inner] * 10, range(10), [1.0])))


def _sparse() -> bytes:
    index = torch.tensor([[10**6], [10**6]])
    return saved({"W_x": torch.sparse_coo_tensor(index, torch.ones(1), (10**7, 10**7))})


def _quantised() -> bytes:
    return saved({"W_x": torch.quantize_per_tensor(torch.zeros(3, 2), 0.1, 0, torch.qint8)})


def _large_modulus() -> bytes:
    network = random_mlp(MlpShape(modulus=1500, width=2, combination="concat", shared=False, layout="chughtai_mlp"))
    return saved(LAYOUTS["chughtai_mlp"].write(network))


def _losses_of_a_large_network() -> bytes:
    network = random_mlp(MlpShape(modulus=2500, width=2000, layers=0, layout="he"))
    return saved({"model": LAYOUTS["he"].write(network), "train_loss": 1.0, "test_loss": 1.0})


def _compressed_bomb_in_npz() -> bytes:
    return zipped({"W_x.npy": npy("(75000000,)", content=_bomb(287))}, zipfile.ZIP_DEFLATED)


def _understated_bomb() -> bytes:
    archive = torch_zip(_weights(Said()), {"0": _bomb(300)}, zipfile.ZIP_DEFLATED)
    return with_size_said(archive, "archive/data/0", 24)


CASES: dict[str, Case] = {
    # archives
    "a zip bomb": Case(
        "some.pt",
        lambda: torch_zip(
            _weights(Said((78643200,), (1,), 0, Stored(78643200))), {"0": _bomb(300)}, zipfile.ZIP_DEFLATED
        ),
        r"would unpack to 314,572,\d+; expected at most 67,108,864. Save the weights without compression",
    ),
    "a zip bomb that says it is small": Case("some.pt", _understated_bomb, "cannot be read as a PyTorch checkpoint"),
    "a pickle that is a zip bomb": Case(
        "some.pt",
        lambda: torch_zip(b"\x80\x02(" + b"N" * (60 * MEGABYTE), None, zipfile.ZIP_DEFLATED),
        "(has 62,914,563 bytes beside its weights; expected at most 16,000,000)",
    ),
    "a zip bomb of arrays": Case("some.npz", _compressed_bomb_in_npz, "would unpack to 300,9.* Save the weights"),
    "an archive of 100,000 files": Case(
        "some.pt",
        lambda: zipped([(f"archive/data/{number}", b"") for number in range(100_000)]),
        "is an archive of 100,000 files; expected at most 4,096",
    ),
    "a name twice in an archive": Case(
        "some.pt",
        lambda: zipped([("a/data.pkl", pickled(_weights(Said()))), ("a/data/0", bytes(24)), ("a/data/0", bytes(24))]),
        "the archive holds a/data/0 twice",
    ),
    "a name that is no text": Case("some.pt", _invalid_name, "cannot be read as a PyTorch checkpoint: .*utf-8"),
    "another compression": Case(
        "some.pt",
        lambda: torch_zip(_weights(Said()), None, zipfile.ZIP_BZIP2),
        r"archive/data.pkl is compressed in a way \(number 12\) unlike checkpoints",
    ),
    "two pickles in an archive": Case(
        "some.pt",
        lambda: zipped([(f"{n}/data.pkl", pickled(_weights(Said()))) for n in range(2)]),
        "the archive holds 2 pickles",
    ),
    "an archive of something else": Case(
        "some.pt", lambda: zipped({"letter.txt": b"dear"}), "holds neither data.pkl, .* nor NumPy's arrays"
    ),
    # tensors that a pickle describes
    "a tensor repeated by a stride of zero": Case(
        "some.pt",
        lambda: torch_zip(_weights(Said((2**20, 2**20), (0, 0)))),
        "holds tensors of 1,099,511,627,776 numbers or more; expected at most 33,554,432 together",
    ),
    "a thousand views of one storage": Case(
        "some.pt",
        lambda: torch_zip(
            {f"t{n}": Said((250_000,), (1,), 0, Stored(250_000)) for n in range(1000)}, {"0": bytes(1_000_000)}
        ),
        "holds tensors .* expected at most",
    ),
    "a storage larger than its file": Case(
        "some.pt",
        lambda: torch_zip(_weights(Said((BILLIONS,), (1,), 0, Stored(BILLIONS)))),
        "storage 0 is said to hold 100000000000 numbers but has 24 bytes",
    ),
    "a storage of no file": Case(
        "some.pt", lambda: torch_zip(_weights(Said(storage=Stored(6, "nowhere")))), "holds no archive/data/nowhere"
    ),
    "a storage that leaves the archive": Case(
        "some.pt", lambda: torch_zip(_weights(Said(storage=Stored(6, "../data.pkl")))), "holds no archive/data/../data"
    ),
    "a tensor beyond its storage": Case(
        "some.pt",
        lambda: torch_zip(_weights(Said((2, 3), (30, 1)))),
        r"a tensor of shape \[2, 3\] needs 132 bytes, but the file holds 24 for it",
    ),
    "a negative shape": Case("some.pt", lambda: torch_zip(_weights(Said((-2, -3)))), r"a tensor's shape is \[-2, -3\]"),
    "a negative stride": Case("some.pt", lambda: torch_zip(_weights(Said((2, 3), (-3, 1)))), r"strides \[-3, 1\]"),
    "a negative offset": Case("some.pt", lambda: torch_zip(_weights(Said(offset=-1))), "cannot be read as a PyTorch"),
    "a shape whose product overflows": Case(
        "some.pt", lambda: torch_zip(_weights(Said((2**32, 2**32), (0, 0)))), "holds tensors of 18,446,744,073"
    ),
    "a shape that is no number": Case(
        "some.pt", lambda: torch_zip(_weights(Said((2.0, "x")))), "a tensor's shape is no list of whole numbers"
    ),
    "a million axes": Case(
        "some.pt", lambda: torch_zip(_weights(Said((1,) * 100_000, (1,) * 100_000))), "a tensor's shape is"
    ),
    "a tensor without values": Case(
        "some.pt", lambda: torch_zip(_weights(Said((BILLIONS, 0), (0, 0)))), "tensor W_x has shape .* and so no values"
    ),
    "10,000 tiny tensors": Case(
        "some.pt",
        lambda: torch_zip({f"t{n}": Said() for n in range(10_000)}),
        "holds more than 2,048 tensors; expected at most 2,048",
    ),
    "10,000 tiny storages": Case(
        "some.pt",
        lambda: torch_zip(
            {f"t{n}": Said(storage=Stored(key=str(n))) for n in range(10_000)},
            {str(n): bytes(24) for n in range(10_000)},
        ),
        "is an archive of 10,002 files; expected at most 4,096",
    ),
    "a sparse tensor": Case("some.pt", _sparse, r"tensor W_x is of a kind that is not read here \(sparse\)"),
    "a quantised tensor": Case("some.pt", _quantised, r"tensor W_x is of a kind .* \(quantised\)"),
    "a tensor on no device": Case(
        "some.pt", lambda: saved({"W_x": torch.empty(BILLIONS, device="meta")}), r"tensor W_x is of a kind .* \(meta"
    ),
    "a nested tensor": Case(
        "some.pt", lambda: saved({"W_x": torch.nested.nested_tensor([torch.zeros(2)])}), r"W_x is of a kind .* \(nested"
    ),
    # NumPy's arrays and numbers in a pickle
    "an array in a pickle larger than its bytes": Case(
        "some.pt",
        lambda: _numpy_arrays((1, (2**20, 2**20), np.dtype("f4"), False, bytes(24))),
        r"a tensor of shape \[1048576, 1048576\] needs 4,398,046,511,104 bytes, but the file holds 24",
    ),
    "an array in a pickle smaller than its bytes": Case(
        "some.pt",
        lambda: _numpy_arrays((1, (1,), np.dtype("f4"), False, bytes(2**20)), 2000),
        r"a NumPy array of shape \[1\] has 1,048,576 bytes",
    ),
    "2,000 arrays of one text": Case(
        "some.pt",
        lambda: _numpy_arrays((1, (2**18,), np.dtype("f4"), False, bytes(2**20)), 2000),
        "holds tensors that need 68,157,440 bytes or more of memory; expected at most 67,108,864",
    ),
    "an array in a pickle of a negative shape": Case(
        "some.pt",
        lambda: _numpy_arrays((1, (-2, -3), np.dtype("f4"), False, bytes(24))),
        r"a tensor's shape is \[-2, -3",
    ),
    "an array in a pickle of objects": Case(
        "some.pt",
        lambda: _numpy_arrays((1, (1,), np.dtype("O"), False, [1])),
        r"t0 is of a kind .* \(a NumPy array of O8",
    ),
    "an array in a pickle that is told nothing": Case(
        "some.pt", lambda: _numpy_arrays(()), "a NumPy array is described in a way that is not known"
    ),
    "a NumPy number of a megabyte": Case(
        "some.pt",
        lambda: torch_zip(_beside(Made(np._core.multiarray.scalar, np.dtype("f4"), bytes(2**20)))),
        "a NumPy number of type f4 has 1,048,576 bytes",
    ),
    "a Namespace that holds itself": Case("some.pt", _endless_namespace, "holds lists nested more than 32 deep"),
    "10,000 classes of one long name": Case(
        "some.pt", lambda: torch_zip(_classes_of_one_long_name(10_000), None, zipfile.ZIP_DEFLATED), "never run here"
    ),
    "20 paths of long parts": Case(
        "some.pt", lambda: torch_zip(_paths_of_one_long_part(20), None, zipfile.ZIP_DEFLATED), "expected a state dict"
    ),
    "a byte order that is none": Case(
        "some.pt",
        lambda: zipped({"a/data.pkl": pickled(_weights(Said())), "a/data/0": bytes(24), "a/byteorder": b"middle"}),
        "its byte order is .*middle.*; expected little or big",
    ),
    # calls that PyTorch's own safe reader makes
    "a call for a large tensor": Case(
        "some.pt", lambda: torch_zip(_weights(Made(torch.Tensor, BILLIONS))), "holds no tensors by name"
    ),
    "a call for a large array of bytes": Case(
        "some.pt", lambda: torch_zip(_beside(Made(bytearray, BILLIONS))), "fits no layout known here"
    ),
    # nesting
    "a key nested a million deep": Case(
        "some.pt", lambda: torch_zip(_deep_key(DEEP)), "holds more than 500,000 numbers and names"
    ),
    "a key nested 400,000 deep": Case("some.pt", lambda: torch_zip(_deep_key(400_000)), "holds no tensors by name"),
    "keys of one hash": Case("some.pt", lambda: torch_zip(_keys_of_one_hash(100_000)), "holds no tensors by name"),
    "texts of 60 megabytes": Case(
        "some.pt", lambda: torch_zip(_many_texts(60), None, zipfile.ZIP_DEFLATED), "has 62,.* bytes beside its weights"
    ),
    "a text of 60 megabytes": Case(
        "some.pt",
        lambda: b"\x80\x02X" + struct.pack("<I", 60 * MEGABYTE) + bytes(2 * MEGABYTE),
        "the pickle has a text of 62,914,560 bytes",
    ),
    "a list nested 100,000 deep": Case("some.pt", lambda: torch_zip(_nested_list(100_000)), "holds no tensors by name"),
    "records nested 100 deep": Case(
        "some.pt",
        lambda: torch_zip(_beside(reduce(lambda inner, _: {"x": inner}, range(100), 1.0))),
        "holds lists nested more than 32 deep, or more than 500,000 values, beside its weights",
    ),
    "a list that holds itself": Case("some.pt", _endless, "holds lists nested more than 32 deep"),
    "a billion laughs": Case("some.pt", _laughs, "or more than 500,000 values, beside its weights"),
    "ten million steps": Case(
        "some.pt",
        lambda: torch_zip(b"\x80\x02(" + b"N" * 10_000_000),
        "holds more than 500,000 numbers and names beside its weights. Save the weights alone",
    ),
    # the old format
    "an old storage larger than its file": Case(
        "some.pt",
        lambda: torch_old(_weights(Said((BILLIONS,), (1,), 0, Stored(BILLIONS)))),
        "storage 0 is said to hold 100000000000 numbers, more than the file",
    ),
    "an old storage of two lengths": Case(
        "some.pt", lambda: torch_old(_weights(Said()), {"0": (BILLIONS, bytes(24))}), "said to have two sizes"
    ),
    "an old storage without bytes": Case(
        "some.pt", lambda: torch_old(_weights(Said()), {}), "the bytes of 1 storages are missing"
    ),
    "an old storage repeated by a stride of zero": Case(
        "some.pt", lambda: torch_old(_weights(Said((2**20, 2**20), (0, 0)))), "holds tensors of 1,099,511,627,776"
    ),
    # safetensors
    "a header longer than its file": Case(
        "some.safetensors", lambda: safetensors({"W_x": TRUE}, length=2**62), "header is said to have 4,611,686,018"
    ),
    "a header of 20 megabytes": Case(
        "some.safetensors", lambda: safetensors(b"{" + b" " * (20 * MEGABYTE) + b"}"), "expected at most 16,000,000"
    ),
    "overlapping tensors": Case("some.safetensors", lambda: two([0, 24], [12, 36], 36), "tensor W_y overlaps another"),
    "a gap between tensors": Case("some.safetensors", lambda: two([0, 24], [32, 56], 56), "tensor W_y leaves a gap"),
    "bytes behind the tensors": Case("some.safetensors", lambda: two([0, 24], [24, 48], 64), "48 bytes, but 64 are"),
    "a tensor out of range": Case(
        "some.safetensors", lambda: said(data_offsets=[0, 2**40]), "said to lie at bytes 0 to 1099511627776, but 24 are"
    ),
    "negative offsets": Case("some.safetensors", lambda: said(data_offsets=[-24, 0]), "said to lie at bytes -24 to 0"),
    "a shape larger than its bytes": Case(
        "some.safetensors", lambda: said(shape=[2**20, 2**20]), "needs 4,398,046,511,104 bytes, but the file holds 24"
    ),
    "a shape smaller than its bytes": Case("some.safetensors", lambda: said(shape=[2]), "needs 8 bytes, but its"),
    "a negative shape in a header": Case("some.safetensors", lambda: said(shape=[-2, -3]), "cannot be read as safet"),
    "an overflowing shape in a header": Case(
        "some.safetensors", lambda: said(shape=[2**33, 2**33]), "but the file hol"
    ),
    "a shape of truth values": Case("some.safetensors", lambda: said(shape=[True, 6]), "that are no whole numbers"),
    "100,000 axes in a header": Case(
        "some.safetensors", lambda: said(shape=[*[1] * 100_000, 2, 3]), r"a tensor's shape is \[1, 1, 1"
    ),
    "a shape of endless digits": Case(
        "some.safetensors",
        lambda: safetensors(b'{"W_x":{"dtype":"F32","shape":[' + b"9" * 100_000 + b'],"data_offsets":[0,24]}}'),
        "cannot be read as safetensors",
    ),
    "a kind of number that is not read": Case(
        "some.safetensors", lambda: said(dtype="F8_E4M3", shape=[24]), r"tensor W_x is of a kind .* \(F8_E4M3\)"
    ),
    "a name twice in a header": Case(
        "some.safetensors",
        lambda: safetensors(b'{"W_x":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"W_x":{}}'),
        "its header names something twice",
    ),
    "a header nested 100,000 deep": Case(
        "some.safetensors", lambda: safetensors(b'{"W_x":' + b"[" * 100_000), "cannot be read as safetensors"
    ),
    "metadata that is no text": Case(
        "some.safetensors",
        lambda: safetensors({"__metadata__": {"clockwork_recipe": [1]}, "W_x": TRUE}),
        "its __metadata__ is not text by name",
    ),
    "metadata with half a letter": Case(
        "some.safetensors",
        lambda: safetensors({"__metadata__": {"clockwork_command": "\ud83d"}, "W_x": TRUE}),
        "has metadata clockwork_command that is no Unicode text; save the weights without it",
    ),
    "metadata named by half a letter": Case(
        "some.pt",
        lambda: saved(_said_of(_weights(torch.ones(1)), "\ud83d")),
        r"has metadata '\\ud83d' that is no Unicode",
    ),
    "10,000 tiny tensors in a header": Case("some.safetensors", lambda: many(10_000), "holds more than 2,048 tensors"),
    # NumPy
    "an array larger than its bytes": Case(
        "some.npz", lambda: zipped({"W_x.npy": npy("(100000000000,)")}), "a tensor of shape .* needs 400,000,000,000"
    ),
    "an array of a negative shape": Case("some.npz", lambda: zipped({"W_x.npy": npy("(-2, -3)")}), "a tensor's shape"),
    "an array whose header nests": Case(
        "some.npz", lambda: zipped({"W_x.npy": npy("(" * 9000)}), "cannot be read as a NumPy archive"
    ),
    "an array whose header is endless": Case(
        "some.npz", lambda: zipped({"W_x.npy": npy(" " * 20_000, version=2)}), "cannot be read as a NumPy archive"
    ),
    "an array of records": Case("some.npz", lambda: npz(W_x=np.zeros(2, "f4,i4")), "W_x is of a kind that is not read"),
    "an array of complex numbers": Case(
        "some.npz", lambda: npz(W_x=np.zeros(2, "c8")), r"W_x is of a kind .*complex64"
    ),
    "10,000 tiny arrays": Case(
        "some.npz", lambda: npz(**{f"t{n}": np.zeros(1, "f4") for n in range(10_000)}), "an archive of 10,000 files"
    ),
    # what is dangerous later
    "a name of a million letters": Case(
        "some.pt", lambda: torch_zip({"W" * 10**6: Said()}), "has a tensor named W{60}…; expected at most 200 printable"
    ),
    "a name of several lines": Case(
        "some.pt", lambda: torch_zip({"W\nx": Said()}), r"a tensor named 'W\\nx'; expected"
    ),
    "a loss to be tried at a modulus of 2,500": Case(
        "some.pt", _losses_of_a_large_network, "adds mod 2,500; expected at most 1,024"
    ),
    "a modulus of 1,500": Case("some.pt", _large_modulus, "adds mod 1,500; expected at most 1,024"),
    "a bomb that is no archive": Case("some.pt", lambda: zlib.compress(_bomb(100)), "some.pt is not a checkpoint"),
    **GRAPHS,
}
