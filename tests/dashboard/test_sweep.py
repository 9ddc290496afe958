"""The sweep that *Turn it* and *Every modulus* share."""

from types import SimpleNamespace

import pytest

from dashboard import cache, jobs
from dashboard.session import sweep
from dashboard.session.state import Bench, Session
from models.surgery.recipe import linked_recipe
from tests.oracles import oracle

NETWORK = oracle(7, {1: 1.0, 2: 1.0})


@pytest.fixture
def here() -> Bench:
    return Bench(linked_recipe(7, {1: 1, 2: 2}))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    """Two moduli are counted between two showings."""
    session, a_few = Session(), jobs.a_few
    monkeypatch.setattr(sweep, "session", lambda: session)
    monkeypatch.setattr(jobs, "a_few", lambda steps, **_: a_few(steps, most=2))
    return session


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The moduli that are counted, in their order."""
    counted: list[int] = []
    monkeypatch.setattr(
        cache, "swept", lambda _, modulus: counted.append(modulus) or SimpleNamespace(recipe=f"dials mod {modulus}")
    )
    return counted


def test_a_few_moduli_more_are_counted_in_order(here: Bench, session: Session, counted: list[int]):
    sweep.start_sweep(NETWORK, here)
    for moduli in (2, 4):
        session.jobs.go_on(sweep.SWEEP, NETWORK.digest)
        assert counted == sweep.SWEEP_ORDER[:moduli] == sweep.moduli_swept(here)
    assert not sweep.is_swept(here)
    assert sweep.progress_of(here) == (4, 255, "4 of 255 moduli searched and counted")
    assert list(sweep.found_by_sweep(NETWORK, here)) == counted[:4]


def test_a_run_that_was_left_moves_the_sweep_of_its_successor_neither_on_nor_back(
    here: Bench, monkeypatch: pytest.MonkeyPatch
):
    successor = [4]  # moduli that the other run has counted when this one is through with its first

    def swept(_network: object, _modulus: int) -> None:
        here.swept = successor.pop() if successor else here.swept

    monkeypatch.setattr(cache, "swept", swept)
    next(sweep._counting(NETWORK, here))
    assert here.swept == 4


def test_a_readout_that_lags_behind_comes_first_and_those_chosen_meanwhile_too(
    here: Bench, session: Session, counted: list[int], monkeypatch: pytest.MonkeyPatch
):
    fitted: list[tuple[str, str]] = []
    monkeypatch.setattr(cache, "mode_counts", lambda _, recipe, readout: fitted.append((recipe, readout)))
    monkeypatch.setattr(cache, "mode_on_shuffled", lambda *_: None)
    here.swept = 2
    sweep.start_sweep(NETWORK, here, ("keep", "calibrate"))
    session.jobs.go_on(sweep.SWEEP, NETWORK.digest)
    here.readouts = ("keep", "calibrate", "refit")
    session.jobs.go_on(sweep.SWEEP, NETWORK.digest)
    dials = [f"dials mod {modulus}" for modulus in sweep.SWEEP_ORDER[:2]]
    assert fitted == [(each, readout) for readout in ("calibrate", "refit") for each in dials]
    assert (here.swept, here.fitted) == (2, {"calibrate": 2, "refit": 2})
    session.jobs.go_on(sweep.SWEEP, NETWORK.digest)  # one modulus more, and calibrate there
    assert (here.swept, here.fitted) == (3, {"calibrate": 3, "refit": 2})
    assert sweep.progress_of(here).sentence.endswith("; calibrate and its control at 3; refit and its control at 2")


def test_where_nothing_is_searched_yet_no_readout_lags_behind(
    here: Bench, session: Session, counted: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cache, "mode_counts", lambda *_: None)
    monkeypatch.setattr(cache, "mode_on_shuffled", lambda *_: None)
    seen = []
    sweep.start_sweep(NETWORK, here, ("keep", "calibrate", "refit"))
    for _ in sweep._counting(NETWORK, here):
        seen.append((here.swept, *(here.fitted.get(readout, 0) for readout in here.readouts[1:])))
        if here.swept == 2:
            break
    assert seen == [(1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 1, 1)]


def test_every_modulus_of_the_wheel_is_swept_once(here: Bench, session: Session, counted: list[int]):
    assert sorted(sweep.SWEEP_ORDER) == list(range(2, 257))
    here.swept = len(sweep.SWEEP_ORDER) - 1
    sweep.start_sweep(NETWORK, here)
    session.jobs.go_on(sweep.SWEEP, NETWORK.digest)
    assert sweep.is_swept(here)
    assert (counted, session.jobs.going(sweep.SWEEP, NETWORK.digest)) == (sweep.SWEEP_ORDER[-1:], None)
