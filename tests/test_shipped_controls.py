"""What is shipped of the controls of the zoo's networks is what is counted of them today."""

import random
from functools import cache

import pytest

from models import zoo
from models.ablation.oscillators import run_otherwise
from models.ablation.shuffles import WHOLE_BODY, own_parameters, shuffles_of
from models.circuits.logits import CosineFit, logit_waves
from models.circuits.spectra import key_frequencies
from models.evaluation import COUNTING_VERSION, evaluate
from models.experiment.blend import BLENDS, blend_curve, counts_at_blend, growing_blend
from models.experiment.controls import OTHERS, SCRAMBLED, SEEDS, controls_at_most, growing_controls, shuffled_control
from models.experiment.searched_controls import ANEW
from models.experiment.shipping import blends_as_shipped, controls_as_shipped, searched_as_shipped
from models.network import Network
from models.surgery.readout import READOUT_MODES
from models.surgery.recipe import Recipe, linked_recipe
from models.surgery.transplant import transplant
from models.zoo import shipped_controls as shipping
from models.zoo.shipped_controls import CONTROLS, ShippedControls, shipped_controls
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

NAMES = zoo.names()


@cache
def controls_of(name: str) -> ShippedControls:
    found = shipped_controls(zoo.load(name).digest)
    assert found is not None, f"{CONTROLS}/{name}.json is missing, or of another network or counting: make controls"
    return found


def waves_of(network: Network) -> CosineFit:
    return logit_waves(network, key_frequencies(network).frequencies)


def drawn(name: str) -> random.Random:
    """Other draws for each network, the same in every run."""
    return random.Random(f"controls of {name}")


def test_what_is_shipped_is_of_the_zoo():
    assert {path.stem for path in CONTROLS.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_control_is_shipped_whole(name: str):
    network, shipped = zoo.load(name), controls_of(name)
    assert shipped.command == f"python -m models controls {name} --modulus 127"
    assert shipped.recipe.modulus == 127
    rows = {each.key: each for each in controls_as_shipped(shipped)}
    bodies = shuffles_of(network) if own_parameters(network) else {}
    shuffled = {(body, mode) for body in bodies for mode in READOUT_MODES} or {(WHOLE_BODY, "keep")}
    otherwise = set(run_otherwise(network))
    always = shuffled | {(control, "keep") for control in (SCRAMBLED, *otherwise)}
    assert always <= set(rows) <= always | {(OTHERS, "keep")}
    assert len(rows) <= controls_at_most(network)
    for key, each in rows.items():
        assert each.is_whole
        assert len(each.accuracies) == (
            1 if key[0] in (OTHERS, *otherwise) else 0 if not bodies and key in shuffled else SEEDS
        )
    searched = searched_as_shipped(shipped)
    assert (searched is not None) == bool(bodies)
    assert searched is None or (searched.name, len(searched.accuracies)) == (ANEW, SEEDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_count_of_the_operation_and_its_control_gives_what_is_shipped(name: str):
    network, shipped = zoo.load(name), controls_of(name)
    first, *_ = controls_as_shipped(shipped)
    assert evaluate(transplant(network, shipped.recipe)).counts.accuracy == first.trained
    if own_parameters(network):
        fresh = shuffled_control(network, shipped.recipe, waves_of(network), "keep", seeds=2)
        assert fresh.accuracies == first.accuracies[:2]
    else:
        assert next(growing_controls(network, shipped.recipe, waves_of(network))) == first
        scrambled = next(each for each in controls_as_shipped(shipped) if each.name == SCRAMBLED)
        rest = growing_controls(network, shipped.recipe, waves_of(network), known={first.key: first})
        assert next(rest).accuracies == scrambled.accuracies[:1]


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_count_of_a_blend_gives_what_is_shipped(name: str):
    network, shipped = zoo.load(name), controls_of(name)
    curves = blends_as_shipped(shipped)
    assert list(curves) == ([0, 1, 2] if own_parameters(network) else [])
    for seed, curve in curves.items():
        assert list(curve) == list(BLENDS)
        blend = drawn(f"{name} {seed}").choice(BLENDS[1:])
        assert curve[blend] == counts_at_blend(network, shipped.recipe, blend, seed).accuracy
    if own_parameters(network):
        assert tuple(curves[seed][1.0] for seed in curves) == controls_as_shipped(shipped)[0].accuracies[:3]


def test_controls_come_back_as_they_went():
    shipped = controls_of(zoo.FIRST)
    assert ShippedControls.from_json(shipped.to_json()) == shipped


def test_controls_of_another_version_are_not_shown(monkeypatch: pytest.MonkeyPatch):
    digest = zoo.load(zoo.FIRST).digest
    monkeypatch.setattr(shipping, "COUNTING_VERSION", COUNTING_VERSION + 1)
    shipping._controls.cache_clear()
    assert shipped_controls(digest) is None
    monkeypatch.undo()
    shipping._controls.cache_clear()
    assert shipped_controls(digest) is not None


def test_a_curve_begins_with_its_ends_and_goes_on_after_what_is_known():
    network = hand_built(13, (1, 3, 4))
    recipe = controls_recipe()
    places = [each.blend for each in growing_blend(network, recipe, 0)]
    assert places[:5] == [0, 1, 0.25, 0.5, 0.75]
    assert sorted(places) == list(BLENDS)
    assert [each.blend for each in growing_blend(network, recipe, 0, known=places[:-2])] == places[-2:]
    assert list(blend_curve(network, recipe, 0)) == list(BLENDS)
    assert blend_curve(network, recipe, 0)[0] == evaluate(transplant(network, recipe)).counts


def controls_recipe() -> Recipe:
    return linked_recipe(17, {1: 2, 3: -7, 4: 5})


def test_there_is_no_curve_where_there_is_no_body():
    assert blend_curve(hand_built_mlp(13, (1, 3, 4)), controls_recipe(), 0) == {}
