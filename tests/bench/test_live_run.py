from models.training.live_run import LiveMeasures, LiveRun, LiveSettings, PartMeasures
from tests.bench.live_run import Learned, learned, row_of, spread

SMALL = LiveSettings(modulus=23, share=80, seed=100)


def test_a_run_is_told_by_its_first_whole_step_and_the_one_from_which_it_stays_so():
    run = LiveRun(SMALL)
    right = [run.measured(state).right for state in run.states(40)]
    found = learned(SMALL, 40)
    assert found.first == right.index(529)
    assert found.stays == next(step for step in range(41) if set(right[step:]) == {529})
    assert found.last.step == 40
    assert found.seconds > 0
    early = learned(SMALL, found.first - 1)
    assert (early.first, early.stays, early.seconds) == (None, None, None)


def test_a_line_has_medians_of_those_that_came_through_and_says_how_many_these_are():
    last = LiveMeasures(60, PartMeasures(10, 9, 0.1), PartMeasures(20, 5, 2.0), 15)
    runs = [Learned(20, 25, 0.5, last), Learned(24, None, 1.0, last), Learned(None, None, None, last)]
    assert row_of("x", runs, 60) == "| x | 22 (20 to 24; 2 of 3) | 25 (25 to 25; 1 of 3) | 0.75 | 60 | 90.0% | 25.0% |"
    assert spread([None, None]) == "never (0 of 2)"
