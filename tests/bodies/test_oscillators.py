"""Oscillators: their forward pass against complex numbers written out, their enclosures, their exact phases."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.exact_phases import exact_phases
from models.enclosures import BallRows, RoundedRows, precision_of_balls
from models.evaluation import evaluate
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oscillators import OscillatorShape, oscillator_shapes, random_oscillators, textbook_logits

KINDS = ("pairwise", "three-body", "both")
COUPLED = OscillatorShape(kind="both", coupled=True, shared=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("coupled", [False, True])
def test_logits_are_those_of_complex_numbers_written_out(kind: str, coupled: bool):
    network = random_oscillators(OscillatorShape(kind=kind, coupled=coupled, shared=False), seed=1).cast(torch.float64)
    for a, b in ((0, 0), (2, 5), (5, 2), (6, 1)):
        found = network.logits(torch.tensor([a]), torch.tensor([b]))[0]
        assert found.tolist() == pytest.approx(textbook_logits(network, a, b), abs=1e-12)


def test_which_operand_is_which_matters_only_where_the_tables_are_two():
    a, b = torch.tensor([2]), torch.tensor([5])
    for shared in (True, False):
        network = random_oscillators(OscillatorShape(kind="both", shared=shared))
        assert torch.allclose(network.logits(a, b), network.logits(b, a)) == shared


@given(oscillator_shapes, st.integers(0, 99))
def test_radii_and_balls_hold_the_exact_rows(shape: OscillatorShape, seed: int):
    network = random_oscillators(shape, seed).cast(torch.float64)
    a, b = network.task.pairs()
    with precision_of_balls(256):
        rounded, balls = (
            network.body.enclosed_vectors(kind.exact(network.table_a), kind.exact(network.table_b), a, b)
            for kind in (RoundedRows, BallRows)
        )
        apart = [
            [float(abs(x - value).upper()) for x, value in zip(row, values, strict=True)]
            for row, values in zip(balls.lists(), rounded.values.tolist(), strict=True)
        ]
    off = torch.linalg.vector_norm(torch.tensor(apart, dtype=torch.float64), dim=1)
    assert bool((off <= rounded.radius).all())
    assert float(rounded.radius.max()) < 1e-6
    plain = network.body.readout_vectors(network.table_a, network.table_b, a, b)
    assert torch.allclose(plain, rounded.values, atol=1e-9)


def test_three_ways_of_counting_agree():
    network = random_oscillators(COUPLED)
    fast, plain, exact = (evaluate(network, method) for method in ("fast", "plain", "exact"))
    assert torch.equal(fast.states, exact.states)
    assert torch.equal(plain.states, exact.states)
    assert fast.proof.unproven == 0


def test_exact_phases_add_at_any_modulus_and_pairwise_ones_have_dead_pairs():
    clock, pizza = (exact_phases(13, (1, 3, 4), kind, steps=64) for kind in ("three-body", "pairwise"))
    recipe = linked_recipe(22, {1: 1, 3: 5, 4: 7})
    assert evaluate(clock).counts.right == 13**2
    assert evaluate(transplant(clock, recipe)).counts.right == 22**2
    dead = evaluate(transplant(pizza, recipe)).states != 2
    a, b = dead.nonzero(as_tuple=True)
    assert {(int(x) - int(y)) % 22 for x, y in zip(a, b, strict=True)} >= {11}


def test_what_it_is_made_of_is_listed_and_cast():
    network = random_oscillators(COUPLED)
    body = network.body
    assert set(body.tensors()) == {
        "frequency", "phase", "strength.pairwise", "strength.three_body", "coupling.real", "coupling.imaginary",
    }  # fmt: skip
    assert body.own_parameters == 2 * 3 + 2 * 3**2
    assert body.parts.keys() == {"natural frequencies", "couplings"}
    doubled = body.map_tensors(lambda tensor: 2 * tensor)
    assert all(torch.equal(doubled.tensors()[name], 2 * tensor) for name, tensor in body.tensors().items())
    assert (body.kind, body.width, body.description["steps"]) == ("both", 12, "3 of 0.5")
    assert body.timed(5, -0.25).description["steps"] == "5 of -0.25"
    received, active = body.last_neurons(network.table_a, network.table_b, torch.tensor([1]), torch.tensor([2]))
    one, other = (
        torch.complex(*table[number].chunk(2)) for table, number in ((network.table_a, 1), (network.table_b, 2))
    )
    z = body.pairwise * (one + other) + body.three_body * one * other
    assert torch.allclose(received[0], torch.cat([z.real, z.imag, z.real, z.imag]), atol=1e-6)
    wave = torch.complex(active[0, :3], active[0, 3:6])
    assert torch.allclose(wave.square(), torch.complex(active[0, 6:9], active[0, 9:]), atol=1e-6)


@pytest.mark.parametrize("kind", ["pairwise", "three-body"])
def test_first_phases_can_be_turned_into_drives_and_readout_so_they_are_none_of_its_own(kind: str):
    """In a frame that turns along nothing is left of them: every answer is the same."""
    network = random_oscillators(OscillatorShape(kind=kind, alike=True)).cast(torch.float64)
    body, share = network.body, 1.0 if kind == "pairwise" else 0.5
    assert (body.own_parameters, body.parts) == (0, {})
    drives = torch.complex(*network.table_a.chunk(2, dim=1)) * torch.polar(torch.ones(3).double(), -share * body.phase)
    table = torch.cat([drives.real, drives.imag], dim=1)
    read = []
    for h, part in zip(body.harmonics, network.unembedding.chunk(2), strict=True):
        turn = torch.polar(torch.ones(3).double(), -h * body.phase)[:, None]  # cos(hψ) = Re(e^{ihψ′}·e^{ihα})
        seen = torch.complex(*part.chunk(2)) * turn
        read += [seen.real, seen.imag]
    turned = replace(
        network, table_a=table, table_b=table, unembedding=torch.cat(read), body=replace(body, phase=0 * body.phase)
    )
    pairs = network.task.pairs()
    assert torch.allclose(turned.logits(*pairs), network.logits(*pairs), atol=1e-9)
