"""Roles that somebody says: nonsense names open by them, what cannot be is refused by name, and files keep them."""

import re
from dataclasses import replace

import pytest
import torch
from torch import Tensor

import models
from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.general_transformer import NAME, ROLES
from models.formats.registry import layout_of, network_from_bytes, network_from_contents, network_to_bytes
from models.formats.roles.find import filled_in
from models.formats.roles.given import (
    LONGEST_ROLES,
    NOT_A_WEIGHT,
    every_role,
    names_tensors,
    read_roles,
    required_roles,
    roles_of_as_many_axes,
    roles_text,
    shapes_of_role,
)
from models.hyperparameters import PLAIN
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.layouts import LAYOUTS, Layout, layout_named


def nonsense(layout: Layout) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a layout under names that say nothing, and the roles that their own names said."""
    roles = filled_in(layout.state)
    names = {name: f"t{number}" for number, name in enumerate(layout.state)}
    return {names[name]: tensor for name, tensor in layout.state.items()}, {names[name]: roles[name] for name in roles}


def porth(**changed: str) -> Contents:
    state, roles = nonsense(layout_named("porth"))
    return Contents("some.pt", state, roles=roles | changed)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.title)
def test_names_that_say_nothing_open_by_roles(layout: Layout):
    state, roles = nonsense(layout)
    assert not any(role.startswith("?") for role in roles.values())
    facts = PLAIN.with_values({"tokens": layout.tokens, **layout.network().hyperparameters.values()})
    network = network_from_contents(Contents("some.pt", state, roles=roles), facts)
    assert network.layout.name == NAME
    a, b = network.task.pairs()
    torch.testing.assert_close(network.cast(torch.float64).logits(a, b), layout.expected(a, b), rtol=1e-5, atol=1e-6)


def test_without_roles_they_do_not_open():
    state, _ = nonsense(layout_named("porth"))
    with pytest.raises(CheckpointError, match=r"no table of tokens.*say which tensor is which .*--roles-out"):
        layout_of(Contents("some.pt", state))


def test_what_is_not_said_is_found_by_names():
    state = layout_named("porth").state
    renamed = {("zz" if name == "tok_emb.weight" else name): tensor for name, tensor in state.items()}
    with pytest.raises(CheckpointError, match="no table of tokens"):
        layout_of(Contents("some.pt", renamed))
    network = network_from_contents(Contents("some.pt", renamed, roles={"zz": "embedding"}))
    torch.testing.assert_close(network.table_a, layout_named("porth").network().table_a)


def test_a_wrong_guess_is_corrected():
    layout = layout_named("porth")
    said = filled_in(layout.state)
    keys = [name for name, role in said.items() if role in ("0.norm1.gain", "0.norm2.gain")]
    swapped = said | dict(zip(keys, (said[keys[1]], said[keys[0]]), strict=True))
    one, other = (network_from_contents(Contents("some.pt", layout.state, roles=roles)) for roles in (said, swapped))
    assert torch.equal(one.body.blocks[0].attention_norm.gain, other.body.blocks[0].mlp_norm.gain)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_file_keeps_its_roles_and_reads_back(suffix: str):
    network = network_from_contents(porth())
    operated = transplant(network, own_recipe(11, (1, 2, 3)))
    data = network_to_bytes(operated, suffix, {})
    written = read_contents(data, "some.pt")
    assert written.tensors.keys() == network.layout.retained.keys()
    assert read_roles(written.metadata[ROLES], "it") == dict(network.layout.roles)
    again = network_from_bytes(data, "some.pt")
    assert (again.modulus, again.digest) == (11, operated.digest)


def test_roles_in_metadata_that_are_none_are_refused():
    state, _ = nonsense(layout_named("porth"))
    with pytest.raises(CheckpointError, match=r"metadata clockwork_roles gives tensor t0 the role x"):
        layout_of(Contents("some.pt", state, metadata={ROLES: '{"t0": "x"}'}))
    with pytest.raises(CheckpointError, match="metadata clockwork_roles is no JSON"):
        layout_of(Contents("some.pt", state, metadata={ROLES: "["}))


def name_of(role: str) -> str:
    return next(name for name, has in nonsense(layout_named("porth"))[1].items() if has == role)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"nobody": "0.q"}, "a role is given to nobody, and there is no such tensor"),
        ({name_of("0.norm1.gain"): "0.norm2.gain"}, r"the role 0\.norm2\.gain is given to t\d+ and t\d+"),
        ({name_of("0.qkv"): "final_norm.gain"}, r"\[24, 8\] is given the role final_norm.gain, which takes \[d\] with"),
        ({name_of("0.in"): "unembedding.bias"}, r"is given the role unembedding.bias, which takes \[classes\]"),
        ({name_of("embedding"): "1.in"}, "no table of tokens"),
        ({name_of("embedding"): "1.in", name_of("0.in.bias"): "embedding"}, r"\[12\] is given the role embedding"),
        ({name_of("0.in"): NOT_A_WEIGHT}, "layer 0 has no matrix into its neurons"),
        ({name_of("0.in"): "2.in"}, r"layer 0 has no matrix into its neurons; layer 1 has no queries"),
    ],
)
def test_roles_that_cannot_be_are_refused_by_name(changed: dict[str, str], message: str):
    with pytest.raises(CheckpointError, match=message):
        layout_of(porth(**changed))


def test_numbers_that_are_no_weights_have_no_role():
    contents = porth()
    whole = dict(contents.tensors) | {"ids": torch.arange(3)}
    with pytest.raises(CheckpointError, match=r"ids is given the role 0.o.bias, and holds torch.int64"):
        layout_of(replace(contents, tensors=whole, roles=dict(contents.roles) | {"ids": "0.o.bias"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "r.json holds a list; expected an object with names of tensors and their roles"),
        ("{}", "r.json holds an empty object; expected"),
        ('"embedding"', "r.json holds a str"),
        ("{", "r.json is no JSON"),
        ('{"a": "0.q", "a": "0.k"}', "r.json is no JSON .it gives 'a' twice"),
        ('{"a": 3}', "r.json gives tensor a a int as its role; expected a text"),
        ('{"a": {"b": "0.q"}}', "r.json gives tensor a a dict as its role"),
        (
            '{"a": "embeding"}',
            r"embeding \(is embedding meant\?\); expected one of embedding, positions, .*0\.qkv",
        ),
        ('{"a": "16.q"}', "the role 16.q"),
        ('{"a": "00.q"}', "the role 00.q"),
        ('{"a": "٠.q"}', "the role "),
        ('{"a": "0.embedding"}', "the role 0.embedding"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested more than 64 deep"),
        ('{"a": "' + "x" * LONGEST_ROLES + '"}', "roles of tensors may have 1,048,576"),
    ],
)
def test_hostile_roles_are_refused(text: str, message: str):
    with pytest.raises(CheckpointError, match=message) as refused:
        read_roles(text, "r.json")
    assert len(str(refused.value)) < 2000


def test_what_is_not_known_is_left_open():
    assert read_roles('{"a": "", "b": null, "c": "? [3, 4]", "d": "0.q"}', "r.json") == {"d": "0.q"}
    roles = nonsense(layout_named("porth"))[1]
    assert read_roles(roles_text(roles), "r.json") == roles


def test_a_configuration_is_not_taken_for_roles():
    tensors = layout_named("porth").state
    assert names_tensors(filled_in(tensors), tensors)
    assert not names_tensors({"p": 7, "tok_emb.weight": "embedding", "act_type": "relu"}, tensors)
    assert not any(names_tensors(nothing, tensors) for nothing in ({}, [], None, "tok_emb.weight"))


def test_every_role_is_known_by_its_shapes_and_offered_for_them():
    roles = every_role(2)
    assert len(roles) == len(set(roles)) == 7 + 2 * 22
    assert required_roles({f"t{n}": role for n, role in enumerate(roles)}, "it").keys() == {f"t{n}" for n in range(51)}
    assert all(shapes_of_role(role) for role in roles if role != NOT_A_WEIGHT)
    offered = roles_of_as_many_axes(torch.ones(1, 3, 8), 1)
    assert {"positions", "0.q", "0.o", "embedding", NOT_A_WEIGHT} <= set(offered)
    assert "final_norm.gain" not in offered


def test_the_python_interface_takes_them(tmp_path):
    state, roles = nonsense(layout_named("porth"))
    torch.save(state, tmp_path / "t.pt")
    assert models.open_network(tmp_path / "t.pt", roles=roles, heads=2).modulus == 7
    with pytest.raises(CheckpointError, match=re.escape("roles gives tensor t0 the role nothing")):
        models.open_network(tmp_path / "t.pt", roles={"t0": "nothing"})
