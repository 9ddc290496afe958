"""What people keep beside weights: NumPy's numbers and arrays, Namespaces, paths; every protocol of torch.save."""

import argparse
import collections
import datetime
import pathlib
import sys
import types
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.errors import CheckpointError
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import LAYOUTS, network_from_bytes
from tests.hostile.payloads import saved
from tests.mlps import MlpShape, random_mlp

NETWORK = random_mlp(MlpShape(combination="concat", shared=False, layout="chughtai_mlp"))
STATE = LAYOUTS["chughtai_mlp"].write(NETWORK)
PROTOCOLS = (2, 3, 4, 5)


def recorded(protocol: int = 2, **beside: Any) -> dict[str, Any]:
    """What is kept of values beside the weights; the weights themselves must come out as they went in."""
    contents = read_contents(saved({"model": STATE, **beside}, pickle_protocol=protocol), "some.pt", UPLOAD)
    assert all(torch.equal(tensor, STATE[name]) for name, tensor in contents.tensors.items())
    return dict(contents.recorded)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_network_is_read_whatever_the_protocol_of_its_pickle(protocol: int):
    data = saved({"model": STATE, "epoch": 3, "losses": [1.5, 0.25], "name": "é" * 300}, pickle_protocol=protocol)
    assert network_from_bytes(data, "some.pt", UPLOAD).digest == NETWORK.digest
    old = saved(STATE, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    assert network_from_bytes(old, "some.pt", UPLOAD).digest == NETWORK.digest


@pytest.mark.parametrize("protocol", [0, 1])
def test_a_pickle_in_text_hears_what_to_leave_out(protocol: int):
    data = saved({"model": STATE, "trained": True}, pickle_protocol=protocol)
    with pytest.raises(CheckpointError, match=r"a step that is not read here \(\w+\)\. .* leaving out pickle_protocol"):
        read_contents(data, "some.pt")


NUMBERS = [
    *(np.float64(0.1), np.float32(0.1), np.float16(0.1), np.int64(-7), np.int32(2**30), np.int8(-3)),
    *(np.uint8(200), np.uint16(60_000), np.uint64(2**62), np.bool_(True), np.bool_(False)),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"{type(number).__name__} {number}")
def test_numbers_of_numpy_are_numbers(number: Any, protocol: int):
    found = recorded(protocol, loss=number)["loss"]
    assert found == number.item()
    assert type(found) is type(number.item())


def test_numbers_of_numpy_in_a_list_are_a_curve():
    assert recorded(train_losses=[np.float64(2), np.float32(0.5)])["train_losses"] == [2, 0.5]


@given(
    arrays.arrays(st.sampled_from(["<f8", ">f4", "<f2", ">i8", "<i4", "u1", "?"]), arrays.array_shapes(max_dims=3)),
    st.sampled_from(PROTOCOLS),
    st.booleans(),
)
def test_arrays_of_numpy_are_tensors(array: np.ndarray, protocol: int, fortran: bool):
    array = np.asfortranarray(array) if fortran else array
    array[~np.isfinite(array)] = 0
    found = recorded(protocol, curve=array)["curve"]
    native = torch.from_numpy(array.astype(array.dtype.newbyteorder("=")))
    assert torch.equal(found, native.float() if native.dtype == torch.float16 else native)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_state_dict_of_arrays_is_a_network(protocol: int):
    state = {name: tensor.numpy() for name, tensor in STATE.items()}
    assert network_from_bytes(saved({"model": state}, pickle_protocol=protocol), "some.pt").digest == NETWORK.digest


def test_an_array_among_the_weights_is_a_record():
    contents = read_contents(saved(STATE | {"losses": np.array([2.0, 1.0])}), "some.pt")
    assert contents.tensors.keys() == STATE.keys()
    assert contents.recorded["losses"].tolist() == [2, 1]


@pytest.mark.parametrize("strange", [np.array(["a"]), np.zeros(2, "c16"), np.array([np.datetime64("2024-01-01")])])
def test_arrays_of_other_things_are_left_out(strange: np.ndarray):
    assert recorded(curve=strange, epoch=1) == {"epoch": 1}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_namespace_is_read_as_names_and_values(protocol: int):
    options = argparse.Namespace(p=113, lr=1e-3, out=pathlib.Path("runs"), inner=types.SimpleNamespace(act_fn="relu"))
    kept = {"p": 113, "lr": 1e-3, "out": "runs", "inner": {"act_fn": "relu"}}
    assert recorded(protocol, args=options) == {"args": kept}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_pythons_own_collections_are_read_as_dicts_and_lists(protocol: int):
    losses = collections.defaultdict(list, {"train": [1.0, 0.5]})
    beside = {"losses": losses, "last": collections.deque([1, 2], maxlen=5), "seen": collections.Counter("aab")}
    assert recorded(protocol, **beside) == {
        "losses": {"train": [1.0, 0.5]},
        "last": [1, 2],
        "seen": {"a": 2, "b": 1},
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_paths_and_devices_are_texts(protocol: int):
    beside = {"out": pathlib.PurePosixPath("/somewhere/else"), "on": torch.device("cuda", 1), "at": torch.device("cpu")}
    assert recorded(protocol, **beside) == {"out": "/somewhere/else", "on": "cuda:1", "at": "cpu"}
    assert recorded(protocol, out=pathlib.PurePosixPath("a/" * 3000), epoch=1) == {"epoch": 1}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_dates_and_sets_are_passed_over(protocol: int):
    beside = {
        "when": datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC),
        "took": datetime.timedelta(seconds=3),
        "bytes": b"abc",
        "none": b"",
        "frozen": frozenset({1, "a"}),
        "some": {1, 2},
        "range": range(3),
        "epoch": 7,
    }
    assert recorded(protocol, **beside) == {"epoch": 7}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("group", [set(), frozenset(), {1, 2}, frozenset({1, "a"})])
def test_each_kind_of_set_is_passed_over_by_itself(group: Any, protocol: int):
    assert recorded(protocol, before=1, group=group, epoch=7) == {"before": 1, "epoch": 7}


def test_names_that_run_something_are_in_no_table():
    from models.formats.containers.pickle_steps import NAMES

    harmless = {"__builtin__", "_codecs", "argparse", "builtins", "collections", "datetime", "types"}
    harmless |= {"copy_reg", "copyreg"}  # what makes an object of a class makes a record here
    modules = {module for module, _ in NAMES}
    assert all(module in harmless or module.split(".")[0] in ("numpy", "pathlib", "torch") for module in modules)
    run = ("eval", "exec", "getattr", "compile", "open", "__import__", "map", "apply", "setattr", "input", "breakpoint")
    assert not {name for _, name in NAMES} & set(run)
    foreign = [make for make in NAMES.values() if callable(make) and not make.__module__.startswith("models.")]
    assert foreign == []


def test_what_is_looked_up_is_never_imported():
    data = saved({"model": STATE, "args": argparse.Namespace(a=1), "loss": np.float64(2)}, pickle_protocol=4)
    seen, listening = [], [True]  # a hook cannot be taken away again

    def listen(event: str, details: Any) -> None:
        if listening[0] and event in ("import", "exec", "open", "pickle.find_class"):
            seen.append(f"{event} {details}")

    sys.addaudithook(listen)
    read_contents(data, "some.pt")
    listening[0] = False
    assert seen == []
