"""Up the readout ladder: where `auto` stops, and what it stands beside."""

import pytest

from models import ascent as ascents
from models.ascent import climb_until_right, rung_control
from models.circuits.logits import logit_waves
from models.controls import NO_BODY, SEEDS, Control, refit_control, shuffled_control
from models.ladder import climb
from models.planner import find_dials
from models.surgery.recipe import linked_recipe
from models.training.architectures import Sizes, fresh_transformer
from tests.mlps import MlpShape, random_mlp
from tests.oracles import hand_built, oracle_waves

DIALS = (1, 3, 4)
SHARED_STEPS = ((3, 6, 9), (6, 3, 12), (1, 2, 5))  # by threes c and c + 7 look the same
TURNED = linked_recipe(17, {1: 2, 3: -3, 4: 5})
UNTRAINED = fresh_transformer(Sizes(modulus=13, width=64, heads=4, neurons=256), 0)
EVEN_WAVES = oracle_waves(dict.fromkeys(DIALS, 1.0))
ELEVEN = linked_recipe(11, {1: 1, 3: 2, 4: -3})


def test_auto_stops_at_keep_where_keep_is_right_everywhere(monkeypatch: pytest.MonkeyPatch):
    network, climbed = hand_built(13, DIALS), []
    monkeypatch.setattr(ascents, "climb", lambda *a, **k: climbed.append(a[3]) or climb(*a, **k))
    ascent = climb_until_right(network, TURNED, logit_waves(network, DIALS))
    assert (ascent.rung.readout, ascent.control, ascent.refused, climbed) == ("keep", None, None, ["keep"])


def test_auto_calibrates_the_runners_up_where_the_best_kept_is_not_right_everywhere():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    lost, still_lost, found = (linked_recipe(21, dict(zip(DIALS, steps, strict=True))) for steps in SHARED_STEPS)
    alone = climb_until_right(network, lost, waves)
    assert (alone.rung.recipe, alone.rung.evaluation.counts.right) == (lost, 0)
    ascent = climb_until_right(network, lost, waves, runners_up=[still_lost, found, lost])
    assert (ascent.rung.recipe, ascent.rung.readout) == (found, "calibrate")
    assert ascent.rung.evaluation.counts.accuracy == 1
    assert ascent.control == shuffled_control(network, found, waves, "calibrate")


@pytest.mark.parametrize(("mean", "taken"), [(0.0, True), (0.5, True), (0.51, False), (1.0, False)])
def test_a_refit_is_taken_only_where_shuffled_bodies_do_not_exceed_half(
    monkeypatch: pytest.MonkeyPatch, mean: float, taken: bool
):
    shuffled = Control("whole body shuffled", "refit", (mean, mean), 1.0)
    monkeypatch.setattr(ascents, "refit_control", lambda *_, **_options: shuffled)
    rungs = {readout: climb(UNTRAINED, ELEVEN, EVEN_WAVES, readout) for readout in ("keep", "calibrate", "refit")}
    right = {readout: rung.evaluation.counts.right for readout, rung in rungs.items()}
    assert right["refit"] > right["calibrate"] > right["keep"]
    ascent = climb_until_right(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert (ascent.control if taken else ascent.refused) is shuffled
    assert ascent.control.readout == ascent.rung.readout == ("refit" if taken else "calibrate")
    assert (ascent.refused is None) == taken
    assert ascent.rung.evaluation.counts.right == right[ascent.rung.readout]


def test_an_untrained_body_refits_as_well_as_a_shuffled_one_and_it_counts_for_nothing():
    ascent = climb_until_right(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert ascent.refused.trained > 0.5
    assert ascent.refused.mean > 0.5
    assert ascent.rung.readout == "calibrate"


def test_a_refit_is_weighed_with_shuffled_bodies_fitted_by_its_own_seed():
    refused = [climb_until_right(UNTRAINED, ELEVEN, EVEN_WAVES, seed=seed).refused for seed in (0, 1)]
    assert refused == [refit_control(UNTRAINED, ELEVEN, EVEN_WAVES, seed=seed) for seed in (0, 1)]
    assert refused[0].accuracies != refused[1].accuracies


def test_a_calibrated_readout_stands_beside_the_same_on_shuffled_bodies():
    ascent = climb_until_right(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert ascent.control == shuffled_control(UNTRAINED, ELEVEN, EVEN_WAVES, "calibrate")
    assert len(ascent.control.accuracies) == SEEDS
    assert rung_control(UNTRAINED, ELEVEN, EVEN_WAVES, "keep") is None


def test_a_refit_without_a_body_to_shuffle_counts_for_nothing():
    network = random_mlp(MlpShape(modulus=13, layers=0, width=60, layout="he"))
    ascent = climb_until_right(network, ELEVEN, EVEN_WAVES)
    assert ascent.refused.remark == NO_BODY
    assert ascent.refused.trained > ascent.rung.evaluation.counts.accuracy
    assert ascent.rung.readout != "refit"


def test_auto_takes_balanced_dials_that_a_search_finds_right_everywhere():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    lost = linked_recipe(21, dict(zip(DIALS, SHARED_STEPS[0], strict=True)))
    ascent = climb_until_right(
        network, lost, waves, search_balanced=lambda: find_dials(network, waves, 21, balanced=True)
    )
    assert ascent.rung.readout == "balance"
    assert ascent.rung.evaluation.counts.accuracy == 1
    assert (ascent.rung.fitted_parameters, ascent.rung.rest) == (0, None)
    assert ascent.tried >= 1
    assert ascent.control.readout == "balance"
    assert len(ascent.control.accuracies) == SEEDS
    assert ascent.control.mean < 0.5
