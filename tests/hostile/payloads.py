"""Files that run code where they are unpickled: each would touch a canary."""

import functools
import io
import os
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch._tensor import _rebuild_from_type_v2
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION

WEIGHTS = {"W_x": torch.zeros(3, 2)}


class Calls:
    """Unpickled, it calls what it was given."""

    def __init__(self, call: Callable[..., Any], *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call, self.arguments


class Disguised(torch.nn.Module):
    """A module that is pickled whole, with a payload among its attributes."""

    def __init__(self, payload: Calls) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)
        self.payload = payload


class Config:
    """As people write one, with a payload among its attributes."""

    def __init__(self, payload: Calls) -> None:
        self.payload = payload


class Entries(dict[str, object]):
    """A dict of some kind."""


def by_shell(canary: Path) -> Calls:
    return Calls(os.system, f"touch '{canary}'")


def by_path(canary: Path) -> Calls:
    return Calls(Path.touch, canary)


def saved(data: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(data, buffer, **options)
    return buffer.getvalue()


def old(data: Any) -> bytes:
    return saved(data, _use_new_zipfile_serialization=False)


def first_pickle_of_the_old_format(canary: Path) -> bytes:
    rest = [PROTOCOL_VERSION, {"little_endian": True}, WEIGHTS, []]
    return b"".join(pickle.dumps(part, protocol=2) for part in (by_path(canary), *rest))


def third_pickle_of_the_old_format(canary: Path) -> bytes:
    return b"".join(
        pickle.dumps(part, protocol=2) for part in (MAGIC_NUMBER, PROTOCOL_VERSION, by_path(canary), {}, [])
    )


def metadata_of_a_state_dict(canary: Path) -> bytes:
    state = OrderedDict(WEIGHTS)
    state._metadata = {"clockwork_recipe": by_path(canary)}
    return saved(state)


def key_of_a_dict(canary: Path) -> bytes:
    return saved({"model": WEIGHTS, "config": Calls(dict, [(by_path(canary), 1)])})


def under_a_permitted_name(canary: Path) -> bytes:
    return saved(WEIGHTS | {"W_y": Calls(_rebuild_from_type_v2, Path.touch, torch.Tensor, (canary,), None)})


def object_array(canary: Path) -> bytes:
    array = np.empty(1, dtype=object)
    array[0] = by_path(canary)
    buffer = io.BytesIO()
    np.savez(buffer, W_x=np.zeros((3, 2)), W_y=array)
    return buffer.getvalue()


def member_of_an_archive(canary: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"model": by_shell(canary)}, protocol=4))
        archive.writestr("archive/version", "3\n")
    return buffer.getvalue()


Maker = Callable[[Path], bytes]
DISGUISES: dict[str, tuple[str, Maker]] = {
    "a plain pickle": ("some.pt", lambda canary: pickle.dumps(by_shell(canary), protocol=2)),
    "a plain pickle of a newer protocol": ("some.pt", lambda canary: pickle.dumps(by_path(canary), protocol=5)),
    "a plain pickle in text": ("some.pt", lambda canary: pickle.dumps(by_shell(canary), protocol=0)),
    "a plain pickle named otherwise": ("some.safetensors", lambda canary: pickle.dumps(by_path(canary), protocol=2)),
    "beside the weights": ("some.pt", lambda canary: saved({"model": WEIGHTS, "config": by_shell(canary)})),
    "the first pickle of the old format": ("some.pt", first_pickle_of_the_old_format),
    "the third pickle of the old format": ("some.pt", third_pickle_of_the_old_format),
    "beside the weights in the old format": ("some.pt", lambda canary: old({"model": WEIGHTS, "e": by_path(canary)})),
    "the metadata of a state dict": ("some.pt", metadata_of_a_state_dict),
    "a key of a dict": ("some.pt", key_of_a_dict),
    "a module pickled whole": ("some.pt", lambda canary: saved(Disguised(by_path(canary)))),
    "a partial function": ("some.pt", lambda canary: saved({"a": Calls(functools.partial(Path.touch, canary))})),
    "an attribute of a configuration": (
        "some.pt",
        lambda canary: saved({"model": WEIGHTS, "config": Config(by_shell(canary))}, pickle_protocol=4),
    ),
    "an item of a kind of dict": ("some.pt", lambda canary: old({"model": WEIGHTS, "c": Entries(a=by_path(canary))})),
    "under a permitted name": ("some.pt", under_a_permitted_name),
    "a member of an archive": ("some.pt", member_of_an_archive),
    "an array of objects": ("some.npz", object_array),
}


def load_unsafely(data: bytes) -> None:
    """Load in every way that runs code. For a process of its own."""
    ways: tuple[Callable[[], Any], ...] = (
        lambda: torch.load(io.BytesIO(data), weights_only=False),
        lambda: pickle.loads(data),
        lambda: {name: array[...] for name, array in np.load(io.BytesIO(data), allow_pickle=True).items()},
    )
    for way in ways:
        try:
            way()
        except Exception as error:
            print(type(error).__name__, error)
