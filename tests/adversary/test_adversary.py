"""One network of every body and every attack, counted as exact arithmetic counts it."""

import pytest
import torch

from models.evaluation import difference_classes, evaluate
from tests.adversary.attacks import ATTACKS, KINDS, crafted
from tests.adversary.textbook import exact_states

NUMBERED = [(number, kind.name) for number, kind in enumerate(KINDS)]


def assert_counted_exactly(number: int, seed: int) -> None:
    body, attack, network = crafted(number, seed)
    found = evaluate(network)
    exact = torch.tensor(exact_states(network, found.tolerance), dtype=torch.uint8)
    assert torch.equal(found.states, exact), f"{body}, {attack}"
    assert found.proof.unproven == 0


@pytest.mark.parametrize("attack", range(len(ATTACKS)), ids=[attack.__name__ for attack in ATTACKS])
@pytest.mark.parametrize(("kind", "_body"), NUMBERED, ids=[name for _, name in NUMBERED])
def test_no_attack_fools_the_count(kind: int, _body: str, attack: int):
    assert_counted_exactly(attack * len(KINDS) + kind, seed=1)


RECUT = [number for number, kind in enumerate(KINDS) if kind.recut and "MLP" in kind.name]


@pytest.mark.parametrize("attack", range(len(ATTACKS)), ids=[attack.__name__ for attack in ATTACKS])
@pytest.mark.parametrize("kind", RECUT)
def test_no_attack_fools_the_count_by_difference_classes(monkeypatch: pytest.MonkeyPatch, kind: int, attack: int):
    monkeypatch.setattr(difference_classes, "SMALLEST_MODULUS", 2)
    monkeypatch.setattr(difference_classes, "FIRST_RIVALS", 2)
    assert_counted_exactly(attack * len(KINDS) + kind, seed=2)
