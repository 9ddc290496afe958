"""The film that comes with the project: two of its moments are counted again from their weights."""

import pytest
import torch

from models.formats.registry import network_from_bytes
from models.training.film import FURTHEST, SHIPPED, shipped_film, watched_of
from models.training.moments import FIGURES, FilmMoment, Watched, moment_of
from models.training.snapshots import snapshots_in

KEPT = snapshots_in(SHIPPED.parent / "moments")
NETWORKS = {step: network_from_bytes(path.read_bytes(), path.name) for step, path in KEPT.items()}
COUNTED = ("train_accuracy", "test_accuracy", "recut_accuracy")


@pytest.fixture(scope="module")
def watched() -> Watched:
    film = shipped_film()
    *_, last = NETWORKS.values()
    assert last.digest == film.about["digest"]
    train, _ = last.task.split(film.about["fraction"], film.about["seed"])
    return watched_of(last, train, film.recipe)


@pytest.fixture(scope="module", params=NETWORKS)
def moment(request: pytest.FixtureRequest, watched: Watched) -> tuple[int, FilmMoment]:
    return shipped_film().steps.tolist().index(request.param), moment_of(NETWORKS[request.param], watched)


def test_its_figures_are_counted_again(moment: tuple[int, FilmMoment]):
    place, found = moment
    shipped = dict(zip(FIGURES, shipped_film().figures[place].tolist(), strict=True))
    for name in FIGURES:
        near = 1e-6 if name in COUNTED else 1e-3  # counts are proven on any processor: it is nearer than one pair
        assert shipped[name] == pytest.approx(found.figures[name], rel=near), name
    film = shipped_film()
    assert (film.levels[place] >= 2).equal(found.levels >= 2)
    assert (film.recut[place] >= 2).equal(found.recut >= 2)
    assert torch.allclose(film.spectrum[place].double(), found.spectrum, atol=1e-3)


def test_its_planes_are_those_of_the_last_network(moment: tuple[int, FilmMoment]):
    place, found = moment
    shown = shipped_film().points[place].double()
    for one, exact in zip(shown, found.points, strict=True):
        unit = (one * exact).sum() / exact.square().sum()  # how much one unit of the table is
        assert float((one - exact * unit).abs().max()) < 1
        assert float(one.abs().max()) <= FURTHEST


def test_it_shows_all_three_phases_and_the_body_carries_before_the_network_answers(watched: Watched):
    film = shipped_film()
    assert film.frequencies == watched.frequencies
    assert film.trained.equal(watched.trained)
    assert int(film.trained.sum()) == int(0.3 * 113**2)
    phases, carried, answered = film.phases, film.curve("recut_accuracy"), film.curve("test_accuracy")
    assert 0 < phases.forms < phases.cleanup < phases.done < len(film.steps)
    assert film.curve("train_accuracy")[phases.forms] == 1
    assert carried[0] < 0.02
    assert carried[-1] == 1
    assert carried[phases.cleanup] > 1.5 * answered[phases.cleanup]


def test_it_is_small_and_has_as_many_moments_as_was_promised():
    assert len(shipped_film().steps) >= 60
    assert sum(path.stat().st_size for path in SHIPPED.parent.rglob("*.safetensors")) < 6e6
