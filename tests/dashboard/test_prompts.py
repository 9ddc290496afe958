"""The first half-minute tells the truth about what is on the screen."""

from dataclasses import replace

import pytest
import torch

from dashboard import shipped
from dashboard.recipes.prompts import prompt_for
from dashboard.recipes.strengths import balanced_or_not
from models import zoo
from models.circuits.spectra import key_frequencies
from models.evaluation import State, evaluate
from models.surgery.half_steps import with_halves
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import hand_built, noisy, oracle


@pytest.fixture(scope="module")
def network():
    return zoo.load("transformer-113")


@pytest.fixture(scope="module")
def opening(network):
    return own_recipe(network.modulus, key_frequencies(network).frequencies)


def step(network, opening, recipe):
    evaluation = evaluate(transplant(network, recipe))
    return evaluation, prompt_for(network, recipe, opening, evaluation)


def test_the_story_runs_from_113_to_a_repaired_128(network, opening):
    evaluation, prompt = step(network, opening, opening)
    assert evaluation.counts.accuracy == 1
    assert prompt.text == "This network only ever learned to add mod 113. Turn the wheel."

    evaluation, prompt = step(network, opening, prompt.recipe)
    assert evaluation.modulus == 127
    assert evaluation.counts.accuracy > 0.999
    assert "right" in prompt.text

    evaluation, prompt = step(network, opening, prompt.recipe)
    assert evaluation.counts.undecided == 128**2
    assert "c and c + 64 look the same" in prompt.text

    evaluation, prompt = step(network, opening, prompt.recipe)
    assert evaluation.modulus == 128
    assert evaluation.counts.accuracy == 1
    assert prompt.text.startswith("Mod 128, all pairs are right, and no weight of the body was changed")
    assert prompt.action == "evidence"


@pytest.mark.parametrize(("p", "label"), [(254, "Turn it to 256"), (255, None), (300, None)])
def test_no_modulus_off_the_wheel_is_offered(p, label):
    recipe = own_recipe(p, (1, 2, 5))
    all_right = replace(
        evaluate(oracle(7, {1: 1.0})), modulus=p, states=torch.full((p, p), State.RIGHT, dtype=torch.uint8)
    )
    prompt = prompt_for(oracle(p, {1: 1.0, 2: 1.0, 5: 1.0}), recipe, recipe, all_right)
    assert prompt.label == label
    assert ("It ends at 256." in prompt.text) == (label is None)


def test_a_network_that_is_wrong_where_it_was_trained_is_promised_no_other_dials():
    network = noisy(hand_built(13, (1, 3, 4)), 2.0)
    opening = own_recipe(13, (1, 3, 4))
    evaluation, prompt = step(network, opening, opening)
    assert evaluation.counts.accuracy < 0.9
    assert "right with its own dials alone, at its own modulus" in prompt.text
    assert prompt.label is None


def test_hands_that_do_not_suit_a_modulus_lead_to_finding_dials(network, opening):
    swapped = replace(opening, dials=tuple(replace(dial, readout=replace(dial.a, target=1)) for dial in opening.dials))
    evaluation, prompt = step(network, opening, swapped)
    assert evaluation.counts.accuracy < 0.5
    assert prompt.action == "find"


def test_a_detuned_dial_is_named_and_closing_it_repairs(network, opening):
    dials = [replace(dial, a=replace(dial.a, target=43.5)) if dial.frequency == 43 else dial for dial in opening.dials]
    evaluation, prompt = step(network, opening, replace(opening, dials=tuple(dials)))
    assert evaluation.not_wrapping.accuracy == 1
    assert "Dial 43 takes 43.5 steps" in prompt.text
    evaluation, _ = step(network, opening, prompt.recipe)
    assert evaluation.counts.accuracy == 1


def test_without_any_dial_the_prompt_says_so(network, opening):
    silent = replace(opening, dials=tuple(replace(dial, a=replace(dial.a, on=False)) for dial in opening.dials))
    evaluation, prompt = step(network, opening, silent)
    assert evaluation.counts.right == 0
    assert prompt.text.startswith("No dial is on")


def test_away_from_the_story_what_is_nearly_right_is_to_be_balanced(network, opening):
    evaluation, prompt = step(network, opening, replace(opening, modulus=135))
    assert 0.9 < evaluation.counts.accuracy < 1
    assert (prompt.label, prompt.action) == ("Balance the dials", "balance")
    failed = evaluation.counts.pairs - evaluation.counts.right
    assert f": the dials as trained leave answers 3 apart nearly tied on {failed} pairs. Balance" in prompt.text
    detuned = replace(opening.dials[0], a=replace(opening.dials[0].a, target=opening.dials[0].a.target + 0.02))
    for dial in (detuned, replace(opening.dials[0], weight=0.8)):  # then it is the visitor's doing
        _, prompt = step(network, opening, replace(opening, modulus=135, dials=(dial, *opening.dials[1:])))
        assert prompt.action != "balance"
    evaluation, prompt = step(network, opening, balanced_or_not(network, replace(opening, modulus=135)))
    assert prompt.action != "balance"


LONGEST = 110  # letters that fit on one line of the two


def test_at_127_it_is_said_which_answers_nearly_tie_and_that_other_steps_get_all_pairs_right(network, opening):
    recipe, known = replace(opening, modulus=127), shipped.sweep_of(network).found[127]
    evaluation = evaluate(transplant(network, recipe))
    assert (evaluation.counts.wrong, known.counts.accuracy, known.tried) == (1, 1, 1)
    a, b = map(int, (evaluation.states != State.RIGHT).nonzero()[0])
    prompt = prompt_for(network, recipe, opening, evaluation, known)
    assert prompt.text == (
        f"Mod 127, 99.99% right: the dials as trained leave {(a + b) % 127} and 79 nearly tied at {a} + {b}. "
        "Other whole steps, found without looking at answers, get all pairs right."
    )
    assert prompt.label == "128, in even steps"
    assert len(prompt.text) <= 2 * LONGEST
    searched = prompt_for(network, recipe, opening, evaluation, replace(known, tried=97)).text
    assert searched.endswith("Other whole steps, the best of 97 settings tried, get all pairs right.")
    halved = replace(known, recipe=known.recipe.with_target(known.recipe.dials[0], 0.5))
    short = replace(known, counts=evaluation.counts)
    for unknown in (None, halved, short):
        assert "Other whole steps" not in prompt_for(network, recipe, opening, evaluation, unknown).text


def test_where_dials_do_not_leave_answers_tied_that_is_not_said():
    network = zoo.load("one-hot-97")  # some pairs fail by far: by traces of other waves
    opening = own_recipe(97, key_frequencies(network).frequencies)
    recipe = replace(opening, modulus=127)
    evaluation = evaluate(transplant(network, recipe))
    assert 0.9 < evaluation.counts.accuracy < 1
    text = prompt_for(network, recipe, opening, evaluation, shipped.sweep_of(network).found[127]).text
    assert text.startswith("Mod 127, 99.90% right with the dials as trained. Other whole steps, ")
    assert "tied" not in text


def test_a_whole_step_that_leaves_every_pair_right_says_why(network, opening):
    turned = replace(
        opening,
        dials=tuple(
            replace(dial, a=replace(dial.a, target=44)) if dial.frequency == 43 else dial for dial in opening.dials
        ),
    )
    evaluation, prompt = step(network, opening, turned)
    assert evaluation.counts.accuracy == 1
    assert "any whole number of steps closes the wave" in prompt.text
    evaluation, prompt = step(network, opening, prompt.recipe)
    assert evaluation.counts.accuracy < 0.9
    assert "does not close" in prompt.text
    assert len(prompt.text) <= LONGEST


def test_sums_of_halves_are_told_as_right(network, opening):
    evaluation, prompt = step(network, opening, with_halves(opening))
    assert evaluation.counts.accuracy == 1
    assert "12,769 of 12,769 sums of halves are right" in prompt.text
    assert len(prompt.text) <= LONGEST


@pytest.mark.parametrize(
    ("steps", "wrong", "said"),
    [
        (1, 0, "Mod 127, all pairs are right with its own dials, without any training."),
        (2, 0, "Mod 127, all pairs are right: any whole number of steps closes the wave."),
        (2, 1, "Mod 127, nearly all pairs are right (99.99%), without any training."),
    ],
)
def test_of_another_modulus_it_is_said_why_only_where_all_pairs_are_right_on_other_steps(
    steps: int, wrong: int, said: str
):
    opening = own_recipe(113, (1, 2, 5))
    states = torch.full((127, 127), State.RIGHT, dtype=torch.uint8)
    states[0, :wrong] = State.WRONG
    found = replace(evaluate(oracle(7, {1: 1.0})), modulus=127, states=states)
    turned = linked_recipe(127, {k: steps * k for k in (1, 2, 5)})
    prompt = prompt_for(oracle(113, {1: 1.0, 2: 1.0, 5: 1.0}), turned, opening, found)
    assert prompt.text == f"{said} Now give every dial even steps."
