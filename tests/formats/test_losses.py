import pytest
import torch
from torch.nn.functional import cross_entropy

from models.formats.losses import MOST_PAIRS, mean_loss
from tests.mlps import MlpShape, random_mlp


@pytest.mark.parametrize("modulus", [2, 113, 128])
def test_the_loss_of_a_small_network_is_that_of_all_pairs(modulus: int):
    network = random_mlp(MlpShape(modulus=modulus, width=8, layers=0, layout="he"))
    a, b = network.task.pairs()
    expected = cross_entropy(network.logits(a, b).double(), network.task.answers(a, b))
    assert mean_loss(network) == pytest.approx(float(expected), rel=1e-12)


def test_the_loss_of_a_larger_network_is_estimated():
    network = random_mlp(MlpShape(modulus=150, width=8, layers=0, layout="he"))
    a, b = network.task.pairs()
    losses = cross_entropy(network.logits(a, b).double(), network.task.answers(a, b), reduction="none")
    assert len(a) > MOST_PAIRS
    error = float(losses.std()) / MOST_PAIRS**0.5
    assert abs(mean_loss(network) - float(losses.mean())) < 5 * error
    assert torch.isfinite(losses).all()
