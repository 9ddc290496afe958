"""What is shipped of the zoo's networks is what is counted of them today."""

import random
from functools import cache

import pytest

from models import zoo
from models.analysis.baselines import baselines
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.evaluation import COUNTING_VERSION, evaluate
from models.experiment.request import Request
from models.experiment.shipping import baselines_as_shipped, reached_as_shipped, sweep_to_ship
from models.experiment.sweep import Reached, reached
from models.surgery.transplant import transplant
from models.zoo import shipped_sweeps
from models.zoo.shipped_sweeps import SWEEPS, ShippedSweep, shipped_sweep
from tests.oracles import hand_built

NAMES = zoo.names()
EVERY_MODULUS = list(range(2, 257))


@cache
def sweep_of(name: str) -> ShippedSweep:
    found = shipped_sweep(zoo.load(name).digest)
    assert found is not None, f"{SWEEPS}/{name}.json is missing, or of another network or counting: make sweeps"
    return found


def drawn(name: str, most: int) -> list[int]:
    """A few moduli up to `most`, others for each network and the same in every run."""
    return random.Random(f"{name} {most}").sample(range(2, most + 1), 4)


def test_what_is_shipped_is_of_the_zoo():
    assert {path.stem for path in SWEEPS.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_modulus_of_every_network_is_shipped(name: str):
    sweep = sweep_of(name)
    assert list(sweep.operated) == EVERY_MODULUS
    assert list(sweep.untouched) == list(range(2, zoo.load(name).modulus + 1))
    assert sweep.command == f"python -m models reach {name} --moduli 2..256 --readout keep --rounds 1"


@pytest.mark.parametrize("name", NAMES)
def test_the_dials_that_are_shipped_give_the_counts_that_are_shipped(name: str):
    network, sweep = zoo.load(name), sweep_of(name)
    short = [q for q, each in sweep.operated.items() if each.counts.right < each.counts.pairs][:2]
    for q in {*drawn(name, 256), *short}:
        assert evaluate(transplant(network, sweep.operated[q].recipe)).counts == sweep.operated[q].counts


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_search_finds_what_is_shipped(name: str):
    network = zoo.load(name)
    waves = logit_waves(network, key_frequencies(network).frequencies)
    shipped = reached_as_shipped(sweep_of(name), waves)
    for q in drawn(name, 64):
        assert reached(network, Request(q, "keep", rounds=1), waves) == shipped[q]


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_network_is_shipped_at_every_modulus(name: str):
    assert baselines_as_shipped(sweep_of(name)) == baselines(zoo.load(name), EVERY_MODULUS)


def counted() -> tuple[ShippedSweep, dict[int, Reached]]:
    network, waves = hand_built(13, (1, 3, 4)), logit_waves(hand_built(13, (1, 3, 4)), (1, 3, 4))
    found = {q: reached(network, Request(q, "keep", rounds=1), waves) for q in (15, 5)}
    return sweep_to_ship(network, found, "python -m models reach"), found


def test_a_sweep_comes_back_as_it_went():
    sweep, found = counted()
    assert ShippedSweep.from_json(sweep.to_json()) == sweep
    assert reached_as_shipped(sweep, logit_waves(hand_built(13, (1, 3, 4)), (1, 3, 4))) == found
    assert list(sweep.operated) == [5, 15]


def test_counts_of_another_version_are_not_shown(monkeypatch: pytest.MonkeyPatch):
    digest = zoo.load(zoo.FIRST).digest
    assert shipped_sweep(digest) is not None
    monkeypatch.setattr(shipped_sweeps, "COUNTING_VERSION", COUNTING_VERSION + 1)
    shipped_sweeps._sweeps.cache_clear()
    assert shipped_sweep(digest) is None
    monkeypatch.undo()
    shipped_sweeps._sweeps.cache_clear()


def test_a_network_of_nobodys_zoo_has_none():
    assert shipped_sweep(hand_built(13, (1, 3, 4)).digest) is None
