"""Maps of the logits over the grid: the right class's lead, and the 2-D spectrum."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.logit_grid import LogitGrid
from models.circuits.logit_maps import logit_maps
from models.circuits.transforms.fourier import basis_names, fourier_basis, strongest_rows
from tests.oracles import Shape, oracle, random_network


def test_the_oracle_leads_by_what_theory_gives_at_every_pair():
    maps = logit_maps(LogitGrid(oracle(13, {2: 1.0, 5: 0.5})))
    wave = torch.cos(2 * torch.pi * torch.outer(torch.tensor([2.0, 5.0]).double(), torch.arange(13).double()) / 13)
    by_distance = torch.tensor([1.0, 0.5], dtype=torch.float64) @ wave
    expected = float(by_distance[0] - by_distance[1:].max())
    torch.testing.assert_close(maps.margins, torch.full((13, 13), expected, dtype=torch.float64), rtol=0, atol=1e-12)


def test_the_oracle_has_power_only_where_its_frequencies_meet_themselves():
    spectrum = logit_maps(LogitGrid(oracle(13, {2: 1.0, 5: 0.5}))).spectrum
    names = basis_names(13)
    present = {(names[i], names[j]) for i, j in (spectrum > 1e-12).nonzero().tolist()}
    assert present == {(f"{x} {k}", f"{y} {k}") for k in (2, 5) for x in ("cos", "sin") for y in ("cos", "sin")}
    strongest = strongest_rows(spectrum, 2)
    assert [names[row] for row in strongest] == ["1", "cos 2", "sin 2", "cos 5", "sin 5"]


@pytest.mark.parametrize("modulus", [6, 7])
def test_maps_are_what_the_logits_say(modulus: int):
    network = random_network(Shape(modulus=modulus), 1, torch.float64)
    maps = logit_maps(LogitGrid(network))
    a, b = network.task.pairs()
    logits = network.logits(a, b)
    for number, (row, right) in enumerate(zip(logits, network.task.answers(a, b), strict=True)):
        others = torch.cat([row[:right], row[right + 1 :]])
        assert float(maps.margins.flatten()[number]) == pytest.approx(float(row[right] - others.max()), abs=1e-9)
    centred = (logits - logits.mean(1, keepdim=True)).unflatten(0, (modulus, modulus))
    moving = centred - centred.mean((0, 1))
    # The basis is orthonormal: all power is there but that of the mean over inputs.
    assert float(maps.spectrum.sum()) == pytest.approx(float(moving.square().sum()), rel=1e-10)


@given(st.integers(2, 30))
def test_every_row_of_the_basis_has_its_name(p: int):
    names = basis_names(p)
    assert len(names) == len(set(names)) == len(fourier_basis(p))
    everything = strongest_rows(torch.ones(p, p), p)
    assert everything == list(range(p))
