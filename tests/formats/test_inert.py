"""Objects of unknown classes beside weights are names and values; what could run code is refused."""

import builtins
import collections
import copyreg
import dataclasses
import enum
import functools
import io
import operator
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from models.errors import CheckpointError
from models.formats.containers.inert import CLASS_NAME, NAMES, Unknown, stand_in
from models.formats.decoding import read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import LAYOUTS
from models.readings import read_network
from tests.hostile.payloads import Calls, saved
from tests.oracles import hand_built

NETWORK = hand_built(13, (1, 3, 4))
STATE = LAYOUTS["transformerlens"].write(NETWORK)
PROTOCOLS = (2, 3, 4, 5)
FORMATS = {"zip": {}, "old": {"_use_new_zipfile_serialization": False}}


class Activation(enum.Enum):
    RELU = "relu"
    GELU = "gelu"


@dataclasses.dataclass
class Plain:
    act_fn: str = "gelu"
    epochs: int = 1
    device: Any = None


@dataclasses.dataclass(slots=True)
class Slotted:
    act_fn: str = "gelu"


class Hand:
    """As people write one."""

    ignored = 7  # of the class, and so in no pickle

    def __init__(self) -> None:
        self.act_fn = "gelu"


class Entries(dict[str, object]):
    """A dict of some kind."""


class Rows(list[object]):
    """A list of some kind."""


class ByConstructor:
    """Pickled by copyreg._reconstructor, as protocols before 2 do."""

    def __reduce__(self) -> Any:
        import copyreg

        return copyreg._reconstructor, (ByConstructor, object, None), {"act_fn": "gelu"}


class WithArguments:
    """Pickled with keyword arguments of its __new__."""

    def __getnewargs_ex__(self) -> Any:
        return (), {"act_fn": "gelu"}

    def __new__(cls, act_fn: str = "gelu") -> "WithArguments":
        made = super().__new__(cls)
        made.act_fn = act_fn
        return made


CONFIGS = {
    "a dataclass": (Plain(device=torch.device("cpu")), {"act_fn": "gelu", "epochs": 1, "device": "cpu"}),
    "one with slots": (Slotted(), {"act_fn": "gelu"}),
    "an object": (Hand(), {"act_fn": "gelu"}),
    "a kind of dict": (Entries(act_fn="gelu"), {"act_fn": "gelu"}),
    "by copyreg": (ByConstructor(), {"act_fn": "gelu"}),
    "with named arguments": (WithArguments(), {"act_fn": "gelu"}),
    "an ordered dict": (collections.OrderedDict(act_fn="gelu"), {"act_fn": "gelu"}),
    "members of an enumeration": ({"act_fn": Activation.GELU}, {"act_fn": "gelu"}),
    "objects in objects": (Entries(model=Hand(), rows=Rows([1])), {"model": {"act_fn": "gelu"}, "rows": {}}),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", CONFIGS)
def test_an_object_of_an_unknown_class_is_its_names_and_values(name: str, protocol: int):
    config, expected = CONFIGS[name]
    if name == "with named arguments" and protocol < 4:
        pytest.skip("older protocols write such an object as a call of functools.partial")
    contents = read_contents(saved({"model": STATE, "config": config}, pickle_protocol=protocol), "some.pt", UPLOAD)
    assert contents.recorded == {"config": expected}
    read = read_network(contents)
    assert (read.network.hyperparameters.activation, read.why) == ("gelu", "said by the configuration inside it")


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_nothing_of_it_is_imported_or_called(options: dict[str, Any], tmp_path: Path):
    """The class is in no module that the reader has: another process wrote the file."""
    file = tmp_path / "some.pt"
    script = (
        "import sys, types, torch\n"
        "module = types.ModuleType('no_such_library.config'); sys.modules['no_such_library.config'] = module\n"
        "sys.modules['no_such_library'] = types.ModuleType('no_such_library')\n"
        "body = '    def __setstate__(self, state): raise SystemExit(9)'\n"
        "exec('class HookedTransformerConfig:\\n' + body, module.__dict__)\n"
        "kind = module.HookedTransformerConfig; kind.__module__ = module.__name__\n"
        "config = kind(); config.__dict__.update(act_fn='gelu', d_vocab=14, normalization_type=None, n_heads=-1)\n"
        f"torch.save({{'model': {{'W': torch.ones(2, 2)}}, 'config': config}}, {str(file)!r}, **{options!r})\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    before = set(sys.modules)
    recorded = read_contents(file.read_bytes(), "some.pt", UPLOAD).recorded
    assert recorded == {"config": {"act_fn": "gelu", "d_vocab": 14, "normalization_type": None, "n_heads": -1}}
    assert not {name for name in set(sys.modules) - before if name.startswith("no_such")}


def test_what_a_transformerlens_configuration_says_is_heard():
    heads, width = NETWORK.body.blocks[0].W_Q.shape[0], NETWORK.body.width
    config = Hand()
    config.__dict__ |= {"act_fn": "gelu", "normalization_type": None, "attention_dir": "causal", "n_heads": heads}
    config.__dict__ |= {"d_model": width, "d_vocab": 14, "d_vocab_out": 13, "n_ctx": 3, "n_layers": 1, "seed": 999}
    read = read_network(read_contents(saved({"model": STATE, "config": config}), "some.pt"))
    assert read.network.hyperparameters.activation == "gelu"
    assert read.remarks == ("not used of its configuration: seed",)
    config.__dict__ |= {"d_vocab": 114}
    with pytest.raises(CheckpointError, match=r"inside the file says d_vocab 114, but the weights have 14 \(tokens\)"):
        read_network(read_contents(saved({"model": STATE, "config": config}), "some.pt"))
    config.__dict__ |= {"d_vocab": 14, "normalization_type": "LN"}
    with pytest.raises(CheckpointError, match="says normalization_type LN, but it is read with no norm"):
        read_network(read_contents(saved({"model": STATE, "config": config}), "some.pt"))


# What stays refused


def calling(module: str, name: str, *arguments: Any) -> bytes:
    """A pickle of protocol 2 that calls module.name, which need not exist."""
    inner = pickle.dumps(arguments, protocol=2)[2:-1]
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n" + inner + b"R"


def zipped_with(step: bytes) -> bytes:
    """A checkpoint whose configuration is what a step of a pickle leaves."""
    import zipfile

    buffer, result = io.BytesIO(saved({"model": STATE, "config": "HERE"}, pickle_protocol=2)), io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(result, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.endswith("data.pkl"):
                text = b"X\x04\x00\x00\x00HERE"
                start = content.index(text)
                after = start + len(text) + 2  # behind what keeps the text under a number
                content = content[:start] + step + content[after:]
            target.writestr(info, content)
    return result.getvalue()


RUNS_CODE = {
    "builtins.eval": Calls(eval, "1"),
    "os.system": Calls(os.system, "true"),
    "functools.partial": Calls(functools.partial, print),
    "operator.attrgetter": Calls(operator.attrgetter("real").__class__, "real"),
    "operator.methodcaller": Calls(operator.methodcaller("bit_length").__class__, "bit_length"),
    "getattr": Calls(getattr, 1, "real"),
    "builtins.compile": Calls(builtins.compile, "1", "a", "eval"),
    "torch.load": Calls(torch.load, "a.pt"),
    "torch.hub": Calls(torch.hub.load, "a", "b"),
    "torch.jit": Calls(torch.jit.load, "a"),
    "subprocess": Calls(subprocess.Popen, "true"),
    "a class of Python's": Calls(io.FileIO, "a"),
    "a function of some library": Calls(saved, 1),
    "a class with two arguments": Calls(Plain, "relu", 1),
    "a class with a list": Calls(Plain, [1]),
    "a class with a long text": Calls(Plain, "a" * 101),
}


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", RUNS_CODE)
def test_what_is_called_is_refused(name: str, protocol: int, options: dict[str, Any]):
    data = saved({"model": STATE, "config": RUNS_CODE[name]}, pickle_protocol=protocol, **options)
    with pytest.raises(CheckpointError, match=r"holds Python objects besides tensors, which are never run here \("):
        read_contents(data, "some.pt", UPLOAD)


@pytest.mark.parametrize(
    "module", ["posix", "nt", "os", "builtins", "__builtin__", "commands", "pip._internal", "torch._C"]
)
@pytest.mark.parametrize("name", ["system", "System"])
def test_a_call_by_its_bare_name_is_refused(module: str, name: str):
    with pytest.raises(CheckpointError, match=rf"never run here \({module}\.{name}\)"):
        read_contents(zipped_with(calling(module, name, "true")), "some.pt", UPLOAD)


def test_a_function_is_refused_even_if_it_is_not_called():
    with pytest.raises(CheckpointError, match="never run here"):
        read_contents(saved({"model": STATE, "config": saved}), "some.pt", UPLOAD)


@pytest.mark.parametrize(
    ("module", "name", "stands"),
    [
        ("__main__", "Config", True),
        ("transformer_lens.HookedTransformerConfig", "HookedTransformerConfig", True),
        ("__main__", "train.<locals>.Config", True),
        ("__main__", "_Config", True),
        ("__main__", "train", False),
        ("__main__", "Config.run", False),
        ("os.path", "Join", False),
        ("torch.nn.modules.linear", "Linear", False),
        ("a b", "Config", False),
        ("", "Config", False),
        ("a" * 400, "Config", False),
    ],
)
def test_only_classes_outside_python_and_its_libraries_have_stand_ins(module: str, name: str, stands: bool):
    found = stand_in(module, name)
    assert found == (Unknown(f"{module}.{name}") if stands else None)
    assert not callable(found)


def test_a_class_name_is_told_in_time():
    assert CLASS_NAME.fullmatch("a" * 300) is None
    assert CLASS_NAME.fullmatch("a.<locals>." * 25 + "b") is None


def test_a_class_by_itself_is_left_out():
    contents = read_contents(saved({"model": STATE, "config": Plain, "epoch": 2}), "some.pt", UPLOAD)
    assert contents.recorded == {"epoch": 2}


def test_objects_without_end_are_refused():
    config = Hand()
    config.inner = config
    with pytest.raises(CheckpointError, match="nested more than 32 deep"):
        read_contents(saved({"model": STATE, "config": config}), "some.pt", UPLOAD)
    many = [Hand() for _ in range(3)]
    many[0].all = many[1].all = many[2].all = [Entries(a=1)] * 1000
    contents = read_contents(saved({"model": STATE, "config": many * 100}), "some.pt")
    assert len(contents.recorded["config"]) == 300
    with pytest.raises(CheckpointError, match="more than 500,000 values"):
        read_contents(saved({"model": STATE, "config": many * 100}), "some.pt", UPLOAD)


def test_the_ways_in_which_python_makes_objects_are_known_by_the_names_they_have():
    homes = {"builtins": builtins, "__builtin__": builtins, "copyreg": copyreg, "copy_reg": copyreg}
    known = {name for _, name in NAMES} - {"object"}
    assert known == {"_reconstructor", "__newobj__", "__newobj_ex__"}
    assert all(callable(getattr(homes[module], name)) and callable(make) for (module, name), make in NAMES.items())
