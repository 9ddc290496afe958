"""What searches choose, against every setting that they might have chosen, counted in full at small moduli."""

import math
from itertools import pairwise

import pytest
import torch

from models.ablation.shuffles import own_parameters, shuffled_body, shuffles_of
from models.circuits.logits import CosineFit, logit_waves
from models.evaluation import evaluate
from models.experiment.apply import apply_readout_mode
from models.experiment.controls import run_controls
from models.experiment.searched_controls import BodySearches, searched_control
from models.network import Network
from models.planner import SAMPLED_CANDIDATES, SearchOptions, dial_choice, find_dials, search
from models.planner.search import JUDGED_IN_ROUND, RUNNERS_UP, Search
from models.runtime.steps import finished
from models.surgery.balance import balance_of
from models.surgery.margin import margins
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, hand_built, noisy, random_network

DIALS = (1, 3, 4)
NETWORKS = {
    "noisy": noisy(hand_built(13, DIALS), 0.08),
    "random": random_network(Shape(modulus=13, unembedding_bias=True, separate_tables=True), seed=5),
}
FEW = 7  # so small that a row sample sees every row


@pytest.fixture(params=NETWORKS, scope="module")
def network(request) -> Network:
    return NETWORKS[request.param]


def search_of(network: Network, q: int, *, balanced: bool = False, seed: int = 2) -> Search:
    balance = balance_of(network, DIALS) if balanced else None
    return Search(network, logit_waves(network, DIALS), q, {}, 3 if balanced else 2, seed, balance)


def rank(network: Network, tried: Search, place: int) -> tuple[int, float]:
    """All pairs of the setting at a place: those right, and the smallest margin."""
    found = evaluate(transplant(network, tried.finished(place)))
    return found.counts.right, found.smallest_margin


def test_settings_are_tried_in_the_order_of_their_margins(network: Network):
    tried = search_of(network, 17)
    found = [tried.margin(place) for place in range(len(tried.order))]
    assert all(one >= other for one, other in pairwise(found))
    assert sorted(tried.order) == list(range(len(tried.candidates)))


def test_where_it_was_trained_its_own_dials_come_first_and_the_others_by_margin(network: Network):
    tried = search_of(network, 13)
    assert tried.recipe(0) == linked_recipe(13, {k: k for k in DIALS})
    found = [tried.margin(place) for place in range(1, len(tried.order))]
    assert all(one >= other for one, other in pairwise(found))


def test_a_margin_weighs_every_dial_by_its_alpha():
    settings = torch.tensor([[1.0, 5.0, 7.0], [3.0, -4.0, 2.0], [1.0, 2.5, 0.25]], dtype=torch.float64)
    weights = torch.tensor([0.7, 0.2, 0.1], dtype=torch.float64)
    for some in (settings[:2], settings):
        expected = [
            min(
                sum(w * (1 - math.cos(2 * math.pi * t * d / 17)) for w, t in zip(weights.tolist(), row, strict=True))
                for d in range(1, 17)
            )
            for row in some.tolist()
        ]
        assert margins(some, weights, 17).tolist() == pytest.approx(expected, abs=1e-12)


def test_unlike_alphas_change_the_order():
    frequencies, settings = DIALS, []
    for alphas in ([1.0, 0.1, 0.1], [0.1, 0.1, 1.0]):
        waves = CosineFit(frequencies, torch.tensor(alphas, dtype=torch.float64))
        settings.append(Search(NETWORKS["noisy"], waves, 17, {}, 2, 2).recipe(0))
    assert settings[0] != settings[1]


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("q", [FEW, 8])
def test_a_glimpse_of_every_row_is_the_count_of_the_setting_that_would_be_judged(
    network: Network, q: int, balanced: bool
):
    tried = search_of(network, q, balanced=balanced)
    for place in range(min(12, len(tried.order))):
        right, smallest = rank(network, tried, place)
        seen = tried.row_sample(place)
        assert seen.right == right
        assert seen.smallest_margin == pytest.approx(smallest, rel=1e-3, abs=1e-4)


def test_ties_are_not_right_in_a_glimpse():
    network = NETWORKS["noisy"]
    tried = search_of(network, 8)
    even = linked_recipe(8, {1: 2, 3: 4, 4: -2})
    assert evaluate(transplant(network, even)).counts.right == 0
    assert tried.surrogate.row_sample(even).right == 0


def test_of_each_round_the_best_by_glimpses_are_judged_and_the_best_of_all_is_kept(network: Network):
    tried = search_of(network, FEW)
    count = min(len(tried.order), 1 + SAMPLED_CANDIDATES)
    ranks = {place: rank(network, tried, place) for place in range(count)}
    sampled = sorted(range(1, count), key=lambda place: (tried.row_sample(place), -place), reverse=True)
    judged = [0, *sampled[:JUDGED_IN_ROUND]]
    best = max(judged, key=lambda place: (ranks[place], -judged.index(place)))
    plan = find_dials(network, logit_waves(network, DIALS), FEW, seed=2, rounds=1)
    assert plan.evaluation.counts.right == ranks[best][0]
    assert plan.evaluation.counts.right == max(right for right, _ in ranks.values())
    if plan.evaluation.counts.right < FEW**2:
        others = [tried.finished(place) for place in sampled[: RUNNERS_UP + 1]]
        assert plan.runners_up == tuple(recipe for recipe in others if recipe != plan.recipe)[:RUNNERS_UP]
        assert plan.tried == count
    assert plan.by_margin_alone.right == ranks[0][0]


def test_a_choice_without_counting_is_the_best_of_all_glimpsed(network: Network):
    tried = search_of(network, FEW)
    count = min(len(tried.order), 1 + SAMPLED_CANDIDATES)
    best = max(range(count), key=lambda place: (tried.row_sample(place), -place))
    choice = finished(dial_choice(network, logit_waves(network, DIALS), FEW, SearchOptions(seed=2, rounds=1)))
    assert choice.recipe == tried.finished(best)
    assert choice.margin == tried.margin(best)
    assert choice.tried == (count if count > 1 else 0)


def test_where_all_pairs_are_counted_once_the_chosen_one_is(network: Network, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "COUNTED_ONCE", FEW)
    waves = logit_waves(network, DIALS)
    plan = find_dials(network, waves, FEW, seed=2, rounds=1)
    choice = finished(dial_choice(network, waves, FEW, SearchOptions(seed=2, rounds=1)))
    first = search_of(network, FEW)
    all_right_at_first = rank(network, first, 0)[0] == FEW**2
    assert plan.recipe == (first.finished(0) if all_right_at_first else choice.recipe)
    assert plan.evaluation.counts == evaluate(transplant(network, plan.recipe)).counts


# Controls: each of the operation that it says


def test_every_control_is_of_the_same_recipe_on_the_body_that_it_names():
    network = NETWORKS["noisy"]
    waves, recipe = logit_waves(network, DIALS), linked_recipe(17, {1: 2, 3: -7, 4: 5})
    found = {(control.name, control.readout): control for control in run_controls(network, recipe, waves, seeds=1)}
    assert own_parameters(network) > 0
    shuffles = shuffles_of(network)
    for (name, readout), control in found.items():
        if name not in shuffles:
            continue
        assert control.trained == apply_readout_mode(network, recipe, waves, readout).evaluation.counts.accuracy
        bodies = [shuffled_body(network, seed, only=shuffles[name]) for seed in range(1)]
        if readout == "balance":
            recipes = [balance_of(body, DIALS).of(recipe) for body in bodies]
            expected = [
                apply_readout_mode(b, r, waves, "keep").evaluation.counts.accuracy
                for b, r in zip(bodies, recipes, strict=True)
            ]
        else:
            expected = [apply_readout_mode(body, recipe, waves, readout).evaluation.counts.accuracy for body in bodies]
        assert list(control.accuracies) == expected
    assert {name for name, _ in found} > set(shuffles)
    assert len({control.trained for control in found.values()}) >= 3


def test_a_search_anew_is_as_long_as_the_trained_bodys_and_of_the_shuffled_bodys_own_waves():
    network = NETWORKS["noisy"]
    waves = logit_waves(network, DIALS)
    *_, control = searched_control(network, waves, BodySearches(17, 0.9, SearchOptions(seed=3, rounds=1), 2))
    expected = []
    for seed in range(2):
        body = shuffled_body(network, seed)
        plan = find_dials(body, logit_waves(body, DIALS), 17, seed=3, rounds=1)
        expected.append(plan.evaluation.counts.accuracy)
    assert (list(control.accuracies), control.trained, control.readout) == (expected, 0.9, "keep")
