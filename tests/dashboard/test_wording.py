import pytest

from dashboard.wording import answered, percent, sum_answered
from models.evaluation import Answer, State


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (1, "100%"),
        (0, "0%"),
        (0.5, "50.00%"),
        (16128 / 16129, "99.99%"),
        (1 - 1e-9, "99.99%"),
        (1e-9, "< 0.01%"),
        (0.99994, "99.99%"),
    ],
)
def test_a_percentage_never_rounds_up_to_all_or_down_to_nothing(fraction, shown):
    assert percent(fraction) == shown


@pytest.mark.parametrize(
    ("state", "leading", "said"),
    [
        (State.RIGHT, (36,), "right"),
        (State.WRONG, (57,), "wrong, it answers 57"),
        (State.WRONG, (57, 12), "wrong, it answers 57 or 12"),
        (State.UNDECIDED, (59, 123), "undecided between 59 and 123"),
        (State.UNDECIDED, (1, 2, 3), "undecided between 1, 2 and 3"),
        (State.UNDECIDED, tuple(range(9)), "undecided between 0, 1, 2 and 6 more"),
        (State.UNDECIDED, (59,), "undecided"),
        (State.WRONG, (), "wrong"),
    ],
)
def test_what_became_of_a_pair_is_said_with_its_answer(state, leading, said):
    assert answered(Answer(3, 8, state, leading)) == said


@pytest.mark.parametrize(
    ("a", "b", "answer", "said"),
    [
        (3.5, 4.5, 8, "3.5 + 4.5 ≡ 8 (mod 113): right."),
        (60.5, 60.5, 8, "60.5 + 60.5 ≡ 8 (mod 113): right."),
        (60.5, 52.5, 3, "60.5 + 52.5 ≡ 0 (mod 113): wrong."),
        (3.26, 4.74, 8, "3.26 + 4.74 ≡ 8 (mod 113): right."),
        (3.26, 4.5, 8, "3.26 + 4.5 ≡ 7.76 (mod 113) lies between two classes, so no answer is right."),
        (100.0, 20.0, 7, "100 + 20 ≡ 7 (mod 113): right."),
    ],
)
def test_a_sum_is_said_with_its_modulus_and_never_rounded(a, b, answer, said):
    assert sum_answered(a, b, 113, answer) == said
