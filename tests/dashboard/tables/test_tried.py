"""What was tried and how it ended, as the table and its sentences say it."""

import pytest

from dashboard.tables.tried import how_it_ended
from models.ablation.shuffles import WHOLE_BODY
from models.experiment.controls import OTHERS, SCRAMBLED, Control

KEPT = (
    Control(WHOLE_BODY, "keep", (0.02, 0.04), 0.96, wanted=2),
    Control(SCRAMBLED, "keep", (0.01,), 0.96, wanted=1),
    Control(OTHERS, "keep", (0.31,), 0.96, wanted=1),
)
CALIBRATED = Control(WHOLE_BODY, "calibrate", (0.5,), 0.97, wanted=1)
EMPTY = Control("MLP alone shuffled", "keep", (), 0.96, "nothing to shuffle")


def refitted(*accuracies: float) -> Control:
    return Control(WHOLE_BODY, "refit", accuracies, 0.99, wanted=len(accuracies))


def test_a_row_for_each_control_with_nothing_fitted_and_for_each_fitted_readout():
    ending = how_it_ended((*KEPT, CALIBRATED, EMPTY, refitted(0.6, 0.8)), 50, "mod 50")
    assert ending is not None
    assert ending.rows.values.tolist() == [
        ["nothing: the trained body, the same dials", "96.00%"],
        ["every weight of the body put in another place", "3.00% (2.00% to 4.00%)"],
        ["the angles in the tables scrambled", "1.00%"],
        ["frequencies that the network does not use, in place of its own", "31.00%"],
        ["nothing at all learned: one answer of all guessed", "2.00%"],
        ["nothing, then a readout fitted to 30% of the answers", "99.00%"],
        [
            "every weight of the body put in another place, then a readout fitted to 30% of the answers",
            "70.00% (60.00% to 80.00%)",
        ],
    ]
    kept, fitted = ending.sentences
    assert "right on **96.00%** of the pairs" in kept
    assert "the best on **31.00%**: frequencies that the network does not use" in kept
    assert "does much by itself: every weight of the body put in another place, **70.00%**. So a figure" in fitted
    assert list(ending.rows.columns) == ["what was changed", "pairs right, mod 50"]


def test_a_fitted_readout_that_brings_little_is_told_as_such():
    ending = how_it_ended((*KEPT, refitted(0.09)), 50, "mod 50")
    assert ending is not None
    assert ending.sentences[1] == (
        "A readout that is fitted to answers brings little: every weight of the body put in another place, **9.00%**."
    )


@pytest.mark.parametrize("controls", [(), (CALIBRATED,), (EMPTY, refitted(0.5))])
def test_nothing_is_said_while_nothing_is_counted_with_nothing_fitted(controls: tuple[Control, ...]):
    assert how_it_ended(controls, 50, "mod 50") is None
