"""Roles and shapes changed at random: a file is refused in a sentence, or opens, uses every weight and reads back."""

import random
from collections import Counter

import pytest
import torch
from torch import Tensor

from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.general_transformer import roles_in
from models.formats.registry import network_from_bytes, network_from_contents, network_to_bytes
from models.formats.roles.find import filled_in
from models.formats.roles.given import UNKNOWN, every_role
from tests.layouts import LAYOUTS, layout_named

FILES = 300


def changed(chance: random.Random, tensor: Tensor) -> Tensor:
    """The same numbers in another shape or precision, or others."""
    ways = (
        tensor.flatten(),
        tensor[None],
        tensor.reshape(-1, 1),
        tensor.T.contiguous() if tensor.ndim == 2 else tensor,
        tensor.double(),
        torch.tensor(1.0),
        torch.ones([chance.randint(1, 9) for _ in range(chance.randint(1, 4))]),
    )
    return chance.choice(ways)


def file_at_random(chance: random.Random) -> Contents:
    """A layout of some code base with one to four changes of its roles and tensors."""
    state = dict(chance.choice(LAYOUTS).state)
    roles = dict(filled_in(state))
    for _ in range(chance.randint(1, 4)):
        one, other = chance.choice(list(state)), chance.choice(list(state))
        match chance.randint(0, 3):
            case 0:
                roles[one], roles[other] = roles.get(other, UNKNOWN), roles.get(one, UNKNOWN)
            case 1:
                roles[one] = chance.choice(every_role(2))
            case 2:
                roles.pop(one, None)
            case _:
                state[one] = changed(chance, state[one])
    given = {name: role for name, role in roles.items() if not role.startswith(UNKNOWN)}
    return Contents("some.pt", state, roles=given)


def test_each_is_refused_or_opens_uses_every_weight_and_reads_back():
    chance, seen = random.Random(7), Counter()
    for _ in range(FILES):
        contents = file_at_random(chance)
        try:
            network = network_from_contents(contents)
        except CheckpointError:
            seen["refused"] += 1
            continue
        seen["opened"] += 1
        assert network_from_bytes(network_to_bytes(network, ".pt", {}), "some.pt").digest == network.digest
        for name in roles_in(contents).roles.of.values():
            louder = dict(contents.tensors) | {name: 1.5 * contents.tensors[name] + 1}
            other = network_from_contents(Contents("some.pt", louder, roles=contents.roles))
            assert other.digest != network.digest, name
    assert min(seen["refused"], seen["opened"]) > FILES // 20


def test_weights_of_several_precisions_are_computed_in_the_widest():
    layout = layout_named("porth")
    state = layout.state | {"pos_emb": layout.state["pos_emb"].double()}
    network = network_from_contents(Contents("some.pt", state), layout.network().hyperparameters)
    assert {tensor.dtype for tensor in network.tensors().values()} == {torch.float64}
    a, b = network.task.pairs()
    torch.testing.assert_close(network.logits(a, b), layout.expected(a, b), rtol=1e-5, atol=1e-6)
    assert network_from_bytes(network_to_bytes(network, ".pt", {}), "some.pt").digest == network.digest


def test_the_shape_of_a_fused_matrix_tells_which_way_round_it_lies():
    layout = layout_named("porth")
    name = "blocks.0.attn.qkv.weight"
    state = layout.state | {name: layout.state[name].T.contiguous()}
    turned = network_from_contents(Contents("some.pt", state), layout.network().hyperparameters)
    assert turned.digest == layout.network().digest


def test_a_norm_that_only_shifts_is_computed():
    layout = layout_named("porth")
    state = {name: tensor for name, tensor in layout.state.items() if name != "ln_f.gamma"}
    facts = layout.network().hyperparameters
    ones = layout.state | {"ln_f.gamma": torch.ones_like(layout.state["ln_f.gamma"])}
    alone, whole = (network_from_contents(Contents("some.pt", each), facts) for each in (state, ones))
    a, b = alone.task.pairs()
    torch.testing.assert_close(alone.logits(a, b), whole.logits(a, b))
    assert network_from_bytes(network_to_bytes(alone, ".pt", {}), "some.pt").digest == alone.digest


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"x": "0.q"}, "layer 0 has queries, keys and values in more than one way"),
        ({"x": "0.kqv"}, "layer 0 has queries, keys and values in more than one way"),
        ({"y": "0.gate.bias"}, "layer 0 has a bias of a gate, and no gate"),
        ({"z": "0.gate"}, r"tensor z has shape \[8, 5\]; expected a gate for 12 neurons"),
        ({"y": "0.qkv.bias"}, r"tensor y has shape \[5\]; expected three biases of 8 numbers"),
        ({"y": "unembedding.bias"}, "the shapes of its tensors do not fit together as they are taken"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused_by_name(roles: dict[str, str], message: str):
    more = {"x": torch.ones(8, 8), "y": torch.ones(5), "z": torch.ones(8, 5)}
    state = layout_named("porth").state | {name: more[name] for name in roles}
    with pytest.raises(CheckpointError, match=message):
        network_from_contents(Contents("some.pt", state, roles=filled_in(layout_named("porth").state) | roles))


def test_norms_with_weights_are_not_left_out():
    layout = layout_named("porth")
    without = layout.network().layout.hyperparameters.with_values({"norm": "none"})
    with pytest.raises(CheckpointError, match="has norms with weights; expected it read with norm layer or rms"):
        network_from_contents(Contents("some.pt", layout.state), without)
