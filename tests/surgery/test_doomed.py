"""Moduli at which targets must fail, whatever the network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RecipeError
from models.evaluation import evaluate
from models.surgery.margin import alias_distance, degenerate_moduli, recipe_margin
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import oracle, oracle_waves

targets = st.lists(st.integers(-40, 40), min_size=1, max_size=3)


@given(targets)
def test_doomed_are_those_at_which_two_classes_have_no_margin(steps: list[int]):
    recipe = linked_recipe(13, dict(enumerate(steps, start=1)))
    waves = oracle_waves(dict.fromkeys(range(1, len(steps) + 1), 1.0))
    found = degenerate_moduli(recipe, range(2, 41))
    margins = {q: recipe_margin(linked_recipe(q, recipe.targets), waves) for q in range(2, 41)}
    assert found.keys() == {q for q, margin in margins.items() if margin == 0}
    assert all(q % distance == 0 and 0 < distance < q for q, distance in found.items())


def test_at_a_doomed_modulus_no_pair_is_decided():
    recipe = linked_recipe(13, {1: 6, 3: -10})
    network = oracle(13, {1: 1.0, 3: 1.0})
    assert degenerate_moduli(recipe, range(7, 13)) == {8: 4, 10: 5, 12: 6}
    for q in (7, 8, 9, 10, 11, 12):
        counts = evaluate(transplant(network, linked_recipe(q, recipe.targets))).counts
        assert (counts.right, counts.undecided) == ((0, q**2) if q in (8, 10, 12) else (q**2, 0))


def test_no_modulus_is_doomed_where_none_is_asked_about():
    assert degenerate_moduli(linked_recipe(13, {1: 2}), []) == {}


def test_a_modulus_out_of_range_is_refused():
    with pytest.raises(RecipeError, match="Modulus 1 is out of range"):
        degenerate_moduli(linked_recipe(13, {1: 2}), [1])


def test_without_dials_neighbours_look_the_same():
    assert alias_distance(Recipe(7, ())) == 1
    assert alias_distance(Recipe(7, (Dial(1, Turn(3, on=False)),))) == 1


@pytest.mark.parametrize("target", [0, 7, -14])
def test_a_hand_that_stands_still_tells_nothing(target: int):
    assert alias_distance(linked_recipe(7, {1: target})) == 1
    assert alias_distance(linked_recipe(7, {1: target, 2: 3})) is None


@given(st.sampled_from([2, 3, 5, 7, 127]), st.integers(-300, 300))
def test_at_a_prime_one_moving_hand_is_enough(q: int, target: int):
    assert (alias_distance(linked_recipe(q, {1: target})) is None) == (target % q != 0)


def test_the_distance_is_that_of_the_readout():
    apart = Recipe(8, (Dial(1, Turn(2), readout=Turn(3)),))
    assert alias_distance(apart) is None
    assert alias_distance(Recipe(8, (Dial(1, Turn(3), readout=Turn(2)),))) == 4
