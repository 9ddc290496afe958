"""A certificate that is true holds; one that is forged in any field does not, and what differs is named."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models.circuits.logits import logit_waves
from models.evaluation.certificate import Certificate, certify
from models.experiment.apply import apply_readout_mode
from models.experiment.certificate_check import check_certificate
from models.network import Network
from models.surgery.recipe import Recipe, linked_recipe
from tests.oracles import hand_built

ALPHAS = {1: 1.0, 3: 1.0, 4: 1.0}
SOURCE = hand_built(13, tuple(ALPHAS))
RIGHT = linked_recipe(17, {1: 2, 3: -3, 4: 5})
TIED = linked_recipe(16, {1: 2, 3: 4, 4: 6})
WRONG = linked_recipe(17, {1: 2.5, 3: -3, 4: 5})


def certified(recipe: Recipe, readout: str = "keep", seed: int = 0) -> tuple[Certificate, Network]:
    rung = apply_readout_mode(SOURCE, recipe, logit_waves(SOURCE, tuple(ALPHAS)), readout, seed=seed)
    return certify(SOURCE, rung.recipe, rung.network, rung.evaluation, readout, seed), rung.network


@pytest.mark.parametrize("recipe", [RIGHT, TIED, WRONG], ids=["right", "tied", "wrong"])
@pytest.mark.parametrize("readout", ["keep", "balance", "refit"])
def test_a_true_certificate_holds_for_the_source_and_for_the_operated_network(recipe: Recipe, readout: str):
    said, operated = certified(recipe, readout, seed=3)
    for network in (SOURCE, operated):
        found = check_certificate(said, network)
        assert found.differs == ()
        assert (found.looked_at, found.pairs, found.sampled) == (recipe.modulus**2, recipe.modulus**2, False)


def forged(said: Certificate, **changes: Any) -> Certificate:
    """As somebody who edits the file would: plain data in, plain data out."""
    return Certificate.from_json(json.loads(json.dumps(said.to_json() | changes)))


SAID, _ = certified(WRONG, "refit", seed=3)
PROOF = SAID.to_json()["proof"]
HEX = 64 * "a"
FORGERIES: dict[str, dict[str, Any]] = {
    "trained_modulus": {"trained_modulus": 11},
    "modulus": {"modulus": 19},
    "pairs": {"pairs": SAID.pairs + 1},
    "right": {"right": SAID.pairs, "wrong": 0, "undecided": 0, "first_wrong": []},
    "undecided": {"undecided": SAID.undecided + 1, "wrong": SAID.wrong - 1},
    "wrong": {"wrong": SAID.wrong + 1},
    "first_wrong": {"first_wrong": [[0, 1], *map(list, SAID.first_wrong[1:])]},
    "smallest_margin": {"smallest_margin": SAID.smallest_margin + 2},
    "smallest_at_least": {"smallest_at_least": SAID.smallest_margin + 1},
    "scale": {"scale": 2 * SAID.scale},
    "seed": {"seed": 4},
    "readout": {"readout": "keep"},
    "recipe": {"recipe": replace(SAID.recipe, harmonics=1).to_json()},
    "source_digest": {"source_digest": HEX},
    "operated_digest": {"operated_digest": HEX},
    "proof.method": {"proof": PROOF | {"method": "stripes"}},
    "proof.in_float32": {"proof": PROOF | {"in_float32": 0, "in_float64": PROOF["in_float64"] + PROOF["in_float32"]}},
    "proof.in_float64": {
        "proof": PROOF | {"in_float64": PROOF["in_float64"] + 40, "in_float32": PROOF["in_float32"] - 40}
    },
    "proof.in_balls": {"proof": PROOF | {"in_balls": 40}},
    "proof.unproven": {"proof": PROOF | {"unproven": 40}},
    "proof.largest_error": {"proof": PROOF | {"largest_error": PROOF["largest_error"] / 100}},
}


@pytest.mark.parametrize("field", FORGERIES)
def test_a_certificate_that_is_forged_in_any_field_does_not_hold(field: str):
    assert check_certificate(SAID, SOURCE).holds
    found = check_certificate(forged(SAID, **FORGERIES[field]), SOURCE)
    assert not found.holds


def test_every_field_has_a_forgery():
    fields = set(SAID.to_json()) - {"version", "proof"} | {f"proof.{name}" for name in PROOF} - {
        "proof.share_recounted"
    }
    assert set(FORGERIES) == fields


@pytest.mark.parametrize("field", ["trained_modulus", "modulus", "pairs", "first_wrong", "smallest_margin", "scale"])
def test_what_differs_is_named(field: str):
    found = check_certificate(forged(SAID, **FORGERIES[field]), SOURCE)
    assert field in {each.field for each in found.differs}


def test_of_another_network_nothing_is_counted():
    said, _ = certified(RIGHT)
    found = check_certificate(said, hand_built(13, (1, 3, 5)))
    assert [each.field for each in found.differs] == ["source_digest"]
    assert found.looked_at == 0
    assert "another network" in found.remarks[0]


def test_a_sample_says_that_it_is_one_and_finds_a_false_hundred_percent():
    said, _ = certified(WRONG)
    honest = check_certificate(said, SOURCE, sample=150, seed=1)
    assert (honest.holds, honest.looked_at, honest.sampled) == (True, 150, True)
    assert honest.remarks[-1] == "A sample of 150 random pairs, no recount."
    boast = forged(said, right=289, wrong=0, undecided=0, first_wrong=[])
    assert any(
        "random pairs are not" in str(each.found) for each in check_certificate(boast, SOURCE, sample=150).differs
    )


def test_a_sample_finds_pairs_that_are_listed_as_wrong_and_are_not():
    said, _ = certified(WRONG)
    lies = forged(said, first_wrong=[[0, 0], *map(list, said.first_wrong[1:])])
    assert "first_wrong" in {each.field for each in check_certificate(lies, SOURCE, sample=50).differs}


def test_a_certificate_of_the_first_version_is_recounted_and_called_so():
    said, _ = certified(WRONG)
    old = replace(said, proof=None, scale=None, seed=None, smallest_at_least=None)
    found = check_certificate(old, SOURCE)
    assert found.holds
    assert "first version" in found.remarks[0]
    assert not check_certificate(replace(old, right=old.right + 1, wrong=old.wrong - 1), SOURCE).holds
