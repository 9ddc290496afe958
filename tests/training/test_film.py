"""The film of a run: every figure against a plain computation, phases by their rule, the file there and back."""

import math
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from models.circuits.spectra import key_frequencies
from models.errors import TrainingError
from models.surgery.transplant import transplant
from models.training.architectures import Sizes, fresh_square_mlp, fresh_transformer
from models.training.film import FURTHEST, Film, film_from_file, film_to_bytes, packed, unpacked, watched_of
from models.training.moments import FIGURES, LEVELS, distinct_weights
from models.training.phases import Phases, phases_of
from models.training.trainer import Schedule, TrainingRun
from tests.films import MODULUS, RECUT, STEPS, small_film, small_snapshots, small_watched


@pytest.fixture(scope="module")
def film() -> Film:
    return small_film()


def test_the_small_network_learns_while_it_is_filmed(film: Film):
    assert film.curve("test_accuracy")[0] < 0.2
    assert film.curve("test_accuracy")[-1] == film.curve("train_accuracy")[-1] == 1
    assert film.steps.tolist() == list(STEPS)


@pytest.mark.parametrize("moment", range(len(STEPS)))
def test_accuracies_and_losses_are_those_of_a_plain_pass(film: Film, moment: int):
    network, p = small_snapshots()[STEPS[moment]], MODULUS
    a, b = network.task.pairs()
    logits, answers = network.logits(a, b).double(), (a + b) % p
    right, trained = logits.argmax(1) == answers, film.trained.flatten()
    figures = dict(zip(FIGURES, film.figures[moment].tolist(), strict=True))
    assert figures["train_accuracy"] == pytest.approx(float(right[trained].double().mean()))
    assert figures["test_accuracy"] == pytest.approx(float(right[~trained].double().mean()))
    assert figures["train_loss"] == pytest.approx(float(cross_entropy(logits[trained], answers[trained])), rel=1e-4)
    assert figures["test_loss"] == pytest.approx(float(cross_entropy(logits[~trained], answers[~trained])), rel=1e-4)
    assert (film.levels[moment].flatten() >= 2).equal(right)
    assert int(film.levels[moment].max()) < LEVELS
    operated = transplant(network, film.recipe)
    x, y = operated.task.pairs()
    share = (operated.logits(x, y).argmax(1) == (x + y) % RECUT).double().mean()
    assert figures["recut_accuracy"] == pytest.approx(float(share), abs=2 / RECUT**2)
    assert figures["squared_weights"] == pytest.approx(
        float(network.table_a.square().sum() + network.unembedding.square().sum()), rel=1e-4
    )


def test_restricted_and_excluded_loss_are_nanda_s_directions_by_the_whole_grid(film: Film):
    network, p = small_snapshots()[STEPS[3]], MODULUS
    a, b = network.task.pairs()
    logits, answers = network.logits(a, b).double(), (a + b) % p
    logits = logits - logits.mean(1, keepdim=True)
    kept = torch.zeros_like(logits)
    for k in film.frequencies:
        angle = 2 * math.pi * k * (a + b).double() / p
        for wave in (angle.cos(), angle.sin()):
            unit = wave / wave.norm()
            kept += torch.outer(unit, unit @ logits)
    trained = film.trained.flatten()
    figures = dict(zip(FIGURES, film.figures[3].tolist(), strict=True))
    restricted = float(cross_entropy(kept + logits.mean(0), answers))
    excluded = float(cross_entropy((logits - kept)[trained], answers[trained]))
    assert figures["restricted_loss"] == pytest.approx(restricted, rel=1e-4)
    assert figures["excluded_loss"] == pytest.approx(excluded, rel=1e-4)


def test_points_are_projections_and_become_a_circle(film: Film):
    table = small_snapshots()[STEPS[-1]].table_a.double()
    for place in range(len(film.frequencies)):
        exact = (table - table.mean(0)) @ small_watched().planes[place]
        shown = film.points[-1, place].double()
        unit = exact.abs().max() / shown.abs().max()
        assert float((shown * unit - exact).abs().max()) < float(unit)
        assert int(film.points[:, place].abs().max()) == FURTHEST
    radii = film.points.double().norm(dim=3)
    spread = (radii.std(2) / radii.mean(2)).mean(1)
    assert float(spread[-1]) < 0.7 * float(spread[0])


def test_the_spectrum_is_of_the_operand_table(film: Film):
    assert film.spectrum.float().sum(1).tolist() == pytest.approx([1] * len(STEPS), abs=5e-3)
    for moment, network in enumerate(small_snapshots().values()):
        power = torch.fft.rfft(network.table_a.double(), dim=0).abs().square().sum(1)[1:]
        assert film.spectrum[moment].tolist() == pytest.approx((power / power.sum()).tolist(), abs=1e-3)
    assert film.frequencies == key_frequencies(small_snapshots()[STEPS[-1]]).frequencies


def test_a_shared_table_counts_once():
    network = fresh_square_mlp(Sizes(modulus=5, neurons=4), 0)
    assert sum(weight.numel() for weight in distinct_weights(network)) == 40


def test_a_film_is_read_back_as_it_was(film: Film, tmp_path: Path):
    path = tmp_path / "some.safetensors"
    path.write_bytes(film_to_bytes(film))
    read = film_from_file(path)
    assert (read.about, read.frequencies, read.recipe) == (film.about, film.frequencies, film.recipe)
    for name in ("steps", "trained", "spectrum", "points", "levels", "recut", "figures"):
        assert getattr(read, name).equal(getattr(film, name)), name


def test_packing_keeps_an_odd_number_of_pairs():
    levels = torch.randint(0, 16, (3, 7, 7), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    assert packed(levels).shape == (3, 25)
    assert unpacked(packed(levels), 7).equal(levels)


def test_a_network_without_a_circuit_is_no_film():
    flat = fresh_square_mlp(Sizes(modulus=5, neurons=4), 0).map_tensors(torch.zeros_like)
    with pytest.raises(TrainingError, match="no key frequencies"):
        watched_of(flat, torch.tensor([0]), small_film().recipe)


def test_pairs_trained_on_are_renamed_as_the_operands_of_another_operation_are():
    schedule = Schedule(steps=3, fraction=0.3, operation=(2, -3))
    run = TrainingRun(fresh_transformer(Sizes(modulus=7, width=8, heads=2, neurons=12), 0), schedule)
    list(run.checks())
    trained, _ = run.network.task.split(0.3, 0)
    found = watched_of(run.finished_network(), trained, small_film().recipe).trained
    a, b = run.train_pairs
    assert int(found.sum()) == len(a) == len(trained)
    assert bool(found[2 * a % 7, -3 * b % 7].all())


NO, YES = False, True


@pytest.mark.parametrize(
    ("restricted", "excluded", "right", "phases"),
    [
        ([5, 4, 3, 1, 0.1], [5, 1, 0.5, 2, 4], [NO, NO, NO, NO, YES], Phases(2, 3, 4)),
        ([5, 4, 3, 2], [5, 1, 0.5, 0.1], [NO] * 4, Phases(None, None, None)),  # memorises to its end
        ([5, 0.1, 3, 1, 0.1], [5, 1, 0.5, 2, 4], [YES, NO, YES, YES, YES], Phases(2, 3, 2)),  # for good, not at first
        ([5, 4, 3, 3], [5, 1, 2, 2], [NO, NO, YES, NO], Phases(1, None, None)),
        ([0.1, 0.1, 0.1], [5, 1, 2], [NO, YES, YES], Phases(1, 1, 1)),  # cleanup is never before memorising ends
    ],
)
def test_phases_are_told_by_the_measures(restricted: list, excluded: list, right: list, phases: Phases):
    assert phases_of(restricted, excluded, right) == phases
