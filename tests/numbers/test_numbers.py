"""Number tables: opened safely, their periods and remainders measured, and their angles taken up by a trained body."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from models import zoo
from models.errors import FileError, RecipeError
from models.numbers.attach import attached
from models.numbers.periods import periods_of, power_at
from models.numbers.probe import FOLDS, kappa, read_unseen, ridge
from models.numbers.table import NumberTable, number_table, open_number_table
from tests.numbers.tables import helix
from tests.oracles import hand_built

CLOCKS = NumberTable("helix", helix(200, (10.0, 5.0, 10 / 3, 2.5, 2.0), 0.02))
NOISE = NumberTable("noise", torch.randn(200, 32, generator=torch.Generator().manual_seed(4), dtype=torch.float64))
ADDER = hand_built(13, (1, 3, 4))


@pytest.mark.parametrize("name", ["t.npy", "t.npz", "t.safetensors"])
def test_a_table_opens_from_each_kind_of_file(tmp_path: Path, name: str):
    rows = helix(40, (10.0,), 0.1).to(torch.float16)
    path = tmp_path / name
    if name.endswith(".npy"):
        np.save(path, rows.numpy())
    elif name.endswith(".npz"):
        np.savez(path, table=rows.numpy(), count=np.array([40]))
    else:
        safetensors.torch.save_file({"rows": rows, "bias": torch.ones(3)}, path)
    table = open_number_table(path)
    assert (table.count, table.width, table.rows.dtype) == (40, 32, torch.float64)
    assert bool((table.rows == rows.double()).all())


def as_npy(array: np.ndarray, **options: bool) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


class Canary:
    """Runs when it is unpickled."""

    ran = False

    def __reduce__(self):
        return (setattr, (Canary, "ran", True))


BAD = {
    "objects.npy": as_npy(np.array([[Canary()] * 2] * 40, dtype=object), allow_pickle=True),
    "pickle.npy": pickle.dumps(Canary()),
    "cut.npy": as_npy(np.zeros((40, 3)))[:-5],
    "promised.npy": as_npy(np.zeros((40, 3))).replace(b"(40, 3)", b"(9000000, 3)"[:7] + b""),
    "text.npy": b"0,1,2",
    "vector.npy": as_npy(np.zeros(40)),
    "few.npy": as_npy(np.zeros((29, 3))),
    "nan.npy": as_npy(np.full((40, 3), np.nan)),
    "complex.npy": as_npy(np.zeros((40, 3), dtype=complex)),
    "words.npy": as_npy(np.array([["a", "b"]] * 40)),
    "empty.npy": b"",
    "table.csv": b"0,1",
    "two.safetensors": safetensors.torch.save({"a": torch.ones(40, 3), "b": torch.ones(40, 4)}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(BAD[name])
    with pytest.raises(FileError, match=name.replace(".", r"\.")) as refused:
        open_number_table(tmp_path / name)
    assert "\n" not in str(refused.value)
    assert not Canary.ran


def test_power_at_a_whole_frequency_is_the_dft_s():
    rows = NOISE.rows[:, :3]
    spectrum = torch.fft.fft(rows - rows.mean(0), dim=0).abs().square().sum(1) / 200
    found = power_at(rows, torch.tensor([200 / 7, 200 / 31]))
    assert torch.allclose(found, spectrum[[7, 31]])


def test_periods_of_a_helix_stand_out_and_those_of_noise_do_not():
    found = {each.period: each for each in periods_of(CLOCKS)}
    assert set(found) > {10.0, 5.0, 2.5, 2.0, 100.0}
    for period in (10.0, 5.0, 2.5):
        assert found[period].power_over_median > 20 * found[period].surrogate
    assert found[100.0].power_over_median < 5
    assert [each.power_over_median for each in periods_of(CLOCKS)] == sorted(
        (each.power_over_median for each in found.values()), reverse=True
    )
    marked = [each for each in periods_of(NOISE) if each.period in (2.0, 2.5, 5.0, 10.0, 100.0)]
    assert sum(each.power_over_median > each.surrogate for each in marked) <= 1


def test_a_period_between_whole_frequencies_is_found():
    table = NumberTable("off", helix(203, (10.0,), 0.02))  # 20.3 turns
    assert {each.period: each for each in periods_of(table)}[10.0].power_over_median > 20


def test_remainders_that_are_there_are_read_and_others_are_not():
    assert kappa(CLOCKS, 10) > 0.95
    assert kappa(CLOCKS, 2) > 0.95
    assert abs(kappa(CLOCKS, 7)) < 0.15
    assert abs(kappa(NOISE, 10)) < 0.15


def test_no_number_is_read_by_a_map_that_has_seen_it():
    """Rows that tell nothing are told apart by heart only: values of noise come out far from what they are."""
    rows = torch.eye(60, dtype=torch.float64)
    values = torch.randn(60, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    unseen = read_unseen(rows, values, seed=0)
    seen = ridge(rows, values)
    assert float((unseen - values).square().mean()) > 0.8 * float(values.square().mean())
    assert len(set(unseen.flatten().tolist())) <= FOLDS * 12
    assert seen.weights.shape == (60, 1)


def test_ridge_is_the_textbook_s_at_its_strength(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.numbers.probe.STRENGTHS", torch.tensor([0.3], dtype=torch.float64))
    rows, values = NOISE.rows[:, :5], NOISE.rows[:, 5:7]
    scaled = (rows - rows.mean(0)) / rows.std(0, unbiased=False)
    strength = 0.3 * torch.linalg.svdvals(scaled).square().mean()
    weights = torch.linalg.solve(
        scaled.T @ scaled + strength * torch.eye(5, dtype=torch.float64), scaled.T @ (values - values.mean(0))
    )
    assert torch.allclose(ridge(rows, values).weights, weights)
    assert torch.allclose(ridge(rows, values)(rows), scaled @ weights + values.mean(0))


def test_the_strength_is_the_one_with_the_least_error_on_rows_left_out():
    rows, values = NOISE.rows[:40, :20], NOISE.rows[:40, 20:21]

    def left_out(strength: float) -> float:
        errors = []
        for place in range(40):
            rest = torch.arange(40) != place
            mean, scale = rows.mean(0), rows.std(0, unbiased=False)
            x, y = (rows[rest] - mean) / scale, values[rest]
            inner = torch.cat([x, torch.ones(39, 1, dtype=torch.float64)], dim=1)
            penalty = torch.diag(torch.tensor([strength] * 20 + [0.0], dtype=torch.float64))
            solved = torch.linalg.solve(inner.T @ inner + penalty, inner.T @ y)
            row = torch.cat([(rows[place] - mean) / scale, torch.ones(1, dtype=torch.float64)])
            errors.append(float((row @ solved - values[place]).square()))
        return sum(errors)

    from models.numbers.probe import STRENGTHS

    unit = float(torch.linalg.svdvals((rows - rows.mean(0)) / rows.std(0, unbiased=False)).square().mean())
    best = min(STRENGTHS.tolist(), key=lambda each: left_out(each * unit))
    scaled = (rows - rows.mean(0)) / rows.std(0, unbiased=False)
    expected = torch.linalg.solve(
        scaled.T @ scaled + best * unit * torch.eye(20, dtype=torch.float64), scaled.T @ (values - values.mean(0))
    )
    assert torch.allclose(ridge(rows, values).weights, expected, atol=1e-9)


def test_a_body_adds_by_the_angles_of_a_table_and_controls_do_not():
    found = attached(ADDER, CLOCKS, 10)
    assert found.pairs == 200**2
    assert found.accuracy > 0.99
    assert (found.fitted, found.fitted_on) == (2 * 3 * 33, 160)
    for name in ("shuffled", "random"):
        assert found.controls[name] / found.pairs < 0.2
    assert found.angles_alone > 0.99 * found.pairs
    noisy_table = NumberTable("noisy", helix(200, (10.0, 5.0, 10 / 3, 2.5, 2.0), 0.12))
    noisy = attached(ADDER, noisy_table, 10)
    assert noisy.controls["one_dial"] < noisy.right < found.right


def test_a_modulus_whose_period_the_table_has_not_is_at_chance():
    found = attached(ADDER, CLOCKS, 7)
    assert abs(found.accuracy - 1 / 7) < 0.06


def test_seeds_deal_out_other_folds():
    first, again, other = (attached(ADDER, NOISE, 10, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    assert kappa(CLOCKS, 7, seed=0) != kappa(CLOCKS, 7, seed=1)
    marked = [[each.surrogate for each in periods_of(CLOCKS, seed)] for seed in (0, 1)]
    assert marked[0] != marked[1]


@pytest.mark.parametrize("modulus", [1, 257])
def test_moduli_out_of_range_are_refused(modulus: int):
    with pytest.raises(RecipeError, match="expected 2 to 256"):
        attached(ADDER, CLOCKS, modulus)


def test_the_shape_is_told_where_it_does_not_fit():
    with pytest.raises(FileError, match=r"mine has shape \[3, 4, 5\]"):
        number_table("mine", torch.zeros(3, 4, 5))


def test_whisper_s_clocks_are_there_and_drive_the_zoo_s_transformer(shared: Path):
    table = open_number_table(shared.parent / "number-tables" / "whisper-tiny-en_0-519.npy")
    found = {period: kappa(table, period) for period in (2, 3, 5, 7, 10)}
    assert min(found[2], found[5], found[10]) > 0.95
    assert max(found[3], found[7]) < 0.05
    told = attached(zoo.load("transformer-113"), table, 10)
    assert told.accuracy > 0.975
    assert max(told.controls[name] for name in ("shuffled", "random", "shuffled_body")) / told.pairs < 0.12
