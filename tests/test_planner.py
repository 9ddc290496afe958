from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import zoo
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.errors import RecipeError
from models.evaluation import AffineSurrogate, evaluate
from models.experiment.request import Request
from models.experiment.run import run, steps
from models.network import Network
from models.planner import (
    SAMPLED_CANDIDATES,
    Plan,
    SearchOptions,
    best_by_margin,
    candidate_settings,
    dial_choice,
    find_dials,
    random_dials,
    search,
)
from models.planner.candidates import FEWEST_CANDIDATES
from models.planner.search import RUNNERS_UP
from models.runtime.steps import finished
from models.surgery.balance import balance_of, is_balanced
from models.surgery.margin import recipe_margin
from models.surgery.recipe import Recipe, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network

DIALS = (1, 3, 4)
ALPHAS = {2: 1.0, 5: 0.7, 9: 0.5}


def plan_for(network: Network, modulus: int, **options) -> Plan:
    return find_dials(network, logit_waves(network, DIALS), modulus, **options)


@pytest.mark.parametrize("q", [2, 3, 4, 5, 7, 13, 16, 31, 97])
def test_the_dials_of_an_oracle_are_found_at_once(q: int):
    plan = find_dials(oracle(23, ALPHAS), oracle_waves(ALPHAS), q)
    assert plan.evaluation.counts.right == q**2
    assert plan.tried == 1


@pytest.mark.parametrize("q", [3, 5, 17, 31])
def test_the_dials_of_a_hand_built_transformer_are_found(q: int):
    assert plan_for(hand_built(13, DIALS), q).evaluation.counts.right == q**2


@pytest.mark.parametrize("q", [2, 4, 14])
def test_a_plan_is_of_one_piece(q: int):
    network = hand_built(13, DIALS)
    plan = plan_for(network, q, rounds=1, harmonics=1)
    assert plan.recipe.harmonics == 1
    assert plan.network.digest == transplant(network, plan.recipe).digest
    assert plan.evaluation.counts == evaluate(plan.network).counts
    assert plan.margin == pytest.approx(recipe_margin(plan.recipe, logit_waves(network, DIALS)), abs=1e-14)


def test_a_search_is_decided_by_its_seed():
    network = random_network(Shape(modulus=13))
    first, again, other = (plan_for(network, 17, seed=seed, rounds=0) for seed in (0, 0, 1))
    assert first.recipe == again.recipe
    assert torch.equal(first.evaluation.states, again.evaluation.states)
    assert first.recipe != other.recipe


@pytest.mark.parametrize("fixed", [{3: 5.0}, {1: -2.0, 4: 7.0}, {1: 0.5}, {1: 1.0, 3: 2.0, 4: 3.0}])
@pytest.mark.parametrize("q", [2, 17])
def test_a_partial_map_is_respected(q: int, fixed: dict[int, float]):
    found = plan_for(hand_built(13, DIALS), q, fixed=fixed).recipe.targets
    assert found.keys() == set(DIALS)
    assert {k: found[k] for k in fixed} == fixed


def test_a_whole_map_leaves_one_setting_to_try():
    network, fixed = random_network(Shape(modulus=13)), {1: 1.0, 3: 2.0, 4: 3.0}
    assert plan_for(network, 17, fixed=fixed).tried == 1


def test_a_map_of_a_foreign_frequency_is_refused():
    with pytest.raises(RecipeError, match=r"Frequency 2 is not among the dials .* expected some of 1, 3, 4"):
        plan_for(hand_built(13, DIALS), 17, fixed={2: 1.0})


def test_where_it_was_trained_its_own_dials_come_first():
    plan = plan_for(hand_built(13, DIALS), 13)
    assert plan.recipe == linked_recipe(13, {k: k for k in DIALS})
    assert plan.tried == 1


def test_rounds_go_on_while_nothing_is_right_everywhere_and_never_lose_the_best():
    network, heard = random_network(Shape(modulus=13)), []
    plan = plan_for(network, 17, rounds=2, on_progress=lambda *progress: heard.append(progress))
    at_most = 1 + 2 * SAMPLED_CANDIDATES
    assert heard == [(done, at_most) for done in range(2, at_most + 1)]
    assert plan.tried == at_most
    right = [plan_for(network, 17, rounds=rounds).evaluation.counts.right for rounds in range(3)]
    assert right == sorted(right)
    assert plan.by_margin_alone.right == right[0]


def test_a_search_in_steps_finds_the_same_and_tells_how_far_it_is():
    network = random_network(Shape(modulus=13))
    found = []

    def searching():
        asked = Request.like(network, own_recipe(17, DIALS))
        found.append((yield from steps(network, asked, logit_waves(network, DIALS))))

    heard, plan = list(searching()), plan_for(network, 17)
    assert (found[0].recipe, found[0].tried) == (plan.recipe, plan.tried)
    assert heard == sorted(heard)
    assert heard[-1] == (plan.tried, 1 + search.ROUNDS * SAMPLED_CANDIDATES)


def test_a_glimpse_keeps_what_a_full_count_would_choose():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    assert find_dials(network, waves, 128, rounds=4).evaluation.counts.right >= max(
        each.right for each in random_dials(network, waves, 128, count=16)
    )


@given(st.integers(2, 60), st.integers(0, 99))
def test_candidates_are_distinct_signed_and_led_by_the_own_dials(q: int, seed: int):
    settings = candidate_settings(oracle_waves(ALPHAS), q, {}, seed).tolist()
    assert settings[0] == list(ALPHAS)
    assert len({tuple(row) for row in settings}) == len(settings) > 1
    assert all(row[0] > 0 and all(1 <= abs(target) <= q // 2 for target in row) for row in settings[1:])


@pytest.mark.parametrize("q", [6, 7, 60])
def test_where_there_is_room_no_two_dials_are_drawn_on_one_target(q: int):
    settings = candidate_settings(oracle_waves(ALPHAS), q, {}, seed=0)[1:].abs().tolist()
    assert all(len(set(row)) == len(row) for row in settings)


@pytest.mark.parametrize("dials", [3, 11, 48])
def test_there_are_settings_to_try_with_as_many_dials_as_there_is_room(dials: int):
    waves = oracle_waves(dict.fromkeys(range(1, dials + 1), 1.0))
    assert len(candidate_settings(waves, 2 * dials + 1, {}, seed=0)) >= 24  # all that there are for three


def test_many_more_settings_are_drawn_where_telling_them_apart_is_quick():
    many, few = (len(candidate_settings(oracle_waves(ALPHAS), q, {}, seed=0)) for q in (997, 99_999_999))
    assert 0.9 * FEWEST_CANDIDATES < few <= FEWEST_CANDIDATES + 1  # and the network's own
    assert many > 5 * FEWEST_CANDIDATES


# Very large moduli, with the bounds lowered


def counts_taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many failures each count allows, as they are asked for."""
    taken: list[int] = []
    count = search.evaluate_within
    monkeypatch.setattr(search, "evaluate_within", lambda *asked: taken.append(asked[1]) or count(*asked))
    return taken


def test_where_counting_takes_long_all_pairs_of_one_setting_only_are_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "COUNTED_ONCE", 17)
    network, taken, heard = random_network(Shape(modulus=13)), counts_taken(monkeypatch), []
    plan = plan_for(network, 17, rounds=2, on_progress=lambda *progress: heard.append(progress))
    assert taken == [0, 17**2]  # the first until a pair fails, then the one that was chosen
    first_heat = 1 + 2 * SAMPLED_CANDIDATES
    at_most = first_heat + -(-first_heat // 8) + -(-first_heat // 64)
    assert heard == [(done, at_most) for done in range(1, at_most + 1)]
    assert plan.tried == first_heat
    assert plan.evaluation.counts == evaluate(plan.network).counts
    assert plan.network.digest == transplant(network, plan.recipe).digest
    choice = finished(dial_choice(network, logit_waves(network, DIALS), 17, SearchOptions(rounds=2)))
    assert (choice.recipe, choice.margin, choice.tried) == (plan.recipe, plan.margin, plan.tried)


def test_where_the_largest_margin_is_right_everywhere_it_is_counted_once_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(search, "COUNTED_ONCE", 17)
    taken = counts_taken(monkeypatch)
    plan = plan_for(hand_built(13, DIALS), 17)
    assert (taken, plan.tried, plan.by_margin_alone) == ([0], 1, plan.evaluation.counts)
    assert plan.evaluation.counts.right == 289


@pytest.mark.parametrize("options", [{"rounds": 0}, {"fixed": {1: 1.0, 3: 2.0, 4: 3.0}}])
def test_where_there_is_nothing_to_choose_the_one_setting_is_counted_once_to_the_end(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
):
    monkeypatch.setattr(search, "COUNTED_ONCE", 17)
    network, taken = random_network(Shape(modulus=13)), counts_taken(monkeypatch)
    plan = plan_for(network, 17, **options)
    assert (taken, plan.tried) == ([17**2], 1)
    assert plan.evaluation.counts.right < 17**2


@pytest.mark.parametrize("q", [14, 17, 40])
def test_the_chosen_setting_wins_its_last_heat(q: int):
    network = random_network(Shape(modulus=13))
    waves = logit_waves(network, DIALS)
    choice = finished(dial_choice(network, waves, q, SearchOptions(rounds=1)))
    surrogate = AffineSurrogate(network, own_recipe(network.modulus, DIALS))
    last_heat = 128
    alone = finished(dial_choice(network, waves, q, SearchOptions(rounds=0))).recipe
    assert surrogate.row_sample(choice.recipe, last_heat).right >= surrogate.row_sample(alone, last_heat).right


def test_a_choice_looks_at_no_answers_where_it_needs_none():
    waves = oracle_waves(ALPHAS)
    choice = finished(dial_choice(oracle(23, ALPHAS), waves, 31, SearchOptions(rounds=0)))
    assert (choice.recipe, choice.tried) == (best_by_margin(waves, 31), 0)
    fixed = {2: 3.0, 5: -4.0, 9: 8.0}
    assert finished(dial_choice(oracle(23, ALPHAS), waves, 31, SearchOptions(fixed=fixed))).tried == 0
    assert best_by_margin(waves, 31, fixed=fixed, harmonics=1) == linked_recipe(31, fixed, 1)


def test_runners_up_are_the_best_glimpses_but_the_chosen_one():
    network = zoo.load("one-hot-97")
    keys = key_frequencies(network).frequencies[:4]  # too few dials to be right everywhere
    waves = logit_waves(network, keys)
    plan, again = (find_dials(network, waves, 64, rounds=2) for _ in range(2))
    assert plan.evaluation.counts.accuracy < 1
    assert plan.runners_up == again.runners_up
    assert len(plan.runners_up) == len(set(map(repr, plan.runners_up))) == RUNNERS_UP
    assert plan.recipe not in plan.runners_up
    right = [evaluate(transplant(network, recipe)).counts.right for recipe in plan.runners_up]
    assert max(right) <= plan.evaluation.counts.right


def test_a_balanced_search_at_a_large_modulus_counts_all_pairs_of_one_setting_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "COUNTED_ONCE", 17)
    taken = counts_taken(monkeypatch)
    network = hand_built(13, DIALS)
    plan = find_dials(network, logit_waves(network, DIALS), 17, balanced=True)
    assert (plan.tried, plan.evaluation.counts.accuracy, taken) == (1, 1, [0])
    assert plan.recipe == balance_of(network, DIALS).of(plan.recipe)


def test_a_search_like_a_recipe_keeps_balance_and_single_frequencies_and_drops_other_strengths():
    network = hand_built(13, DIALS)
    balanced = balance_of(network, DIALS).of(own_recipe(17, DIALS))

    def found_like(network: Network, recipe: Recipe) -> Recipe:
        return run(network, Request.like(network, recipe)).recipe

    assert is_balanced(network, found_like(network, balanced), DIALS)
    nudged = replace(balanced, dials=(replace(balanced.dials[0], weight=0.5), *balanced.dials[1:]))
    found = found_like(network, nudged)
    assert found == linked_recipe(17, found.targets)
    one_hot = hand_built_mlp(13, DIALS)
    assert found_like(one_hot, replace(own_recipe(17, DIALS), single_frequency=True)).single_frequency


def test_settings_of_one_margin_are_counted_in_the_order_in_which_they_were_drawn():
    found = search.Search(oracle(23, ALPHAS), oracle_waves(ALPHAS), 4, {}, 2, 0)  # so few numbers that margins repeat
    scores = found.scores.tolist()
    assert len(set(scores)) < len(scores) > 16
    assert found.order == sorted(range(len(scores)), key=lambda row: -scores[row])
