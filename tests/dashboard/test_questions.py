"""The sheet of questions: what it answers is what is so, whichever sheet and whichever network."""

import re
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import cache
from dashboard.recipes.questions import Question, question_sheet
from models import zoo
from models.evaluation import Counts, evaluate
from models.surgery.margin import alias_distance
from models.surgery.transplant import transplant

networks = st.sampled_from([(113, (43, 5, 52, 6, 45)), (97, (30, 5, 12, 33, 34, 11, 26, 36)), (13, (3,))])
sheets = st.builds(lambda network, number: question_sheet(*network, number), networks, st.integers(1, 999))


def numbers(text: str) -> list[int]:
    return [int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", text)]


def titled(sheet: tuple[Question, ...], title: str) -> Question:
    return next(question for question in sheet if question.title == title)


@given(sheets)
def test_adding_on_one_dial_is_adding(sheet: tuple[Question, ...]):
    asked = titled(sheet, "Add on one dial.")
    steps = int(re.search(r"takes \*\*(\d+)\*\* steps", asked.text).group(1))
    a, b = map(int, re.search(r"for (\d+), for (\d+), and", asked.text).groups())
    assert asked.answer.endswith(f"{a} + {b} ≡ {(a + b) % 12} (mod 12).")
    places = [n for n in range(12) if n * steps % 12 == (a * steps + b * steps) % 12]
    assert places == [(a + b) % 12]  # the dial tells every number
    of_a, of_b, of_sum = (n * steps % 12 for n in (a, b, a + b))
    assert asked.answer.startswith(
        f"{steps} · {a} ≡ {of_a} and {steps} · {b} ≡ {of_b} (mod 12); together {of_a} + {of_b} ≡ {of_sum}. The number "
        f"whose place is {of_sum} is {(a + b) % 12}, since {steps} · {(a + b) % 12} ≡ {of_sum}: "
    )


@given(sheets)
def test_pairs_right_without_surgery_are_those_that_do_not_wrap(sheet: tuple[Question, ...]):
    asked = titled(sheet, "Before surgery.")
    q = asked.untouched
    right = sum(a + b < q for a in range(q) for b in range(q))
    assert f"= {right:,} pairs of {q * q:,}" in asked.answer.replace("\n", " ")


@given(sheets)
def test_numbers_that_look_the_same_stand_at_one_place_on_every_dial(sheet: tuple[Question, ...]):
    asked = titled(sheet, "Which numbers look the same?")
    ((_, recipe),) = asked.operations
    q, targets = recipe.modulus, [int(target) for target in recipe.targets.values()]
    alike = [n for n in range(1, q) if all(n * target % q == 0 for target in targets)]
    listed = re.search(r"stood, and (.+) looks? like 0", asked.answer).group(1)
    assert numbers(listed) == alike[:4]
    assert ("…" in listed) == (len(alike) > 4)
    assert f"= {gcd(q, *targets)}. So after {alike[0]} numbers" in asked.answer
    assert f"{listed} {'looks' if len(alike) == 1 else 'look'} like 0. No pair can be decided." in asked.answer


@given(sheets)
def test_one_step_is_said_to_be_enough_where_it_is(sheet: tuple[Question, ...]):
    asked = titled(sheet, "Is one step enough?")
    ((_, recipe),) = asked.operations
    assert asked.answer.startswith("Yes" if alias_distance(recipe) is None else "Not quite")
    ((_, before),) = titled(sheet, "Which numbers look the same?").operations
    changed = [k for k in before.targets if before.targets[k] != recipe.targets[k]]
    assert [recipe.targets[k] - before.targets[k] for k in changed] == [1]
    steps = ", ".join(f"{target:g}" for target in before.targets.values())
    assert asked.text.startswith(f"The same steps, {steps} at modulus {recipe.modulus}, but dial {changed[0]} takes")


def test_half_a_step_endangers_as_many_pairs_as_wrap():
    for p in (12, 13):
        wrapping = sum(a + b >= p for a in range(p) for b in range(p))
        answer = titled(question_sheet(p, (3,), 1), "Half a step.").answer
        assert f"meet that: {wrapping} of {p * p} pairs." in answer


def test_over_many_sheets_everything_comes_that_may_be_drawn_and_nothing_else():
    sheets = [question_sheet(13, (3, 5), number) for number in range(1, 200)]
    assert {titled(sheet, "Before surgery.").untouched for sheet in sheets} == set(range(4, 13))
    drawn = [titled(sheet, "Which numbers look the same?").operations[0][1] for sheet in sheets]
    assert {gcd(each.modulus, *map(int, each.targets.values())) for each in drawn} == {2, 3, 4, 5, 6}


def test_a_sheet_comes_again_and_another_number_is_another_sheet():
    network = (113, (43, 5, 52, 6, 45))
    assert question_sheet(*network, 7) == question_sheet(*network, 7)
    assert len({question_sheet(*network, number) for number in range(1, 9)}) == 8


@pytest.mark.parametrize("name", ["transformer-113", "mlp-113"])
def test_the_network_answers_as_the_dials_foretell(name: str):
    network = zoo.load(name)
    waves = cache.logit_waves(network, cache.key_frequencies(network).frequencies)
    strongest = sorted(waves.frequencies, key=lambda k: -float(waves.alphas.abs()[waves.frequencies.index(k)]))
    sheet = question_sheet(network.modulus, strongest, 1)
    ((_, alike),) = titled(sheet, "Which numbers look the same?").operations
    counts = evaluate(transplant(network, alike)).counts
    assert (counts.right, counts.undecided > 0) == (0, True)
    ((_, detuned),) = titled(sheet, "Half a step.").operations
    found = evaluate(transplant(network, detuned))
    assert found.not_wrapping == Counts(found.not_wrapping.pairs, 0, 0)
    assert found.wrapping.right < found.wrapping.pairs
