"""The bench of recipes on a recipe that takes a second."""

from dataclasses import replace

from models.training.architectures import Sizes
from models.training.recipes import RECORD
from tests.bench.recipes import measured, median

SMALL = replace(RECORD, sizes=Sizes(modulus=23, neurons=96), schedule=replace(RECORD.schedule, fraction=0.8))


def test_a_run_is_measured_to_where_it_stays_right_and_no_further():
    row = measured(SMALL, seed=1, steps=60)
    assert (row["seed"], row["to"]) == (1, 60)
    assert 0 < row["first"] <= row["stable"] < 60
    assert 0 < row["seconds"] < 60
    never = measured(SMALL, seed=1, steps=3)
    assert (never["first"], never["stable"], never["seconds"]) == (None, None, None)


def test_a_median_counts_runs_that_never_came_to_it():
    assert median([3, 1, 2]) == 2
    assert median([1, None, 2]) == 2
    assert median([1, None]) is None
