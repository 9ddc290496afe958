"""Balanced, and back to the strengths that were trained."""

from dataclasses import replace

from dashboard.recipes.strengths import as_trained, balance_for, balanced_or_not, mode_of, plain_dials
from models import zoo
from models.circuits.spectra import key_frequencies
from models.evaluation import evaluate
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant

NETWORK = zoo.load("transformer-113")
KEYS = key_frequencies(NETWORK).frequencies
TURNED = linked_recipe(200, {k: 2 * k + 1 for k in KEYS})


def test_pressed_once_the_dials_are_balanced_and_pressed_again_they_are_as_trained():
    balanced = balanced_or_not(NETWORK, TURNED)
    assert balanced == balance_for(NETWORK, TURNED).of(TURNED) != TURNED
    assert balanced_or_not(NETWORK, balanced) == TURNED == as_trained(balanced)
    assert [mode_of(NETWORK, recipe) for recipe in (TURNED, balanced)] == ["keep", "balance"]
    assert [plain_dials(NETWORK, recipe) for recipe in (TURNED, balanced)] == [TURNED, TURNED]


def test_strengths_of_the_visitors_own_are_not_called_balanced():
    balanced = balanced_or_not(NETWORK, TURNED)
    first, *rest = balanced.dials
    assert mode_of(NETWORK, replace(balanced, dials=(replace(first, weight=0.9), *rest))) == "keep"


def test_balancing_keeps_what_else_the_visitor_set():
    first, *rest = TURNED.dials
    silent = replace(TURNED, dials=(replace(first, a=replace(first.a, on=False, phase=0.3)), *rest))
    balanced = balanced_or_not(NETWORK, silent)
    assert [(dial.a.target, dial.a.phase, dial.a.on) for dial in balanced.dials] == [
        (dial.a.target, dial.a.phase, dial.a.on) for dial in silent.dials
    ]


def test_the_bundled_network_stays_right_where_it_was_trained():
    balanced = balanced_or_not(NETWORK, own_recipe(113, KEYS))
    assert evaluate(transplant(NETWORK, balanced)).counts.accuracy == 1


def test_every_hand_of_a_dial_is_as_strong_as_it_was_trained():
    apart = Recipe(17, (Dial(1, Turn(2, 1.5), Turn(3, 0.5, 0.25), Turn(4, 2.0)), Dial(3, Turn(5, 0.75))), harmonics=3)
    plain = (Dial(1, Turn(2), Turn(3, 1.0, 0.25), Turn(4)), Dial(3, Turn(5)))
    assert as_trained(apart) == Recipe(17, plain)
