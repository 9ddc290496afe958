"""Estimates from shapes, against what PyTorch really multiplies and holds."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from models import zoo
from models.bodies.mlp import Dense, MlpBody
from models.evaluation import evaluate
from models.network import Layout, Network
from models.runtime.batches import in_batches, pairs_at_once
from models.runtime.cost import cost_of_inspection, numbers_of_a_pair, products_of_a_pair
from models.task import Addition
from tests.oracles import Shape, random_network

SHAPES = {
    "one layer": Shape(modulus=31, width=8, heads=2, head_width=4, neurons=32, layers=1),
    "two layers": Shape(modulus=19, width=16, heads=4, head_width=3, neurons=24, layers=2),
    "three layers, wide": Shape(modulus=13, width=24, heads=3, head_width=8, neurons=130, layers=3),
    "wide heads": Shape(modulus=23, width=12, heads=2, head_width=40, neurons=16, layers=2),
}


def mlp(modulus: int, width: int, *layers: int) -> Network:
    generator = torch.Generator().manual_seed(1)
    widths = [width, *layers]
    dense = tuple(Dense(torch.randn(n, m, generator=generator)) for n, m in pairwise(widths))
    tables = (torch.randn(modulus, width, generator=generator) for _ in "ab")
    unembedding = torch.randn(widths[-1], modulus, generator=generator)
    return Network(
        Addition(modulus), *tables, MlpBody("sum", dense, "relu", width), unembedding, None, Layout("clockwork_mlp")
    )


NETWORKS = {name: random_network(shape, seed=5) for name, shape in SHAPES.items()} | {
    "mlp": mlp(29, 10, 48, 36),
    "mlp of one layer": mlp(17, 5, 200),
    "one-hot": mlp(17, 40),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_products_are_those_of_a_forward_pass(name: str):
    network, pairs = NETWORKS[name], 4000
    a, b = torch.randint(network.modulus, (2, pairs), generator=torch.Generator().manual_seed(2))
    with FlopCounterMode(display=False) as counted:
        network.logits(a, b)
    products = counted.get_total_flops() / 2 / pairs
    # What is computed once a number, and products of attention, which the counter does not know, are small beside it.
    assert 0.6 * products <= products_of_a_pair(network) <= 2 * products + 4 * network.body.width


@pytest.mark.parametrize("name", NETWORKS)
def test_numbers_hold_what_a_forward_pass_makes_at_a_time(name: str):
    network, pairs = NETWORKS[name].cast(torch.float64), 5000
    a, b = torch.randint(network.modulus, (2, pairs), generator=torch.Generator().manual_seed(2))
    with torch.profiler.profile(profile_memory=True) as profile:
        network.logits(a, b)
    held = peak_bytes(profile) / 8 / pairs
    assert held <= 1.3 * numbers_of_a_pair(network)
    assert numbers_of_a_pair(network) <= 4 * held


def peak_bytes(profile: torch.profiler.profile) -> int:
    """The most that was allocated at a time."""
    held = most = 0
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    for event in sorted(events, key=lambda event: event.start_ns()):
        held += event.nbytes()
        most = max(most, held)
    return most


def test_batches_take_every_pair_once_and_one_at_least():
    network = NETWORKS["two layers"]
    a, b = torch.arange(19), torch.arange(19) * 5 % 19
    for numbers in (1, 3 * numbers_of_a_pair(network), 10**9):
        batches = list(in_batches(network, a, b, numbers))
        assert torch.equal(torch.cat([part for part, _ in batches]), a)
        assert torch.equal(torch.cat([part for _, part in batches]), b)
        assert max(len(part) for part, _ in batches) <= pairs_at_once(network, numbers)
    assert pairs_at_once(network, 3 * numbers_of_a_pair(network)) == 3
    assert pairs_at_once(network, 1) == 1


def test_a_larger_network_costs_more():
    small, large = cost_of_inspection(NETWORKS["one layer"]), cost_of_inspection(zoo.load("transformer-113"))
    assert small.products < large.products
    assert small.bytes < large.bytes
    assert large.seconds == pytest.approx(6 * 113**2 * products_of_a_pair(zoo.load("transformer-113")) / 3e10)
    wider = replace(NETWORKS["mlp"], unembedding=torch.zeros(36, 29), unembedding_bias=torch.zeros(29))
    assert products_of_a_pair(wider) == products_of_a_pair(NETWORKS["mlp"])


@pytest.mark.parametrize("layers", [1, 2])
def test_bytes_are_about_what_a_count_holds_of_a_wide_network(layers: int):
    wide = random_network(Shape(modulus=5, width=256, heads=4, head_width=64, neurons=1024, layers=layers))
    with torch.profiler.profile(profile_memory=True) as profile:
        evaluate(wide)
    held = peak_bytes(profile) + sum(tensor.numel() * tensor.element_size() for tensor in wide.tensors().values())
    assert 0.8 * held <= cost_of_inspection(wide).bytes <= 1.5 * held, (held, cost_of_inspection(wide).bytes)
