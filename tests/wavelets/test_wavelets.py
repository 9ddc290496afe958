"""The transform against its definition, defects that are put in against those found, and what repair brings back."""

import math
from dataclasses import replace

import pytest
import torch

from models import zoo
from models.circuits.transforms.wavelet import CYCLES, morlet_transform
from models.evaluation import evaluate
from models.groups.characters import FULL_TURN
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from models.wavelets.defects import Diagnosis, find_defects, outside_share
from models.wavelets.planting import Planted, planted, with_noise
from models.wavelets.repair import foretold_row
from models.wavelets.rows import row_energy
from models.wavelets.scalogram import ridge, scalogram
from models.wavelets.tables import table_of

DIALS = (5, 6, 43, 45, 52)
NETWORK = zoo.load("transformer-113")


def told(found: Diagnosis) -> list[tuple[str, str, int | None, int | None]]:
    return [(each.kind, each.table, each.number, each.frequency) for each in found.defects]


def direct(series: torch.Tensor, frequency: float) -> torch.Tensor:
    """The transform as a sum over numbers: 2·e^(iω₀t/s)·e^(−t²/2s²)/(s√2π), wound round the circle."""
    p, s = len(series), CYCLES * len(series) / (FULL_TURN * frequency)
    numbers = torch.arange(p, dtype=torch.float64)
    t = numbers[:, None] - numbers + p * torch.arange(-6, 7)[:, None, None]
    gaussian = torch.exp(-((t / s) ** 2) / 2) / (s * math.sqrt(FULL_TURN))
    wavelet = (2 * gaussian * torch.polar(torch.ones_like(gaussian), CYCLES * t / s)).sum(0)
    return wavelet @ series.to(wavelet.dtype)


@pytest.mark.parametrize("p", [12, 113])
def test_the_transform_is_its_sum_over_numbers(p: int):
    series = torch.randn(p, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    series -= series.mean(0)
    for frequency in (p / 5, p / 4.3):
        found = morlet_transform(series, torch.tensor([frequency]))[0]
        assert (found - direct(series, frequency)).abs().max() < 1e-6


def test_a_scalogram_turns_with_the_numbers():
    table = NETWORK.table_a
    assert torch.allclose(scalogram(table.roll(7, 0)).power, scalogram(table).power.roll(7, 1))


def test_a_ridge_is_as_strong_as_its_wave_and_slips_at_a_seam():
    numbers = torch.arange(113, dtype=torch.float64)
    even = 3 * torch.cos(FULL_TURN * 20 * numbers / 113)[:, None]
    assert torch.allclose(ridge(even, 20).strength, torch.tensor(3.0).double(), atol=1e-4)
    broken = torch.cos(FULL_TURN * 20.4 * numbers / 113)[:, None]
    seen = ridge(broken, 20).instantaneous
    assert seen[30:80].mean() == pytest.approx(20.4, abs=0.01)
    assert int((seen - 20.4).abs().argmax()) in {112, 0}


@pytest.mark.parametrize(
    "defect",
    [
        Planted("replaced", "a", 40, None, 0.0),
        Planted("noisy", "a", 0, None, 1.0),
        Planted("replaced", "u", 112, None, 0.0),
        Planted("seam", "a", 0, 43, 0.3),
        Planted("seam", "u", 61, 5, -0.4),
        Planted("chirp", "a", 20, 45, 1.0),
    ],
)
def test_a_defect_is_found_where_it_is_and_repaired(defect: Planted):
    broken = planted(NETWORK, defect, DIALS, seed=4)
    before = broken.digest
    found = find_defects(broken)
    kind = "row" if defect.frequency is None else defect.kind
    assert told(found) == [(kind, defect.table, defect.number, defect.frequency)]
    assert broken.digest == before
    assert found.mended.body is NETWORK.body
    assert evaluate(broken).counts.right < evaluate(found.mended).counts.right == 113**2


def test_surgery_that_detunes_a_dial_leaves_a_seam_at_0():
    detuned = transplant(NETWORK, own_recipe(113, DIALS).with_dial(43, target=43.35))
    (seam,) = find_defects(detuned, table="a").defects
    assert (seam.kind, seam.number, seam.frequency) == ("seam", 0, 43)
    assert seam.amount == pytest.approx(0.35, abs=0.03)


def test_a_dial_that_one_table_lacks_is_named_and_is_nowhere():
    found = find_defects(planted(NETWORK, Planted("missing", "u", None, 45, 0.0), DIALS))
    assert told(found) == [("missing", "u", None, 45)]
    assert found.defects[0].chance is None


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("name", ["transformer-113", "layernorm-97", "mlp-113"])
def test_nothing_is_told_of_undamaged_networks(name: str, noise: float):
    network = with_noise(zoo.load(name), noise, 0) if noise else zoo.load(name)
    assert told(find_defects(network)) == []


def test_noise_hides_a_row_from_the_spectrum_and_not_from_the_finder():
    """Half a root mean square of noise on every number: what is outside the dials moves by a few hundredths."""
    damage = Planted("replaced", "a", 40, None, 0.0)
    noisy = [with_noise(NETWORK, 0.5, seed) for seed in range(3)]
    broken = [with_noise(planted(NETWORK, damage, DIALS, 4), 0.5, seed) for seed in range(3)]
    spectra = [outside_share(each, DIALS) for each in (*noisy, *broken)]
    assert max(spectra) - min(spectra) < 0.03
    assert [told(find_defects(each)) for each in broken] == [[("row", "a", 40, None)]] * 3


def test_whitening_is_blind_to_power_and_sees_a_place():
    energy = row_energy(table_of(planted(NETWORK, Planted("noisy", "a", 9, None, 1.0), DIALS), "a"))
    assert energy.mean() == pytest.approx(1.0)
    assert int(energy.argmax()) == 9
    assert energy[9] > 5 * energy.median()


@pytest.mark.parametrize("name", ["transformer-113", "kuramoto-113"])
def test_a_row_is_foretold_without_being_looked_at(name: str):
    """By key waves where columns share them, by each column's own where there are as many waves as rows."""
    table, dials = zoo.load(name).table_a.double(), DIALS if name == "transformer-113" else tuple(range(1, 57))
    changed = table.clone()
    changed[30] = 7.0
    row = foretold_row(table, 30, dials).row
    assert torch.allclose(row, foretold_row(changed, 30, dials).row, atol=1e-9)
    assert (row - table[30]).square().sum() < 0.35 * (table - table.mean(0)).square().sum(1).mean()


def test_without_dials_nothing_can_be_said():
    still = torch.zeros_like(NETWORK.table_a)
    found = find_defects(replace(NETWORK, table_a=still, table_b=still))
    assert (found.defects, found.dials) == ((), False)
