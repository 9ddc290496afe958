import json
import math
import re
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CertificateError, ClockworkError
from models.evaluation import predictions
from models.evaluation.certificate import Certificate, certify, parse_certificate
from models.evaluation.sample import wilson_interval
from models.experiment.apply import apply_readout_mode
from models.surgery.recipe import Recipe, linked_recipe
from tests.oracles import hand_built, oracle, oracle_waves

ALPHAS = {1: 1.0, 3: 1.0, 4: 1.0}
RIGHT = linked_recipe(17, {1: 2, 3: -3, 4: 5})
UNDECIDED = linked_recipe(16, {1: 2, 3: 4, 4: 6})
WRONG = linked_recipe(17, {1: 2.5, 3: -3, 4: 5})  # a hand that does not come round


def certified(recipe: Recipe, readout: str = "keep") -> Certificate:
    source = hand_built(13, tuple(ALPHAS))
    rung = apply_readout_mode(source, recipe, oracle_waves(ALPHAS), readout)
    return certify(source, recipe, rung.network, rung.evaluation, readout)


@pytest.mark.parametrize("recipe", [RIGHT, UNDECIDED, WRONG], ids=["right", "undecided", "wrong"])
@pytest.mark.parametrize("readout", ["keep", "refit"])
def test_a_certificate_says_what_was_counted(recipe: Recipe, readout: str):
    source = hand_built(13, tuple(ALPHAS))
    rung = apply_readout_mode(source, recipe, oracle_waves(ALPHAS), readout)
    found = certify(source, recipe, rung.network, rung.evaluation, readout)
    counts = rung.evaluation.counts
    assert (found.trained_modulus, found.modulus, found.pairs) == (13, recipe.modulus, recipe.modulus**2)
    assert (found.right, found.undecided, found.wrong) == (counts.right, counts.undecided, counts.wrong)
    assert found.complete == (counts.accuracy == 1)
    assert (found.smallest_margin, found.scale) == (rung.evaluation.smallest_margin, rung.evaluation.scale)
    assert (found.smallest_at_least, found.proof) == (rung.evaluation.smallest_at_least, rung.evaluation.proof)
    assert (found.readout, found.recipe) == (readout, recipe)
    assert (found.source_digest, found.operated_digest) == (source.digest, rung.network.digest)


def test_undecided_pairs_are_not_called_wrong():
    found = certified(UNDECIDED)
    assert (found.right, found.undecided, found.wrong, found.first_wrong) == (0, 256, 0, ())
    assert not found.complete


def test_at_most_a_hundred_wrong_pairs_are_listed_row_by_row_and_all_are_wrong():
    source = oracle(13, {1: 1.0})
    recipe = linked_recipe(31, {1: 1.5})
    rung = apply_readout_mode(source, recipe, oracle_waves({1: 1.0}), "keep")
    found, answered = certify(source, recipe, rung.network, rung.evaluation, "keep"), predictions(rung.network)
    assert found.wrong > 100
    assert len(found.first_wrong) == 100
    assert list(found.first_wrong) == sorted(found.first_wrong)
    assert all(int(answered[a, b]) != (a + b) % 31 for a, b in found.first_wrong)
    numbers = torch.arange(31)
    every = (answered != (numbers[:, None] + numbers) % 31).nonzero()[:100]
    assert [list(pair) for pair in found.first_wrong] == every.tolist()  # none was passed over


def test_fewer_wrong_pairs_are_all_listed():
    found = certified(WRONG)
    assert len(found.first_wrong) == min(100, found.wrong)


@pytest.mark.parametrize("recipe", [RIGHT, UNDECIDED, WRONG], ids=["right", "undecided", "wrong"])
def test_a_certificate_survives_its_file(recipe: Recipe):
    found = certified(recipe)
    again = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert again.keys() >= found.__dataclass_fields__.keys() - {"operation"}  # which only renamed sums have
    assert again["proof"]["share_recounted"] == found.proof.recounted
    assert Certificate.from_json(again) == found


def test_a_bound_that_nothing_is_known_of_survives_its_file():
    found = replace(certified(RIGHT), smallest_at_least=-math.inf)
    again = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert again["smallest_at_least"] is None
    assert Certificate.from_json(again) == found


FIRST_VERSION = ("version", "proof", "scale", "seed", "smallest_at_least")


def test_a_certificate_of_the_first_version_still_opens():
    found = certified(WRONG)
    old = {name: value for name, value in found.to_json().items() if name not in FIRST_VERSION} | {"seconds": 0.1}
    again = Certificate.from_json(old)
    assert again.is_first_version
    assert (again.right, again.first_wrong, again.recipe) == (found.right, found.first_wrong, found.recipe)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("right", -1, '"right" is -1; expected a whole number, 0 or more'),
        ("pairs", "289", "\"pairs\" is '289'; expected a whole number"),
        ("wrong", True, '"wrong" is True; expected a whole number'),
        ("smallest_margin", math.nan, '"smallest_margin" is nan; expected a finite number'),
        ("scale", None, '"scale" is None; expected a finite number'),
        ("readout", "trust me", "\"readout\" is 'trust me'; expected one of keep, balance"),
        ("source_digest", "abc", "expected a SHA-256 of 64 hexadecimal digits"),
        ("operated_digest", 64 * "g", "expected a SHA-256 of 64 hexadecimal digits"),
        ("first_wrong", [[1, 2, 3]], '"first_wrong" is no list of at most 100 pairs'),
        ("first_wrong", [[0, 0]] * 101, '"first_wrong" is no list of at most 100 pairs'),
        ("proof", None, '"proof" is missing'),
        ("proof", {"method": "rows"}, '"in_float32" is None'),
        ("seed", 2**63, '"seed" is 9223372036854775808; expected a whole number of at most 63 bits'),
        ("seed", True, '"seed" is True; expected a whole number of at most 63 bits'),
        ("version", 3, '"version" is 3; this program reads certificates up to 2'),
        ("recipe", {}, "recipe"),
    ],
)
def test_what_is_no_certificate_is_refused_by_the_field(field: str, value: object, sentence: str):
    with pytest.raises(ClockworkError, match=re.escape(sentence)):
        Certificate.from_json(certified(RIGHT).to_json() | {field: value})


def test_a_seed_may_be_negative_as_on_the_command_line():
    found = replace(certified(RIGHT, "refit"), seed=-3)
    assert Certificate.from_json(found.to_json()) == found


def test_what_a_file_says_at_length_is_cut_in_the_sentence():
    with pytest.raises(CertificateError, match="x…; expected one of keep") as refused:
        parse_certificate(json.dumps(certified(RIGHT).to_json() | {"readout": "x" * 10**5}).encode(), "c.json")
    assert str(refused.value).startswith("c.json is no certificate: ")
    assert len(str(refused.value)) < 300


def test_what_is_no_object_is_no_certificate():
    with pytest.raises(CertificateError, match="A certificate is a JSON object; found list"):
        Certificate.from_json([1, 2])


# Sampled shares


@pytest.mark.parametrize(
    ("right", "sampled", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (50, 100, 0.4038, 0.5962), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_wilsons_interval_as_published(right: int, sampled: int, low: float, high: float):
    found = wilson_interval(right, sampled)
    assert (found.right, found.sampled) == (right, sampled)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**7), st.data())
def test_an_interval_holds_the_share_and_stays_within_nothing_and_all(sampled: int, data: st.DataObject):
    right = data.draw(st.integers(0, sampled))
    found, mirrored = wilson_interval(right, sampled), wilson_interval(sampled - right, sampled)
    assert 0 <= found.low <= right / sampled <= found.high <= 1
    assert found.low < found.high
    assert (found.low == 0) == (right == 0)
    assert (found.high == 1) == (right == sampled)
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)
