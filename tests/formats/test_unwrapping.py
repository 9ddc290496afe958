"""Weights are found wherever in a file they are, by what a dict holds; what else could have been meant is said."""

import time
from argparse import Namespace
from collections import OrderedDict
from typing import Any

import pytest
import torch

from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.limits import UPLOAD
from models.formats.registry import LAYOUTS, network_from_contents
from models.formats.unwrapping import without_prefixes
from models.readings import read_network
from tests.hostile.payloads import saved
from tests.mlps import MlpShape, random_mlp
from tests.oracles import hand_built

NETWORK = hand_built(13, (1, 3, 4))
STATE = LAYOUTS["transformerlens"].write(NETWORK)
OTHER = {name: tensor + 1 for name, tensor in STATE.items()}
HE = LAYOUTS["he"].write(random_mlp(MlpShape(layers=0, layout="he")))


def opened(tree: Any) -> Contents:
    return read_contents(saved(tree), "some.pt", UPLOAD)


def is_read(contents: Contents) -> bool:
    return contents.tensors.keys() == STATE.keys() and all(
        torch.equal(contents.tensors[name], STATE[name]) for name in STATE
    )


def adam() -> dict[str, Any]:
    """An optimizer with a step behind it: twice as many numbers as the weights."""
    weights = [torch.nn.Parameter(tensor.clone()) for tensor in STATE.values()]
    optimizer = torch.optim.AdamW(weights)
    sum((weight**2).sum() for weight in weights).backward()
    optimizer.step()
    return optimizer.state_dict()


PLAIN = ("model", "state_dict", "model_state_dict")


@pytest.mark.parametrize("key", ["net", "params", "weights", "network_state", "model_state", "policy", "0", *PLAIN])
def test_any_key_may_hold_the_weights(key: str):
    data = {"x": torch.randint(13, (169, 3)), "logits": torch.randn(5)}
    contents = opened({"optimizer": adam(), "data": data, "train_losses": torch.rand(5000), key: STATE, "epoch": 7})
    assert is_read(contents)
    assert contents.recorded["epoch"] == 7
    assert len(contents.recorded["train_losses"]) == 5000
    expected = () if key in PLAIN else (f"its weights were found under ['{key}']",)
    assert contents.remarks == expected
    assert read_network(contents).remarks[: len(expected)] == expected


def test_a_bare_state_dict_has_nothing_to_remark():
    assert opened(STATE).remarks == ()
    assert is_read(opened(STATE | {"optimizer": adam()}))


@pytest.mark.parametrize(
    ("tree", "key"),
    [
        ({"ckpt": {"net": STATE, "epoch": 3}, "epoch": 2, "seed": 1}, "['ckpt']['net']"),
        ({"a": {"b": {"c": {"d": STATE}}}, "seed": 1}, "['a']['b']['c']['d']"),
        ((STATE, {"p": 13}), "['0']"),
        (["grokked", {"net": STATE}], "['1']['net']"),
        (Namespace(weights=STATE, seed=1), "['weights']"),
    ],
    ids=["two", "four", "a tuple", "a list", "an object"],
)
def test_weights_may_lie_deeper(tree: Any, key: str):
    contents = opened(tree)
    assert is_read(contents)
    assert contents.remarks == (f"its weights were found under {key}",)


def test_what_is_nearer_to_the_weights_is_believed_first():
    contents = opened({"ckpt": {"net": STATE, "epoch": 3}, "epoch": 2, "seed": 1})
    assert (contents.recorded["epoch"], contents.recorded["seed"]) == (3, 1)


def test_weights_that_lie_too_deep_are_not_sought():
    with pytest.raises(
        CheckpointError, match="holds no tensors by name; expected a state dict, bare or under a key such"
    ):
        opened({"a": {"b": {"c": {"d": {"e": STATE}}}}})


def test_lightnings_checkpoints_open():
    state = OrderedDict((f"model.{name}", tensor) for name, tensor in STATE.items())
    hyperparameters = {"act_fn": "gelu", "d_vocab": 14, "lr": 1e-3}
    contents = opened(
        {
            "epoch": 3,
            "global_step": 1000,
            "pytorch-lightning_version": "2.4.0",
            "state_dict": state,
            "loops": {"fit_loop": {"state_dict": {}}},
            "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.1), "monitor": "val_loss"}},
            "optimizer_states": [adam()],
            "lr_schedulers": [],
            "hyper_parameters": hyperparameters,
        }
    )
    assert is_read(contents)
    assert contents.remarks == ()
    read = read_network(contents)
    assert (read.network.hyperparameters.activation, read.remarks) == ("gelu", ("not used of its configuration: lr",))


@pytest.mark.parametrize("first", [True, False])
def test_the_network_comes_before_its_average(first: bool):
    keys = ["net", "ema_net"] if first else ["ema_net", "net"]
    contents = opened({key: STATE if key == "net" else OTHER for key in keys})
    assert is_read(contents)
    assert contents.remarks == (
        "its weights were found under ['net']",
        "it holds weights of the same shapes under ['ema_net'] too, which were not read; those under ['net'] were",
    )


@pytest.mark.parametrize(("place", "sought"), [(19, True), (20, False)])
def test_a_list_is_looked_through_to_its_twentieth_thing(place: int, sought: bool):
    tree: list[Any] = [0.0] * 30
    tree[place] = STATE
    if sought:
        assert is_read(opened(tree))
    else:
        with pytest.raises(CheckpointError, match="holds a list; expected a state dict"):
            opened(tree)


def test_the_usual_key_comes_before_what_is_larger():
    larger = LAYOUTS["transformerlens"].write(hand_built(23, (1, 3, 4, 5)))
    contents = opened({"teacher": larger, "ema": OTHER, "model": STATE})
    assert is_read(contents)
    told = "it holds weights of the same shapes under ['ema'] too, which were not read; those under ['model'] were"
    assert contents.remarks == (told,)


def test_many_copies_are_counted():
    contents = opened({"model": STATE} | {f"step{number}": dict(OTHER) for number in range(9)})
    assert "under ['step0'], ['step1'], ['step2'] and 6 more places too" in contents.remarks[0]


def test_one_state_dict_under_two_names_is_one():
    assert opened({"model": STATE, "best_model": STATE}).remarks == ()


def test_metadata_is_found_with_the_weights():
    state = OrderedDict(STATE)
    state._metadata = OrderedDict({"clockwork_recipe": "{}"})
    assert opened({"a": {"b": {"net": state}}}).metadata == {"clockwork_recipe": "{}"}


# Prefixes


WRAPPED = ("module.", "_orig_mod.", "module._orig_mod.", "model.", "net.", "transformer.", "model.transformer.", "a.b.")


@pytest.mark.parametrize("prefix", WRAPPED)
def test_a_prefix_that_every_name_has_is_dropped(prefix: str):
    assert is_read(opened({prefix + name: tensor for name, tensor in STATE.items()}))


@pytest.mark.parametrize("prefix", ["module.", "model.", "net.", ""])
def test_a_layouts_own_prefix_stays(prefix: str):
    contents = opened({"model": {prefix + name: tensor for name, tensor in HE.items()}})
    assert contents.tensors.keys() == HE.keys()
    assert network_from_contents(contents).layout.name == "he"


@pytest.mark.parametrize(
    "names",
    [
        ("model.0.weight", "model.2.weight"),  # of nn.Sequential: they are written back as they came
        ("layers.0.weight", "layers.1.weight"),
        ("mlp.W_in", "mlp.W_out"),
        ("fc.weight", "fc.bias"),
        ("embed.weight", "l1.weight"),
        ("model.weight", "weight"),
        ("a.", "b."),
        ("model",),
    ],
)
def test_what_belongs_to_the_names_stays(names: tuple[str, ...]):
    assert tuple(without_prefixes(dict.fromkeys(names))) == names


def test_prefixes_are_dropped_up_to_a_bound():
    def shortened(count: int) -> tuple[str, ...]:
        return tuple(without_prefixes(dict.fromkeys("module." * count + end for end in ("a", "b"))))

    assert shortened(16) == ("a", "b")
    assert shortened(17) == ("module.a", "module.b")


def test_one_dict_in_a_million_places_is_looked_at_once():
    tree: Any = {"net": STATE}
    for _ in range(3):
        tree = {f"k{number}": tree for number in range(100)}
    start = time.process_time()
    with pytest.raises(CheckpointError, match="holds no tensors by name"):
        opened({"a": tree})
    assert is_read(opened(tree))
    assert time.process_time() - start < 5
