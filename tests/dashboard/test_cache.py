"""What is kept: under keys that tell settings apart, for everybody only where it is of the zoo, and not for ever."""

import math
import runpy
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from streamlit.runtime.caching import cache_resource_api

from dashboard import cache, circuit_cache
from models import zoo
from models.ablation.shuffles import shuffled_body
from models.analysis.failures import explain_failure
from models.analysis.inspection import half_step_answer, inspect
from models.analysis.patching import patched_dials, patched_parts
from models.circuits.logits import logit_waves
from models.errors import CheckpointError
from models.evaluation import answer_of, evaluate
from models.evaluation.certificate import certify
from models.evaluation.sample import sampled_interval
from models.experiment.apply import apply_readout_mode
from models.experiment.controls import shuffled_control
from models.experiment.request import Request
from models.experiment.sweep import reached
from models.network import Network
from models.planner import best_by_margin
from models.runtime.cost import cost_of_inspection
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.single_frequency import single_frequency_neurons
from models.surgery.transplant import transplant
from tests.oracles import hand_built, noisy

DIALS = (1, 3, 4)
FIRST = Dial(1, Turn(2, 1.25, 0.5), Turn(3), Turn(2, 1.5, 0.25))
PLAIN = Recipe(17, (FIRST, Dial(3, Turn(-7)), Dial(4, Turn(5))))


def with_first(**changed: Any) -> Recipe:
    return replace(PLAIN, dials=(replace(FIRST, **changed), *PLAIN.dials[1:]))


# Each differs from PLAIN in one thing that a recipe can say.
OTHERS = {
    "modulus": replace(PLAIN, modulus=18),
    "target": with_first(a=replace(FIRST.a, target=3)),
    "amplitude": with_first(a=replace(FIRST.a, amplitude=1.5)),
    "phase": with_first(a=replace(FIRST.a, phase=0.75)),
    "off": with_first(a=replace(FIRST.a, on=False)),
    "b": with_first(b=Turn(4)),
    "b's phase": with_first(b=Turn(3, phase=0.1)),
    "no b": with_first(b=None),
    "readout": with_first(readout=Turn(5, 1.5, 0.25)),
    "readout's amplitude": with_first(readout=Turn(2, 0.5, 0.25)),
    "linked": with_first(readout=None),
    "weight": with_first(readout=None, weight=0.5),
    "harmonics": replace(PLAIN, harmonics=3),
    "readout_harmonics": replace(PLAIN, readout_harmonics=1),
    "order": replace(PLAIN, dials=PLAIN.dials[::-1]),
}


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Whose session it is; nothing is left over from another test."""
    here = {"id": "one"}
    monkeypatch.setattr(cache_resource_api, "get_session_id_or_throw", lambda: here["id"])
    for each in ("one", "other"):
        cache_resource_api.clear_session_cache(each)
    return here


@pytest.fixture
def network() -> Network:
    return noisy(hand_built(13, DIALS))


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_two_settings_that_differ_in_one_thing_are_two(network: Network, other: Recipe):
    for recipe in (PLAIN, other, PLAIN):
        assert cache.operated(network, recipe).digest == transplant(network, recipe).digest
        assert cache.outcome(network, recipe).counts == evaluate(transplant(network, recipe)).counts


def test_every_function_computes_what_it_says_of_what_it_is_asked(network: Network):
    waves = logit_waves(network, cache.keys(network).frequencies)
    operated = transplant(network, PLAIN)
    evaluation = evaluate(operated)
    assert cache.waves(network).frequencies == waves.frequencies
    assert torch.equal(cache.waves(network).weights, waves.weights)
    assert (
        cache.answer(network, PLAIN, 3, 9)
        == answer_of(operated, evaluation, 3, 9)
        != cache.answer(network, PLAIN, 9, 4)
    )
    assert (
        cache.mode_counts(network, PLAIN, "refit")
        == apply_readout_mode(network, PLAIN, waves, "refit").evaluation.counts
    )
    assert cache.mode_counts(network, PLAIN, "keep") == evaluation.counts
    expected = shuffled_control(network, PLAIN, waves, "keep", seeds=2)
    assert cache.mode_on_shuffled(network, PLAIN, "keep", 2) == expected
    assert len(cache.mode_on_shuffled(network, PLAIN, "keep", 1).accuracies) == 1
    for blend, seed in ((0.5, 0), (0.5, 1), (1.0, 0)):
        blended = evaluate(transplant(shuffled_body(network, seed, blend=blend), PLAIN)).counts
        assert cache.blended(network, PLAIN, blend, seed) == blended
    assert cache.at_modulus(network, PLAIN, 19) == evaluate(transplant(network, replace(PLAIN, modulus=19))).counts
    assert cache.failure(network, PLAIN) == explain_failure(operated, PLAIN, waves, evaluation)
    assert cache.half_step(network, 3.5, 8.5) == half_step_answer(network, waves.frequencies, 3.5, 8.5)
    assert cache.inspection(network).loss == inspect(network).loss
    assert [each.modulus for each in cache.all_baselines(network)] == list(range(2, 257))


def test_a_quick_search_has_one_round(network: Network):
    waves = logit_waves(network, DIALS)
    assert cache.swept(network, 17) == reached(network, Request(17, "keep", rounds=1), waves)


def test_heavy_work_is_told_to_take_as_long_as_its_inspection_unless_more_is_asked(
    network: Network, monkeypatch: pytest.MonkeyPatch
):
    seconds = cost_of_inspection(network).seconds
    assert cache.seconds_in_turn(network) is None
    monkeypatch.setattr(cache, "LIGHT_SECONDS", 0.0)
    assert cache.seconds_in_turn(network) == seconds
    assert cache.seconds_in_turn(network, 4) == pytest.approx(4 * seconds)


class ToldError(Exception):
    """How many times as long as an inspection something is told to take."""


@pytest.mark.parametrize(
    ("ask", "times"),
    [
        (lambda network: cache.outcome(network, PLAIN), 1),
        (lambda network: cache.swept(network, 17), 4),
        (lambda network: cache.mode_counts(network, PLAIN, "refit"), 2),
        (lambda network: cache.mode_on_shuffled(network, PLAIN, "refit", seeds=2), 6),
        (lambda network: cache.certificate_checked(network, SimpleNamespace(recipe=PLAIN), None), (17 / 13) ** 2),
        (lambda network: cache.certificate_checked(network, SimpleNamespace(recipe=PLAIN), 1000), 0),
    ],
    ids=["an outcome", "a search", "a fitted readout", "its control", "a recount", "a look at some pairs"],
)
def test_each_is_told_to_take_its_own_time(
    network: Network, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Network], Any], times: float
):
    def asked(_: Network, times: float = 1.0) -> float:
        raise ToldError(times)

    monkeypatch.setattr(cache, "seconds_in_turn", asked)
    with pytest.raises(ToldError) as told:
        ask(network)
    assert told.value.args == (pytest.approx(times),)


def test_what_a_visitor_has_at_hand_does_not_wait_for_a_turn_again(
    network: Network, session: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    waited: list[float] = []
    monkeypatch.setattr(cache, "LIGHT_SECONDS", 0.0)
    monkeypatch.setattr(cache, "get_script_run_ctx", lambda **_: SimpleNamespace(session_id=session["id"]))
    monkeypatch.setattr(cache, "in_turn", lambda work, seconds: waited.append(seconds) or work())
    computed, _ = counting()  # two are kept
    turns = []
    for whose, more in (("one", 1), ("one", 1), ("one", 2), ("one", 1), ("one", 3), ("one", 2), ("other", 2)):
        session["id"] = whose
        assert computed(network, more) == f"{network.digest} {more}"
        turns.append(len(waited))
    assert turns == [1, 1, 2, 2, 3, 4, 5]
    assert set(waited) == {cost_of_inspection(network).seconds}


def test_a_visitor_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    runpy.run_path(cache.__file__)
    assert asked == [1]


def test_why_an_operated_network_cannot_be_written_is_told_of_that_network(
    network: Network, monkeypatch: pytest.MonkeyPatch
):
    def refuse(network: Network) -> None:
        raise CheckpointError(f"No place for {network.digest}")

    assert cache.unwritable(network, OTHERS["no b"]) == ""
    assert "one embedding for both operands" in cache.unwritable(network, PLAIN)
    monkeypatch.setattr(cache, "as_written", refuse)
    assert cache.unwritable(network, OTHERS["off"]) == f"No place for {transplant(network, OTHERS['off']).digest}"


def test_networks_that_nobody_trained_stand_beside_the_trained_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "PHASE_DIALS", 12)
    monkeypatch.setattr(cache, "PHASE_NEURONS", 128)
    cache.random_phase_samples.clear()
    found = cache.random_phase_samples(2011, 300)
    cache.random_phase_samples.clear()
    recut = "trained (one-hot-97), re-cut"
    single = f"{recut} with single-frequency neurons"
    assert [*found] == ["random phases, ψ = 2φ", "random phases, ψ random", recut, single]
    matched, random, *_ = (each.right for each in found.values())
    assert all(each.sampled == 300 for each in found.values())
    assert random < 30 < matched
    network = zoo.load("one-hot-97")
    for name, source in ((recut, network), (single, single_frequency_neurons(network))):
        recipe = best_by_margin(logit_waves(source, cache.keys(network).frequencies), 2011)
        assert found[name] == sampled_interval(transplant(source, recipe), 300)


def test_a_certificate_is_of_what_was_counted(network: Network):
    found = certify(network, PLAIN, cache.operated(network, PLAIN), cache.outcome(network, PLAIN), "keep")
    assert (found.right, found.recipe, found.readout) == (cache.outcome(network, PLAIN).counts.right, PLAIN, "keep")
    assert (found.source_digest, found.operated_digest) == (network.digest, transplant(network, PLAIN).digest)


def test_each_table_has_its_own_plane_and_spectrum(network: Network):
    apart = noisy(replace(network, table_b=network.table_b.clone()), seed=7)
    tables = {"a": apart.table_a, "b": apart.table_b, "U": apart.unembedding.T}
    planes = {name: cache.plane(apart, name, 3).points for name in tables}
    for name, table in tables.items():
        sizes = (table.double() - table.double().mean(0)).norm()
        assert planes[name].norm() <= sizes
    assert not torch.allclose(planes["a"], planes["b"])
    assert not torch.allclose(planes["a"], planes["U"])
    assert not torch.equal(cache.plane(apart, "a", 4).points, planes["a"])
    found = cache.spectra(apart)
    assert list(found) == ["E", "U", "W_L"]
    powers = [float(found[name].power.sum()) for name in found]
    assert len(set(powers)) == 3
    table = apart.unembedding.double()
    assert powers[1] == pytest.approx(float((table - table.mean(1, keepdim=True)).square().sum()), rel=1e-6)


def test_the_live_network_is_the_same_for_all_settings_and_carried_as_they_are(network: Network):
    for recipe in (PLAIN, OTHERS["harmonics"], OTHERS["readout_harmonics"]):
        own = cache.carried(network, recipe)
        assert (own.modulus, [dial.a.target for dial in own.dials]) == (13, [1, 3, 4])
        assert (own.harmonics, own.readout_harmonics) == (recipe.harmonics, recipe.readout_harmonics)
        assert cache.live(network, own).to_json()["partials"]
    assert cache.carried(network, PLAIN) == cache.carried(network, OTHERS["target"])


def test_views_of_a_circuit_compute_what_they_are_asked(network: Network):
    fit = circuit_cache.logits(network).fit
    for a, b in ((3, 9), (9, 3)):
        found = circuit_cache.pair(network, DIALS, a, b)
        assert (found.a, found.b, found.frequencies) == (a, b, DIALS)
        assert torch.equal(found.alphas, fit.alphas[[0, 2, 3]])
        assert circuit_cache.answer(network, a, b) == answer_of(network, evaluate(network), a, b)
    assert [(each.a, each.b) for each in circuit_cache.walk(network, DIALS, None, 5)] == [(n, 5) for n in range(13)]
    assert [(each.a, each.b) for each in circuit_cache.walk(network, DIALS, 5, None)] == [(5, n) for n in range(13)]
    assert circuit_cache.parts_patched(network, PLAIN) == patched_parts(network, PLAIN)
    assert circuit_cache.dials_patched(network, PLAIN) == patched_dials(network, PLAIN)
    assert [circuit_cache.portrait(network, n).number for n in (4, 7)] == [4, 7]
    assert circuit_cache.measures(network, DIALS).keys() == circuit_cache.measures(network, (1, 3)).keys()
    some, all_ = (circuit_cache.measures(network, keys)["logits_explained"].value for keys in ((1, 3), DIALS))
    assert some < all_


# Whose it is


def counting() -> tuple[Callable[..., str], list[str]]:
    asked: list[str] = []

    @cache.memoised(2)
    def computed(network: Network, more: int = 0) -> str:
        asked.append(network.digest)
        return f"{network.digest} {more}"

    return computed, asked


def test_what_is_of_an_upload_is_another_visitors_never(network: Network, session: dict[str, str]):
    computed, asked = counting()
    for whose, times in (("one", 1), ("one", 1), ("other", 2), ("one", 2)):
        session["id"] = whose
        assert computed(network) == f"{network.digest} 0"
        assert len(asked) == times
    cache_resource_api.clear_session_cache("one")
    computed(network)
    assert len(asked) == 3


def test_what_is_of_the_zoo_is_kept_for_all(session: dict[str, str]):
    computed, asked = counting()
    bundled = zoo.load(zoo.names()[0])
    for whose in ("one", "other"):
        session["id"] = whose
        computed(bundled)
    assert len(asked) == 1
    assert cache.zoo_digests() == {zoo.load(name).digest for name in zoo.names()}


def test_as_many_are_kept_as_is_said_and_the_oldest_goes(network: Network):
    computed, asked = counting()
    for more in (1, 2, 1, 3, 1, 2):
        computed(network, more)
    assert len(asked) in (4, 5)  # 1 and 2 are kept; 3 drives one of them out


def test_another_network_under_the_same_recipe_is_another(network: Network):
    other = noisy(hand_built(13, DIALS), seed=3)
    assert cache.operated(network, PLAIN).digest != cache.operated(other, PLAIN).digest
    assert math.isfinite(cache.inspection(other).loss)
    assert cache.inspection(other).loss != cache.inspection(network).loss
