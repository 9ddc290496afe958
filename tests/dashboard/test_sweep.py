"""The sweep that Play and Any base share."""

import pytest

from dashboard import cache
from dashboard.visit import sweep
from dashboard.visit.state import Bench
from models.surgery.recipe import linked_recipe
from tests.oracles import oracle

NETWORK = oracle(7, {1: 1.0, 2: 1.0})


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(sweep, "a_few", lambda items: items[:2])
    return Bench(linked_recipe(7, {1: 1, 2: 2}))


def test_a_few_moduli_more_are_counted_in_order(here: Bench, monkeypatch: pytest.MonkeyPatch):
    counted = []
    monkeypatch.setattr(cache, "swept", lambda _, modulus: counted.append(modulus))
    for moduli in (2, 4):
        sweep.sweep_a_few(NETWORK, here)
        assert counted == sweep.SWEEP_ORDER[:moduli] == sweep.moduli_swept(here)
    assert not sweep.is_swept(here)
    assert list(sweep.found_by_sweep(NETWORK, here)) == counted[:4]


def test_a_run_that_was_left_moves_the_sweep_of_its_successor_neither_on_nor_back(
    here: Bench, monkeypatch: pytest.MonkeyPatch
):
    successor = [4]  # moduli that the other run has counted when this one is through with its first

    def swept(_network: object, _modulus: int) -> None:
        here.swept = successor.pop() if successor else here.swept

    monkeypatch.setattr(cache, "swept", swept)
    sweep.sweep_a_few(NETWORK, here)
    assert here.swept == 4


def test_every_modulus_of_the_wheel_is_swept_once(here: Bench):
    assert sorted(sweep.SWEEP_ORDER) == list(range(2, 257))
    here.swept = len(sweep.SWEEP_ORDER)
    assert sweep.is_swept(here)
