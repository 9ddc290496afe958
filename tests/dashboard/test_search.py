"""A search for dials that goes on between two showings."""

import time
from concurrent.futures import ThreadPoolExecutor

from dashboard.state import DialSearch

PLAN = object()


def steps(count: int):
    for done in range(1, count + 1):
        time.sleep(0.01)
        yield done, count
    return PLAN


def test_a_search_stops_when_its_time_is_over_and_goes_on_where_it_was():
    search = DialSearch(steps(20))
    assert search.go_on(0.05) is None
    assert 0 < search.done < 20
    assert search.most == 20
    assert search.go_on(60) is PLAN
    assert search.done == 20
    assert search.go_on(60) is PLAN


def test_two_runs_of_a_page_do_not_search_at_the_same_time():
    search = DialSearch(steps(30))
    with ThreadPoolExecutor(2) as runs:
        found = list(runs.map(search.go_on, [60, 60]))
    assert found == [PLAN, PLAN]
