"""How much is counted between two showings."""

import pytest

from dashboard import pacing
from dashboard.pacing import a_few


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until it is set."""
    now = [100.0]
    monkeypatch.setattr(pacing.time, "monotonic", lambda: now[0])
    return now


def test_what_is_quick_comes_in_parts_that_can_be_stopped(clock: list[float]):
    assert list(a_few(range(255), most=16)) == list(range(16))
    assert list(a_few(range(3), most=16)) == [0, 1, 2]


def test_what_is_slow_is_shown_when_the_time_is_over(clock: list[float]):
    seen = []
    for item in a_few(range(255), seconds=0.5):
        seen.append(item)
        clock[0] += 0.2
    assert seen == [0, 1, 2]


def test_however_slow_it_goes_on(clock: list[float]):
    for item in a_few(iter([7, 8]), seconds=0.5):
        assert item == 7
        clock[0] += 60


def test_exactly_when_the_time_is_over_it_is_shown(clock: list[float]):
    seen = []
    for item in a_few(range(255), seconds=0.5):
        seen.append(item)
        clock[0] += 0.25
    assert seen == [0, 1]
