import math

import pytest
import torch

from models.evaluation import cross_entropy_loss
from models.training.architectures import ARCHITECTURES, Sizes, fresh_transformer

SMALL = Sizes(modulus=7, width=16, heads=2, neurons=32)


def test_a_fresh_transformer_has_the_sizes_asked_for():
    network = fresh_transformer(SMALL, seed=0)
    assert network.modulus == 7
    assert network.tables_shared
    assert {name: tuple(tensor.shape) for name, tensor in network.tensors().items()} == {
        "table_a": (7, 16),
        "table_b": (7, 16),
        "readout": (16, 7),
        "body.positions": (3, 16),
        "body.equals": (16,),
        "body.blocks.0.W_Q": (2, 16, 8),
        "body.blocks.0.W_K": (2, 16, 8),
        "body.blocks.0.W_V": (2, 16, 8),
        "body.blocks.0.W_O": (2, 8, 16),
        "body.blocks.0.W_in": (16, 32),
        "body.blocks.0.W_out": (32, 16),
        "body.blocks.0.b_in": (32,),
        "body.blocks.0.b_out": (16,),
    }


def test_a_seed_decides_every_weight():
    first, again, other = (fresh_transformer(SMALL, seed).digest for seed in (3, 3, 4))
    assert first == again != other


def test_weights_are_normal_with_the_scale_of_the_width():
    network = fresh_transformer(Sizes(), seed=0)
    block = network.body.blocks[0]
    # 16,000 draws know their standard deviation to half a percent.
    assert float(network.table_a.std()) == pytest.approx(128**-0.5, rel=0.03)
    assert float(block.W_in.std()) == pytest.approx(128**-0.5, rel=0.03)
    assert float(network.unembedding.std()) == pytest.approx(113**-0.5, rel=0.03)
    assert not torch.cat([block.b_in, block.b_out]).any()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_fresh_network_knows_nothing_and_is_sure_of_nothing(name: str):
    """Logits of size 1 or less, as weights of the scale of their widths make them: chance, and the loss of guessing."""
    network = ARCHITECTURES[name](Sizes(modulus=23, width=64, heads=4, neurons=128), 0)
    logits = network.logits(*network.task.pairs())
    assert float(logits.std()) < 2
    assert cross_entropy_loss(network) < 2 * math.log(23)
