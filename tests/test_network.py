from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from models import zoo
from models.network import Network
from models.task import Addition
from tests.oracles import Shape, random_network

FULL = Shape(attention_biases=True, unembedding_bias=True, layers=2)


def nudged(name: str) -> Network:
    """The random network with the last bit of one of its weights changed."""
    network = random_network(FULL)
    wanted = network.tensors()[name]

    def nudge(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.nextafter(tensor + 1) if tensor is wanted else tensor

    return network.map_tensors(nudge)


def test_a_network_cannot_be_assigned_to():
    with pytest.raises(FrozenInstanceError):
        random_network(Shape()).unembedding = torch.zeros(1)


@pytest.mark.parametrize("name", random_network(FULL).tensors())
def test_the_digest_sees_the_last_bit_of_every_weight(name: str):
    assert nudged(name).digest != random_network(FULL).digest


def test_the_digest_is_of_contents_not_of_memory():
    network = random_network(FULL)
    turned = network.map_tensors(lambda tensor: tensor.T.contiguous().T if tensor.ndim == 2 else tensor.clone())
    assert turned.unembedding.stride() != network.unembedding.stride()
    assert turned.digest == network.digest


# Saved certificates, links and resume files name digests: where one changes, what was saved no longer belongs to it.
ZOO_DIGESTS = {
    "kuramoto-113": "3d17731ddd0e7a3e2f6a23d2c22c140eaf1b5d51e7a0903f656f4925c2b27163",
    "layernorm-97": "e005bfb133db54aa0e4a9e96fba16a167053801f12ae1c4d1144b79efd994772",
    "transformer-113": "dbed7f521782062a8f95e6a45b9f680f7f9e021b595b5ae363fffba88d2ffaf9",
    "mlp-113": "e70ae140875820099d5cba259012a9440f120bb6d6470f29461eaceb5b0cfe26",
    "one-hot-97": "9f9512869966e698fdd87186a087047ca1ebfaeeff13c412dfb6aa1cf1453714",
}


def test_every_bundled_network_has_the_digest_that_is_written_down():
    assert {name: zoo.load(name).digest for name in zoo.names()} == ZOO_DIGESTS


def test_the_digest_knows_the_unembedding_by_the_names_that_resume_files_have():
    network = random_network(FULL)
    named = network.tensors()
    assert named["readout"] is network.unembedding
    assert named["readout_bias"] is network.unembedding_bias


def test_the_digest_sees_modulus_and_precision():
    network = random_network(FULL)
    others = {replace(network, task=Addition(8)).digest, network.cast(torch.float64).digest}
    assert len(others | {network.digest}) == 3


def test_casting_changes_every_weight_and_keeps_a_shared_table_shared():
    double = random_network(FULL).cast(torch.float64)
    assert {tensor.dtype for tensor in double.tensors().values()} == {torch.float64}
    assert double.tables_shared


def test_two_equal_tables_are_not_one_shared_table():
    network = random_network(FULL)
    apart = replace(network, table_b=network.table_b.clone())
    assert not apart.tables_shared
    assert not apart.cast(torch.float64).tables_shared


def test_the_unembedding_bias_is_added_to_the_logits():
    network = random_network(FULL, dtype=torch.float64)
    a, b = network.task.pairs()
    without = replace(network, unembedding_bias=None).logits(a, b)
    assert torch.equal(network.logits(a, b), without + network.unembedding_bias)


@pytest.mark.parametrize("table", ["table_a", "table_b"])
def test_the_digest_sees_each_of_two_tables(table: str):
    shared = random_network(FULL)
    apart = replace(shared, table_b=shared.table_b.clone())
    own = getattr(apart, table)
    changed = replace(apart, **{table: own.nextafter(own + 1)})
    assert apart.digest == shared.digest != changed.digest
    assert changed.tensors()[table] is getattr(changed, table)
