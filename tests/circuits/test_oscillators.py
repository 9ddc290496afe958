"""Order parameters, energy and communities of oscillators whose answer is known."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.exact_phases import exact_phases
from models.bodies.oscillators import OscillatorBody
from models.circuits.oscillators import communities, coupling_between, energy_of, is_symmetric, locking, pair_run
from models.network import Network
from tests.oracles import oracle
from tests.oscillators import OscillatorShape, random_oscillators

COUPLED = OscillatorShape(kind="both", coupled=True)


def symmetric(network: Network) -> OscillatorBody:
    """The body with couplings that are their own conjugate transpose, in float64."""
    body = network.cast(torch.float64).body
    real, imaginary = body.coupling
    return replace(body, coupling=(real + real.T, imaginary - imaginary.T))


@given(st.integers(0, 99))
def test_velocities_are_the_fall_of_the_energy(seed: int):
    network = random_oscillators(COUPLED, seed)
    body = symmetric(network)
    drive = body.drives(*(network.table_a[[number]].double() for number in (2, 5)))
    phases = torch.randn(1, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).requires_grad_()
    energy_of(body, phases, drive).sum().backward()
    assert torch.allclose(body.velocities(phases, drive), -phases.grad, atol=1e-10)


@given(st.integers(0, 99))
def test_energy_falls_along_the_way_of_short_steps(seed: int):
    network = random_oscillators(COUPLED, seed)
    body = symmetric(network).timed(200, 0.002)
    found = locking(replace(network.cast(torch.float64), body=body), *network.task.pairs())
    assert bool((found.energy.diff() <= 1e-12).all())


def test_couplings_that_are_not_symmetric_have_no_energy():
    network = random_oscillators(COUPLED)
    assert locking(network, *network.task.pairs()).energy is None
    assert is_symmetric(symmetric(network))
    lagging = replace(symmetric(network), coupling=tuple(part.abs() + part.abs().T for part in network.body.coupling))
    assert not is_symmetric(lagging)  # symmetric in its numbers, but a lag is not a lead


@pytest.mark.parametrize("kind", ["three-body", "pairwise"])
def test_exact_phases_lock_to_the_sum(kind: str):
    network = exact_phases(13, (1, 3, 4), kind, steps=80)
    a, b = torch.tensor([1, 5, 12]), torch.tensor([2, 3, 12])
    found = locking(network, a, b)
    assert found.whole[-1] > 0.999 > found.whole[0]
    assert set(found.communities) == {1, 3, 4}
    assert 0 < found.locked_at < float(found.times[-1]) == 40
    early = locking(replace(network, body=network.body.timed(2, 0.5)), a, b)
    assert early.whole[-1] < 0.9


def test_communities_know_which_way_a_drive_turns_and_where_it_begins():
    network = exact_phases(13, (1, 3, 4), "three-body")
    x, y = network.table_a.chunk(2, dim=1)
    turned = torch.tensor([1.0, -1.0, 1.0], dtype=torch.float64)  # the second runs backwards
    table = torch.cat([0.5 * x, 0.5 * y * turned], dim=1)
    found = communities(replace(network, table_a=table, table_b=table))
    assert found.frequencies.tolist() == [1, -3, 4]
    assert found.members == {1: [0], 3: [1], 4: [2]}
    assert torch.allclose(found.share, torch.ones(3, dtype=torch.float64))
    assert torch.allclose(found.phases, torch.zeros(3, dtype=torch.float64), atol=1e-9)
    quarter = torch.cat([-table[:, 3:], table[:, :3]], dim=1)  # i times the drives of a
    assert torch.allclose(
        communities(replace(network, table_a=quarter, table_b=table)).phases.cos(),
        torch.zeros(3, dtype=torch.float64),
        atol=1e-9,
    )


def test_who_hears_whom_is_sorted_by_frequency():
    network = exact_phases(13, (4, 1, 4), "pairwise")
    real = torch.tensor([[0.0, 1.0, 2.0], [3.0, 0.0, 5.0], [6.0, 7.0, 0.0]], dtype=torch.float64)
    body = replace(network.body, coupling=(real, torch.zeros_like(real)))
    frequencies, between = coupling_between(replace(network, body=body))
    assert frequencies == [1, 4]
    assert between.tolist() == [[0.0, 4.0], [4.0, 2.0]]
    assert coupling_between(network) is None


def test_what_does_not_oscillate_is_refused():
    with pytest.raises(TypeError, match="no oscillators"):
        communities(oracle(13, {1: 1.0}))


@pytest.mark.parametrize("kind", ["three-body", "pairwise"])
def test_a_pair_on_its_way_ends_at_the_sum_or_at_half_of_it(kind: str):
    network = exact_phases(13, (1, 3, 4), kind, steps=60)
    x, y = network.table_a.chunk(2, dim=1)
    turned = torch.tensor([1.0, -1.0, 1.0], dtype=torch.float64)
    backwards = torch.cat([x, y * turned], dim=1)
    run = pair_run(replace(network, table_a=backwards, table_b=backwards), 9, 2)
    sums = 2 * torch.pi * torch.tensor([1, 3, 4]) * 11 / 13
    assert torch.allclose((run.harmonic * run.angles[-1] - sums).cos(), torch.ones(3, dtype=torch.float64), atol=1e-6)
    assert run.angles.shape == (61, 3)
    assert run.harmonic == (1 if kind == "three-body" else 2)
    expected = torch.ones(3) if kind == "three-body" else 2 * (torch.pi * torch.tensor([1, 3, 4]) * 7 / 13).cos().abs()
    assert torch.allclose(run.pulls, expected.double(), atol=1e-6)


def test_a_pair_is_answered_after_every_step():
    network = exact_phases(13, (1, 3, 4), "three-body", steps=60)
    run = pair_run(network, 9, 2)
    assert run.answers[-1] == 11
    assert len(run.answers) == 61
    start = torch.stack([network.body.phase.cos(), network.body.phase.sin()]).flatten() @ network.unembedding
    assert run.answers[0] == int(start.argmax())
