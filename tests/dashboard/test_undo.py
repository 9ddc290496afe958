"""Steps back and forth between recipes."""

from dashboard.session.state import MOST_STEPS, Bench
from models.surgery.recipe import linked_recipe


def recipe(target: int):
    return linked_recipe(113, {5: target})


def test_undoing_and_redoing_go_through_every_recipe_in_turn():
    bench = Bench(recipe(0))
    for target in (1, 2, 3):
        bench.turn(recipe(target))
    back, forth = [], []
    for _ in range(4):
        bench.undo()
        back.append(bench.recipe)
    for _ in range(4):
        bench.redo()
        forth.append(bench.recipe)
    assert back == [recipe(2), recipe(1), recipe(0), recipe(0)]
    assert forth == [recipe(1), recipe(2), recipe(3), recipe(3)]


def test_a_new_recipe_after_undoing_leaves_nothing_to_redo():
    bench = Bench(recipe(0))
    bench.turn(recipe(1))
    bench.undo()
    bench.turn(recipe(2))
    bench.redo()
    assert bench.recipe == recipe(2)
    bench.undo()
    assert bench.recipe == recipe(0)


def test_the_same_recipe_again_is_no_step():
    bench = Bench(recipe(0))
    bench.turn(recipe(0))
    assert bench.past == []


def test_the_oldest_steps_are_forgotten():
    bench = Bench(recipe(0))
    for target in range(1, 2 * MOST_STEPS):
        bench.turn(recipe(target))
    for _ in range(2 * MOST_STEPS):
        bench.undo()
    assert bench.recipe == recipe(MOST_STEPS - 1)
    assert len(bench.future) == MOST_STEPS
