import pytest

from dashboard import wording
from dashboard.recipes.prompts import first_stop
from dashboard.tables.circuits import figure_told
from dashboard.wording import answered, percent, sum_answered
from models import zoo
from models.ablation.exact_phases import exact_phases
from models.evaluation import Answer, Counts, Proof, State
from models.evaluation.sample import Interval
from models.experiment.sweep import Reached
from models.surgery.recipe import linked_recipe


@pytest.mark.parametrize(
    ("unproven", "said"),
    [
        (0, ""),
        (1, "1 pair of 10,000 could not be told in the finest arithmetic either; they are unproven and count as "),
        (2500, "2,500 pairs of 10,000 could not be told in the finest arithmetic either; they are unproven and count "),
    ],
)
def test_pairs_that_no_arithmetic_could_tell_are_said_to_be_unproven(unproven: int, said: str):
    told = wording.left_unproven(Proof("rows", 7500 - unproven, 2000, 500, unproven, 1e-12))
    assert told.startswith(said)
    assert bool(told) == bool(unproven)


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


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"),
        (2.4, "2 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (149, "2 min"),
        (5399, "90 min"),
        (5400, "2 h"),
        (5459, "2 h"),
        (12_000, "3 h"),
        (3600 * 2.5, "2 h"),
        (3600 * 1234, "1,234 h"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_people_use(seconds: float, said: str):
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(("size", "said"), [(0, "1 MB"), (2.6 * 2**20, "3 MB"), (1234 * 2**20, "1,234 MB")])
def test_memory_is_told_in_megabytes_and_is_never_none(size: float, said: str):
    assert wording.megabytes(size) == said


def test_who_waits_hears_how_many_come_first():
    assert wording.queued(1) == "Waiting for a turn: one long computation of other visitors comes first."
    assert wording.queued(3) == "Waiting for a turn: 3 long computations of other visitors come first."


def test_long_work_tells_its_time_and_how_long_it_may_take():
    assert wording.working(12, None) == "12 s so far; any other control or page stops it"
    assert wording.working(12, 200) == "12 s of about 3 min; any other control or page stops it"


def test_counts_and_shares_are_told_each_in_its_place():
    assert wording.counted(Counts(1200, 3, 45)) == "1,200 of all 1,248 pairs right; 3 undecided, 45 wrong"
    assert wording.count(1234567.0) == "1,234,567"
    assert wording.interval(Interval(30, 40, 0.6, 0.85)) == "≈ 75.0% (60.0% to 85.0%)"


@pytest.mark.parametrize(
    ("figure", "told"),
    [(0.0, "0"), (1.0, "1"), (-1.0, "-1"), (2.0, "2"), (-2.0, "-2"), (4096.0, "4,096"), (1.5, "1.5")],
)
def test_a_measure_is_told_as_a_whole_number_where_it_counts(figure: float, told: str):
    assert figure_told(figure) == told


@pytest.mark.parametrize(("trained", "stop"), [(13, 127), (126, 127), (127, 129), (200, 202)])
def test_the_first_stop_lies_above_the_trained_modulus(trained: int, stop: int):
    assert first_stop(trained) == stop


def test_what_surgery_shows_without_a_body_is_said_of_each_kind():
    clock, pizza = (exact_phases(13, (1, 3), kind) for kind in ("three-body", "pairwise"))
    said = [wording.shown_without_a_body(each) for each in (zoo.load("one-hot-97"), clock, pizza)]
    assert "phase rule" in said[0]
    assert "built into three-body coupling" in said[1]
    assert "doubles of its phases" in said[2]


@pytest.mark.parametrize(
    ("tried", "told"),
    [
        ((1, 1), "no answer is looked at: 2 of 2 moduli needed no others."),
        ((1, 97, 12), "1 of 3 moduli needed no others. Elsewhere up to 97 settings were tried"),
    ],
)
def test_it_is_said_at_how_many_moduli_dials_were_chosen_by_answers(tried: tuple[int, ...], told: str):
    found = {q: Reached(q, linked_recipe(q, {1: 1}), Counts(q * q, 0, 0), each) for q, each in enumerate(tried, 7)}
    said = wording.how_dials_were_found(found)
    assert told in said
    assert ("Elsewhere" in said) == (max(tried) > 1)
