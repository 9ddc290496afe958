"""The rule for percentages, on cases that Python and the browser share (tests/scripts/percent.test.js)."""

import json

import pytest

from models.evaluation.percent import percent
from tests.conftest import ROOT

CASES = json.loads((ROOT / "tests" / "percent_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['part']} of {case['whole']}")
def test_python_says_what_the_browser_says(case: dict):
    assert percent(case["part"] / case["whole"]) == case["said"]


def test_the_cases_hold_ties_of_two_digits_and_both_ends():
    ties = [case for case in CASES if (100 * case["part"] / case["whole"]) % 0.25 == 0.125]
    assert len(ties) >= 4
    assert {case["said"] for case in CASES} >= {"0%", "100%", "< 0.01%", "99.99%"}
