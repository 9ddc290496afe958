"""A search for dials that goes on between two showings of *Turn it*."""

from types import SimpleNamespace

import pytest

from dashboard.session import search
from dashboard.session.search import SEARCH, start_search, tried
from dashboard.session.state import Bench, Session
from models.surgery.recipe import linked_recipe
from tests.oracles import oracle

NETWORK = oracle(7, {1: 1.0, 2: 1.0})
ASKED, FOUND = (linked_recipe(9, {1: step, 2: 2}) for step in (1, 4))


def steps(*_: object):
    for done in range(1, 4):
        yield done, 3
    return SimpleNamespace(recipe=FOUND)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Session:
    session = Session()
    monkeypatch.setattr(search, "session", lambda: session)
    monkeypatch.setattr(search, "steps", steps)
    monkeypatch.setattr(search.cache, "waves", lambda _: None)
    return session


def test_what_a_search_finds_is_set_as_a_step_that_can_be_undone(here: Session):
    bench = Bench(ASKED)
    assert tried(NETWORK) is None
    start_search(NETWORK, bench)
    assert tried(NETWORK) == (0, 1)
    here.jobs.go_on(SEARCH, NETWORK.digest)
    assert (bench.recipe, bench.past, tried(NETWORK)) == (FOUND, [ASKED], None)


def test_what_is_pressed_meanwhile_leaves_the_dials_alone(here: Session, monkeypatch: pytest.MonkeyPatch):
    def pressed(*_: object):
        yield 1, 3
        here.jobs.stop(SEARCH)
        yield 2, 3
        return SimpleNamespace(recipe=FOUND)

    monkeypatch.setattr(search, "steps", pressed)
    bench = Bench(ASKED)
    start_search(NETWORK, bench)
    here.jobs.go_on(SEARCH, NETWORK.digest)
    here.jobs.go_on(SEARCH, NETWORK.digest)
    assert (bench.recipe, bench.past, tried(NETWORK)) == (ASKED, [], None)
