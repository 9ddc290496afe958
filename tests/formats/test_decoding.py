"""Bytes that are no checkpoint, or a dangerous one: one sentence each, and nothing in them is ever run."""

import io
import pickle
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import LAYOUTS, network_from_bytes
from tests.oracles import Shape, random_network

STATE = LAYOUTS["transformerlens"].write(random_network(Shape()))


def saved(data: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(data, buffer, **options)
    return buffer.getvalue()


FILES = {
    "some.pt": saved(STATE),
    "old.pt": saved(STATE, _use_new_zipfile_serialization=False),
    "some.safetensors": safetensors.torch.save(STATE),
}


@pytest.mark.parametrize("name", FILES)
def test_contents_name_their_file_by_the_sha256_of_its_bytes(name: str):
    assert read_contents(FILES[name], name).file_digest == sha256(FILES[name]).hexdigest()
    assert Contents(name, STATE).file_digest == ""


@pytest.mark.parametrize("name", FILES)
def test_every_container_is_read(name: str):
    tensors = read_contents(FILES[name], name).tensors
    assert tensors.keys() == STATE.keys()
    assert all(torch.equal(tensor, STATE[key]) for key, tensor in tensors.items())


def test_safetensors_are_known_by_their_contents():
    assert read_contents(FILES["some.safetensors"], "misnamed.pt").tensors.keys() == STATE.keys()


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "some.pt", r"some.pt is empty \(0 bytes\). Expected a .pt, .pth, .safetensors, .npz or .onnx checkpoint"),
        (b"", "some.safetensors", r"some.safetensors is empty \(0 bytes\)"),
        (
            b"hello, I am a text file and no network",
            "some.pt",
            r"some.pt is not a checkpoint: expected .* found text that begins 'hello, I am a text file '",
        ),
        (
            b"\x89PNG\r\n\x1a\n and so on",
            "some.pt",
            "is not a checkpoint: .* found bytes that begin 89 50 4e 47 0d 0a 1a 0a",
        ),
        (b"hello, I am a text file", "some.safetensors", "cannot be read as safetensors: .* copy it again"),
        (b"PK\x03\x04 and so on", "some.pt", "some.pt cannot be read as a PyTorch checkpoint: .* copy it again"),
        (saved([torch.zeros(2)]), "some.pt", r"some.pt holds a list; expected a state dict \(names → tensors\)"),
        (saved(torch.zeros(2)), "some.pt", "some.pt holds a Tensor; expected a state dict"),
        (
            saved({}),
            "some.pt",
            "some.pt holds no tensors by name; expected a state dict, bare or under a key such as 'model'",
        ),
        (saved({"epoch": 3}), "some.pt", "holds no tensors by name"),
        (saved({0: torch.zeros(2)}), "some.pt", "holds no tensors by name"),
        (saved({"model": {"epoch": 3}}), "some.pt", "holds no tensors by name"),
    ],
)
def test_what_is_no_checkpoint_says_what_was_expected_and_found(data: bytes, name: str, message: str):
    with pytest.raises(CheckpointError, match=message) as refusal:
        read_contents(data, name)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
def test_a_file_cut_off_anywhere_is_refused_in_one_line(data: st.DataObject, name: str):
    whole = FILES[name]
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(CheckpointError, match=name) as refusal:
        network_from_bytes(whole[:cut], name)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("left", [200, 1000, 3000])
@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_is_said_to_be_cut_off(name: str, left: int):
    assert len(FILES[name]) > left
    with pytest.raises(CheckpointError, match=f"{name} cannot be read as .*. It may be cut off; copy it again"):
        read_contents(FILES[name][:left], name)


@given(st.binary(max_size=200), st.sampled_from(["some.pt", "some.safetensors"]))
def test_any_bytes_are_refused_in_one_line(data: bytes, name: str):
    with pytest.raises(CheckpointError, match=name) as refusal:
        read_contents(data, name)
    assert "\n" not in str(refusal.value)


def test_a_safetensors_header_longer_than_the_file_is_refused():
    with pytest.raises(CheckpointError, match="cannot be read as safetensors"):
        read_contents(struct.pack("<Q", 2**40) + b'{"a": 1}', "some.safetensors")


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("name", ["embed.W_E", "unembed.W_U"])
def test_values_that_are_not_finite_name_their_tensor(name: str, value: float):
    spoilt = STATE[name].clone()
    spoilt[0, 0] = spoilt[1, 2] = value
    message = rf"some.pt: tensor {name} holds 2 values that are NaN or infinite \(of {spoilt.numel()}\)"
    with pytest.raises(CheckpointError, match=message):
        read_contents(saved(STATE | {name: spoilt}), "some.pt")


def test_the_mask_value_of_transformerlens_may_be_infinite():
    state = STATE | {"blocks.0.attn.IGNORE": torch.tensor(-torch.inf)}
    assert read_contents(saved(state), "some.pt").tensors.keys() == state.keys()


STRANGE: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sparse": lambda tensor: tensor.to_sparse(),
    "without storage": lambda tensor: tensor.to("meta"),
    "negated in name": lambda tensor: torch.complex(tensor, tensor).conj().imag,
    "eight bits": lambda tensor: tensor.to(torch.float8_e4m3fn),
    "quantised": lambda tensor: torch.quantize_per_tensor(tensor, 0.1, 0, torch.qint8),
}


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")  # torch's own, on making them
@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
def test_tensors_of_a_strange_kind_name_themselves(change: Callable[[torch.Tensor], torch.Tensor]):
    data = saved(STATE | {"embed.W_E": change(STATE["embed.W_E"])})
    with pytest.raises(CheckpointError, match=r"some\.pt.*embed\.W_E"):
        network_from_bytes(data, "some.pt")


@pytest.mark.filterwarnings("always")
def test_a_pickle_of_another_protocol_is_refused_without_a_warning_beside(recwarn: pytest.WarningsRecorder):
    with pytest.raises(CheckpointError, match=r"some\.pt"):
        read_contents(pickle.dumps({"weights": [1, 2]}, protocol=4), "some.pt")
    assert [str(warning.message) for warning in recwarn] == []


# Code in a file


class Touch:
    """Unpickled, it makes a file: the canary."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.canary,)


CONTAINERS: dict[str, Callable[[Any], bytes]] = {
    "zip": saved,
    "old": lambda data: saved(data, _use_new_zipfile_serialization=False),
    "bare": lambda data: pickle.dumps(data, protocol=2),
}


@pytest.mark.parametrize("write", CONTAINERS.values(), ids=CONTAINERS)
def test_code_in_a_file_is_refused_and_not_run(tmp_path: Path, write: Callable[[Any], bytes]):
    canary = tmp_path / "canary"
    with pytest.raises(CheckpointError, match="holds Python objects besides tensors, which are never run here"):
        read_contents(write({"config": Touch(canary)}), "some.pt")
    assert not canary.exists()


@pytest.mark.parametrize("write", CONTAINERS.values(), ids=CONTAINERS)
def test_the_canary_sings_where_code_is_run(tmp_path: Path, write: Callable[[Any], bytes]):
    canary = tmp_path / "canary"
    with suppress(RuntimeError):  # the bare pickle is no checkpoint, but by then it has been run
        torch.load(io.BytesIO(write({"config": Touch(canary)})), weights_only=False)
    assert canary.exists()


# Uploads


def test_an_upload_beyond_the_limit_is_refused_before_it_is_read():
    message = "big.pt is 3 MB; an upload may be 2 MB. Save the weights alone"
    with pytest.raises(CheckpointError, match=message):
        read_contents(b"\x00" * (3 * 2**20), "big.pt", replace(UPLOAD, file_mb=2))


def test_an_upload_up_to_the_limit_is_read():
    state = {"weight": torch.zeros(200_000)}
    assert read_contents(saved(state), "some.pt", replace(UPLOAD, file_mb=1)).tensors.keys() == state.keys()


# What stands beside the weights


@pytest.mark.parametrize("wrapper", ["model", "state_dict", "model_state_dict"])
def test_a_wrapped_state_dict_is_unwrapped_and_the_rest_is_recorded(wrapper: str):
    contents = read_contents(saved({wrapper: STATE, "epoch": 3, "losses": [1.0, 0.5]}), "some.pt")
    assert contents.tensors.keys() == STATE.keys()
    assert contents.recorded == {"epoch": 3, "losses": [1.0, 0.5]}


def test_text_in_the_metadata_of_safetensors_is_read():
    data = safetensors.torch.save(STATE, metadata={"clockwork_source_digest": "abc"})
    assert read_contents(data, "some.safetensors").metadata == {"clockwork_source_digest": "abc"}


def test_versions_that_pytorch_keeps_in_a_state_dict_are_not_our_metadata():
    state = torch.nn.Linear(2, 2).state_dict()
    assert state._metadata
    assert read_contents(saved(state), "some.pt").metadata == {}


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1234567\n" % (b"a" * 64)


@pytest.mark.parametrize("name", ["some.pt", "some.safetensors", "some.npz"])
def test_a_pointer_of_git_lfs_says_what_it_is(name: str):
    expected = r"is a Git LFS pointer, a text of 1\d\d bytes .* \(1,234,567 bytes\)"
    with pytest.raises(CheckpointError, match=expected) as told:
        read_contents(POINTER, name)
    assert "Run `git lfs pull` in its repository" in str(told.value)
    with pytest.raises(CheckpointError, match=r"in the place of the file itself\. Run `git lfs pull`"):
        read_contents(b"version https://git-lfs.github.com/spec/v1\nsize " + b"9" * 5000, name)
