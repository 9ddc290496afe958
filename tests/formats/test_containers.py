"""What each container may hold, against what its own library reads; prefixes, precisions, records."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.errors import CheckpointError, ClockworkError
from models.formats.containers.declared import Declared, Storage
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD, upload_limits
from models.formats.registry import LAYOUTS, network_from_bytes
from tests.hostile.archives import npz, zipped
from tests.hostile.payloads import old, saved
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

NETWORK = random_network(Shape(constants=True))
STATE = LAYOUTS["transformerlens"].write(NETWORK)


def saved_npz(state: dict[str, Tensor], **beside: Any) -> bytes:
    return npz(**{name: tensor.numpy() for name, tensor in state.items()}, **beside)


CONTAINERS: dict[str, Callable[[dict[str, Tensor]], bytes]] = {
    "some.pt": saved,
    "old.pt": old,
    "some.safetensors": safetensors.torch.save,
    "some.npz": saved_npz,
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_same_network_comes_out_of_every_container(name: str):
    assert network_from_bytes(CONTAINERS[name](STATE), name, UPLOAD).digest == NETWORK.digest


# Against PyTorch's own reader

dtypes = st.sampled_from(
    [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int16, torch.uint8, torch.bool]
)


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    """A tensor of any kind that is read: whole, a view into a larger one, turned, repeated, a parameter."""
    shape = draw(st.lists(st.integers(1, 4), max_size=3))
    tensor = torch.randn(shape, generator=torch.Generator().manual_seed(draw(st.integers(0, 9)))).to(draw(dtypes))
    change = draw(st.sampled_from(["whole", "turned", "part", "repeated", "parameter"]))
    if change == "turned":
        return tensor.permute(tuple(reversed(range(tensor.ndim))))
    if change == "part" and tensor.ndim:
        return tensor[1:] if len(tensor) > 1 else tensor
    if change == "repeated":
        return tensor.expand(3, *tensor.shape)
    return torch.nn.Parameter(tensor) if change == "parameter" and tensor.is_floating_point() else tensor


@pytest.mark.parametrize("save", [saved, old], ids=["zip", "old"])
@given(state=st.dictionaries(st.sampled_from("abcde"), tensors(), min_size=1))
def test_tensors_are_those_that_pytorch_reads(save: Callable[[Any], bytes], state: dict[str, Tensor]):
    data = save(state)
    found, expected = read_contents(data, "some.pt").tensors, torch.load(io.BytesIO(data), weights_only=True)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        wide = tensor.dtype in (torch.float16, torch.bfloat16)
        torch.testing.assert_close(found[name], (tensor.float() if wide else tensor).detach(), rtol=0, atol=0)


def test_the_real_checkpoints_are_read_as_pytorch_reads_them(shared: Path):
    for path in sorted(shared.rglob("*.pt*")):
        data = path.read_bytes()
        loaded = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
        state = loaded.get("model", loaded)
        found = read_contents(data, path.name, UPLOAD).tensors
        assert found.keys() == state.keys()
        assert all(torch.equal(tensor, state[name]) for name, tensor in found.items())


def test_tensors_that_share_a_storage_keep_their_values():
    table = torch.arange(6.0).reshape(2, 3)
    found = read_contents(saved({"a": table, "b": table.T, "c": table[1]}), "some.pt").tensors
    assert torch.equal(found["b"], table.T)
    assert torch.equal(found["c"], table[1])


def test_a_whole_module_given_to_save_by_its_parameters_is_read():
    module = torch.nn.Linear(2, 3)
    state = dict(module.named_parameters()) | {"kept": torch.nn.Buffer(torch.ones(1))}
    assert read_contents(saved(state), "some.pt").tensors.keys() == {"weight", "bias", "kept"}


def test_an_archive_that_was_compressed_again_is_read():
    with zipfile.ZipFile(io.BytesIO(saved(STATE))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert network_from_bytes(zipped(members, zipfile.ZIP_DEFLATED), "some.pt").digest == NETWORK.digest


def test_a_file_name_in_another_script_inside_the_archive_is_read(tmp_path: Path):
    path = tmp_path / "модель.pt"
    torch.save(STATE, path)
    assert network_from_bytes(path.read_bytes(), path.name).digest == NETWORK.digest


# Prefixes


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "_orig_mod.module.", "module._orig_mod."])
def test_a_prefix_that_every_name_has_is_taken_off(name: str, prefix: str):
    data = CONTAINERS[name]({prefix + key: tensor for key, tensor in STATE.items()})
    assert network_from_bytes(data, name).digest == NETWORK.digest


def test_a_prefix_under_a_wrapper_is_taken_off():
    data = saved({"model_state_dict": {f"module.{key}": tensor for key, tensor in STATE.items()}, "epoch": 3})
    assert network_from_bytes(data, "some.pt").digest == NETWORK.digest


def test_a_prefix_that_some_names_have_belongs_to_them():
    names = {"module.a", "b"}
    found = read_contents(saved({name: torch.zeros(1) for name in names}), "some.pt").tensors
    assert found.keys() == names


# Precisions


HALVES = [(name, dtype) for name in CONTAINERS for dtype in (torch.float16, torch.bfloat16)]
HALVES.remove(("some.npz", torch.bfloat16))  # NumPy has none


@pytest.mark.parametrize(("name", "dtype"), HALVES)
def test_16_bits_are_widened_without_change(name: str, dtype: torch.dtype):
    narrow = torch.randn(5, generator=torch.Generator().manual_seed(0)).to(dtype)
    found = read_contents(CONTAINERS[name]({"a": narrow}), name).tensors["a"]
    assert found.dtype == torch.float32
    assert torch.equal(found.to(dtype), narrow)
    assert torch.equal(found, narrow.float())


@pytest.mark.parametrize("name", CONTAINERS)
def test_64_bits_stay(name: str):
    state = {"a": torch.randn(5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))}
    assert torch.equal(read_contents(CONTAINERS[name](state), name).tensors["a"], state["a"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_tensor_of_no_numbers_is_told_as_such(name: str):
    data = CONTAINERS[name]({"a": torch.ones(2), "empty": torch.empty(0, 3)})
    with pytest.raises(CheckpointError, match=r"tensor empty has shape \[0, 3\] and so no values"):
        read_contents(data, name)


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64, torch.bool]
)
def test_what_a_tensor_will_take_is_known_before_it_is_built(dtype: torch.dtype):
    narrow = torch.zeros(3, 5, dtype=dtype)
    declared = Declared(dtype, (3, 5), (5, 1), 0, Storage(narrow.nbytes, bytes))
    widened = narrow.float() if dtype in (torch.float16, torch.bfloat16) else narrow
    assert declared.bytes_built == widened.nbytes


# Byte orders


def with_the_highest_byte_first(data: bytes, itemsize: int) -> bytes:
    """A file of torch.save as a machine of the other byte order writes it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, raw in members.items():
        if "/data/" in name:
            members[name] = np.frombuffer(raw, f"<u{itemsize}").byteswap().tobytes()
        elif name.endswith("/byteorder"):
            members[name] = b"big"
    return zipped(members)


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool]
)
def test_a_file_of_a_machine_of_the_other_byte_order_is_read_as_pytorch_reads_it(dtype: torch.dtype):
    whole = torch.randn(4, 3, generator=torch.Generator().manual_seed(0)).to(dtype)
    data = with_the_highest_byte_first(saved({"a": whole, "b": whole[1:].T}), dtype.itemsize)
    found, expected = read_contents(data, "some.pt").tensors, torch.load(io.BytesIO(data), weights_only=True)
    assert torch.equal(expected["a"], whole)
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor.float() if dtype in (torch.float16, torch.bfloat16) else tensor)


def test_a_network_of_a_machine_of_the_other_byte_order_is_the_same_network():
    data = with_the_highest_byte_first(saved({k: v for k, v in STATE.items() if not k.endswith("mask")}), 4)
    without_mask = {k: v for k, v in STATE.items() if not k.endswith("mask")}
    assert network_from_bytes(data, "some.pt").digest == network_from_bytes(saved(without_mask), "some.pt").digest


def test_the_old_format_has_the_lowest_byte_first_whatever_the_machine():
    data = old(STATE)
    changed = re.sub(rb"(?<=little_endianq.)\x88", b"\x89", data)  # what such a machine says of itself
    assert changed != data
    expected = torch.load(io.BytesIO(changed), weights_only=True)
    found = read_contents(changed, "old.pt").tensors
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
    assert network_from_bytes(changed, "old.pt").digest == NETWORK.digest


@pytest.mark.parametrize("code", ["f8", "f4", "f2", "i8", "i4", "i2"])
def test_arrays_of_the_other_byte_order_are_read(code: str):
    array = np.array([[1.5, -2, 3e4], [0.25, 7, -1]]).astype(f">{code}")
    found = read_contents(npz(a=array, b=array[:, ::2].T), "some.npz").tensors
    assert found["a"].tolist() == array.tolist()
    assert found["b"].tolist() == array[:, ::2].T.tolist()


# Records


def test_a_small_part_of_a_large_tensor_does_not_hold_the_whole_in_memory():
    whole = torch.arange(10_000.0)
    contents = read_contents(saved({"model": {"part": whole[3:5], "rest": whole}}), "some.pt")
    assert contents.tensors["part"].tolist() == [3, 4]
    assert contents.tensors["part"].untyped_storage().nbytes() == 8
    assert torch.equal(contents.tensors["rest"], whole)


def test_plain_values_beside_the_weights_are_recorded():
    beside = {
        "epoch": 3,
        "losses": [1.0, 0.5],
        "config": {"p": 113, "name": "relu", "shuffle": True, "seed": None},
        "by_phase": {"train": [1.0], "test": [2.0]},
        "shape": (2, 3),
        "curve": torch.arange(3.0),
        "best": torch.tensor(0.25),
    }
    recorded = dict(read_contents(saved({"model": STATE} | beside), "some.pt").recorded)
    assert torch.equal(recorded.pop("curve"), beside.pop("curve"))
    assert recorded == beside | {"shape": [2, 3], "best": 0.25}


def test_plain_values_among_the_weights_are_recorded():
    contents = read_contents(saved(STATE | {"epoch": 3}), "some.pt")
    assert contents.tensors.keys() == STATE.keys()
    assert contents.recorded == {"epoch": 3}


def test_harmless_things_beside_the_weights_are_passed_over():
    beside = {"seen": {1, 2}, "z": 1j, "raw": bytearray(b"a"), "huge": 10**400}
    assert read_contents(saved({"model": STATE} | beside), "some.pt").recorded == {}


def test_an_optimiser_beside_the_weights_is_read_past():
    module = torch.nn.Linear(2, 2)
    optimiser = torch.optim.AdamW(module.parameters())
    module(torch.ones(1, 2)).sum().backward()
    optimiser.step()
    contents = read_contents(saved({"model": module.state_dict(), "optimizer": optimiser.state_dict()}), "some.pt")
    assert contents.tensors.keys() == {"weight", "bias"}


# NumPy


def test_single_numbers_of_an_npz_are_records_and_texts_its_metadata():
    contents = read_contents(saved_npz(STATE, epoch=7, train_loss=0.5, clockwork_recipe='{"a": "é"}'), "some.npz")
    assert contents.recorded == {"epoch": 7, "train_loss": 0.5}
    assert contents.metadata == {"clockwork_recipe": '{"a": "é"}'}
    assert contents.tensors.keys() == STATE.keys()  # IGNORE, a single number too, belongs to a module


def test_an_npz_compressed_or_in_the_order_of_fortran_is_read():
    table = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, table=table)
    assert torch.equal(read_contents(buffer.getvalue(), "some.npz").tensors["table"], torch.from_numpy(table.copy()))


def test_an_npz_beside_whose_arrays_is_something_else_says_so():
    data = zipped({"W_x.npy": b"", "notes.txt": b"hello"})
    with pytest.raises(CheckpointError, match=r"some.npz cannot be read as a NumPy archive: .*"):
        read_contents(data, "some.npz")


# Bounds


def test_a_modulus_at_the_bound_is_read():
    shape = MlpShape(modulus=1024, width=1, neurons=1, combination="concat", shared=False, layout="chughtai_mlp")
    data = saved(LAYOUTS["chughtai_mlp"].write(random_mlp(shape)))
    assert network_from_bytes(data, "some.pt", UPLOAD).modulus == 1024


@pytest.mark.parametrize(("environment", "megabytes"), [({}, 50), ({"CLOCKWORK_UPLOAD_MB": "200"}, 200)])
def test_the_size_of_an_upload_is_set_by_the_environment(environment: dict[str, str], megabytes: int):
    assert upload_limits(environment).file_mb == megabytes


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "50 MB", "2001", "²"])
def test_a_size_that_is_none_is_refused(text: str):
    with pytest.raises(ClockworkError, match=r"CLOCKWORK_UPLOAD_MB is .* expected a whole number of megabytes from 1"):
        upload_limits({"CLOCKWORK_UPLOAD_MB": text})


def test_the_largest_upload_in_16_bits_is_within_the_bounds():
    for megabytes in (50, 2000):
        limits = upload_limits({"CLOCKWORK_UPLOAD_MB": str(megabytes)})
        numbers = megabytes * 2**20 // 2
        assert numbers <= limits.elements <= max(UPLOAD.elements, numbers)
        assert 4 * numbers <= limits.room(megabytes * 2**20)
