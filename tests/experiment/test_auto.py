"""`auto`: which readout mode it takes, and the control that stands beside it."""

import pytest

from models.ablation.shuffles import NO_BODY
from models.circuits.logits import logit_waves
from models.experiment import auto
from models.experiment.apply import apply_readout_mode
from models.experiment.auto import ControlOptions, Selection, auto_select, mode_control
from models.experiment.controls import SEEDS, Control, shuffled_control
from models.planner import SearchOptions, dial_search
from models.runtime.steps import finished
from models.surgery.balance import balance_of
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


def selected(*arguments, **options) -> Selection:
    return finished(auto_select(*arguments, **options))


def test_auto_stops_at_keep_where_keep_is_right_everywhere(monkeypatch: pytest.MonkeyPatch):
    network, applied = hand_built(13, DIALS), []
    monkeypatch.setattr(auto, "apply_readout_mode", lambda *a, **k: applied.append(a[3]) or apply_readout_mode(*a, **k))
    selection = selected(network, TURNED, logit_waves(network, DIALS))
    assert (selection.result.readout, selection.control, selection.refused, applied) == ("keep", None, None, ["keep"])


def test_auto_calibrates_the_runners_up_where_the_best_kept_is_not_right_everywhere():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    lost, still_lost, found = (linked_recipe(21, dict(zip(DIALS, steps, strict=True))) for steps in SHARED_STEPS)
    alone = selected(network, lost, waves)
    assert (alone.result.recipe, alone.result.evaluation.counts.right) == (lost, 0)
    selection = selected(network, lost, waves, runners_up=[still_lost, found, lost])
    assert (selection.result.recipe, selection.result.readout) == (found, "calibrate")
    assert selection.result.evaluation.counts.accuracy == 1
    assert selection.control == shuffled_control(network, found, waves, "calibrate")


@pytest.mark.parametrize(("mean", "taken"), [(0.0, True), (0.5, True), (0.51, False), (1.0, False)])
def test_a_refit_is_taken_only_where_shuffled_bodies_do_not_exceed_half(
    monkeypatch: pytest.MonkeyPatch, mean: float, taken: bool
):
    shuffled = Control("whole body shuffled", "refit", (mean, mean), 1.0)
    monkeypatch.setattr(auto, "shuffled_control", lambda *a, **_: shuffled if a[3] == "refit" else shuffled_control(*a))
    modes = ("keep", "calibrate", "refit")
    counted = {readout: apply_readout_mode(UNTRAINED, ELEVEN, EVEN_WAVES, readout) for readout in modes}
    right = {readout: result.evaluation.counts.right for readout, result in counted.items()}
    assert right["refit"] > right["calibrate"] > right["keep"]
    selection = selected(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert (selection.control if taken else selection.refused) is shuffled
    assert selection.control.readout == selection.result.readout == ("refit" if taken else "calibrate")
    assert (selection.refused is None) == taken
    assert selection.result.evaluation.counts.right == right[selection.result.readout]


def test_an_untrained_body_refits_as_well_as_a_shuffled_one_and_it_counts_for_nothing():
    selection = selected(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert selection.refused.trained > 0.5
    assert selection.refused.mean > 0.5
    assert selection.result.readout == "calibrate"


@pytest.mark.parametrize(("shuffles", "counted"), [(1, 1), (2, 2), (0, SEEDS)])
def test_a_refit_is_weighed_with_as_many_shuffled_bodies_as_are_asked_for(shuffles: int, counted: int):
    options = ControlOptions(shuffles=shuffles)
    assert len(selected(UNTRAINED, ELEVEN, EVEN_WAVES, controls=options).refused.accuracies) == counted


def test_a_refit_is_weighed_with_shuffled_bodies_fitted_by_its_own_seed():
    refused = [selected(UNTRAINED, ELEVEN, EVEN_WAVES, controls=ControlOptions(SEEDS, seed)).refused for seed in (0, 1)]
    assert refused == [shuffled_control(UNTRAINED, ELEVEN, EVEN_WAVES, "refit", fit_seed=seed) for seed in (0, 1)]
    assert refused[0].accuracies != refused[1].accuracies


def test_a_calibrated_readout_stands_beside_the_same_on_shuffled_bodies():
    selection = selected(UNTRAINED, ELEVEN, EVEN_WAVES)
    assert selection.control == shuffled_control(UNTRAINED, ELEVEN, EVEN_WAVES, "calibrate")
    assert len(selection.control.accuracies) == SEEDS
    assert mode_control(UNTRAINED, ELEVEN, EVEN_WAVES, "keep") is None


def test_a_refit_without_a_body_to_shuffle_counts_for_nothing():
    network = random_mlp(MlpShape(modulus=13, layers=0, width=60, layout="he"))
    selection = selected(network, ELEVEN, EVEN_WAVES)
    assert selection.refused.remark == NO_BODY
    assert selection.refused.trained > selection.result.evaluation.counts.accuracy
    assert selection.result.readout != "refit"


def balanced_search(network, modulus: int):
    waves = logit_waves(network, DIALS)
    return dial_search(network, waves, modulus, SearchOptions(balanced=True))


def test_auto_takes_balanced_dials_that_a_search_finds_right_everywhere():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    lost = linked_recipe(21, dict(zip(DIALS, SHARED_STEPS[0], strict=True)))
    selection = selected(network, lost, waves, search_balanced=lambda: balanced_search(network, 21))
    assert selection.result.readout == "balance"
    assert selection.result.evaluation.counts.accuracy == 1
    assert (selection.result.fitted_parameters, selection.result.rest) == (0, None)
    assert selection.tried >= 1
    assert selection.control.readout == "balance"
    assert len(selection.control.accuracies) == SEEDS
    assert selection.control.mean < 0.5


@pytest.mark.parametrize("readout", ["calibrate", "refit"])
def test_a_control_is_fitted_on_the_pairs_that_the_figure_beside_it_is_fitted_on(readout: str):
    found = [mode_control(UNTRAINED, ELEVEN, EVEN_WAVES, readout, ControlOptions(3, seed)) for seed in (0, 0, 7)]
    assert found[0] == found[1] != found[2]
    assert [len(each.accuracies) for each in found] == [3, 3, 3]
    trained = apply_readout_mode(UNTRAINED, ELEVEN, EVEN_WAVES, readout, seed=7).evaluation.counts.accuracy
    assert found[2].trained == trained


def test_without_shuffles_there_is_no_control_but_for_a_refit_of_auto():
    assert mode_control(UNTRAINED, ELEVEN, EVEN_WAVES, "refit", ControlOptions(0)) is None
    selection = selected(UNTRAINED, ELEVEN, EVEN_WAVES, controls=ControlOptions(0))
    assert selection.control is None
    assert len(selection.refused.accuracies) == SEEDS  # it decides whether the refit counts


def test_a_balanced_recipe_that_is_right_everywhere_stands_beside_shuffled_bodies_too():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    balanced = balance_of(network, DIALS).of(TURNED)
    selection = selected(network, balanced, waves, controls=ControlOptions(shuffles=1))
    assert (selection.result.readout, selection.result.evaluation.counts.accuracy) == ("balance", 1)
    assert selection.control == shuffled_control(network, balanced, waves, "balance", seeds=1)


@pytest.mark.parametrize(
    ("right_at", "modes"), [("balance", ["keep"]), ("calibrate", ["keep", "balance", "calibrate"])]
)
def test_nothing_is_fitted_above_a_mode_that_is_right_everywhere(
    monkeypatch: pytest.MonkeyPatch, right_at: str, modes: list[str]
):
    network, applied = hand_built(13, DIALS), []
    waves = logit_waves(network, DIALS)
    lost, found = (linked_recipe(21, dict(zip(DIALS, SHARED_STEPS[n], strict=True))) for n in (0, 2))
    monkeypatch.setattr(auto, "apply_readout_mode", lambda *a, **k: applied.append(a[3]) or apply_readout_mode(*a, **k))
    searched = {"search_balanced": lambda: balanced_search(network, 21)} if right_at == "balance" else {}
    selection = selected(network, lost, waves, runners_up=[found], controls=ControlOptions(shuffles=0), **searched)
    assert selection.result.readout == right_at
    assert sorted(set(applied), key=modes.index) == modes
