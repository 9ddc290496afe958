"""Parts side by side: in order, as often as asked, and no thread left behind."""

import threading
import time
from collections.abc import Iterator

import pytest
import torch

from models.evaluation import evaluate, plain_margins, rows
from models.evaluation.results import states_of
from models.evaluation.threads import MOST_WAITING, equal_parts, one_thread, side_by_side
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_every_part_comes_once_and_the_first_one_first(threads: int):
    found = list(side_by_side(lambda part: part * part, range(50)))
    assert found[0] == (0, 0)
    assert sorted(found) == [(part, part * part) for part in range(50)]
    assert torch.get_num_threads() == threads


def test_a_consumer_that_stops_early_leaves_no_thread_behind(threads: int):
    before = threading.active_count()
    found = side_by_side(lambda part: part, range(1000))
    assert next(found) == (0, 0)
    found.close()
    assert threading.active_count() == before
    assert torch.get_num_threads() == threads


def test_the_calling_thread_takes_parts_too(threads: int):
    here, held = threading.get_ident(), threading.Event()

    def act(part: int) -> int:
        if threading.get_ident() != here:
            held.wait(10)  # a thread without a core
        return part

    found = []
    for part, _ in side_by_side(act, range(9)):
        found.append(part)
        if len(found) == 9 - (threads - 1):
            held.set()
    assert sorted(found) == list(range(9))


def test_a_consumer_that_stops_early_leaves_the_rest_undone(threads: int):
    done: list[int] = []
    found = side_by_side(lambda part: time.sleep(0.001) or done.append(part), range(1000))
    next(found)
    found.close()
    assert len(done) < 100


def test_a_mistake_in_a_part_is_raised_and_leaves_no_thread_behind(threads: int):
    def act(part: int) -> int:
        if part == 3:
            raise RuntimeError("part 3")
        return part

    before = threading.active_count()
    with pytest.raises(RuntimeError, match="part 3"):
        list(side_by_side(act, range(100)))
    assert threading.active_count() == before
    assert torch.get_num_threads() == threads


def test_after_a_mistake_nobody_takes_another_part(threads: int):
    taken: list[int] = []

    def act(part: int) -> int:
        taken.append(part)
        time.sleep(0.002)
        if part == 5:
            raise RuntimeError("part 5")
        return part

    with pytest.raises(RuntimeError, match="part 5"):
        list(side_by_side(act, range(400)))
    assert len(taken) < 100


def test_parts_that_nobody_looks_at_do_not_pile_up(threads: int):
    taken: list[int] = []
    found = side_by_side(lambda part: taken.append(part) or part, range(1000))
    for seen, _ in enumerate(found):
        time.sleep(0.0005)
        assert len(taken) <= seen + 1 + MOST_WAITING + 2 * threads
    assert sorted(taken) == list(range(1000))


def test_no_parts_are_no_mistake(threads: int):
    assert list(side_by_side(lambda part: part, [])) == []


def test_no_part_is_watched_for_gradients(threads: int):
    weight = torch.ones(1, requires_grad=True)
    with torch.no_grad():
        assert not any(each.requires_grad for _, each in side_by_side(lambda part: weight * part, range(5)))


@pytest.mark.parametrize("make", [hand_built, hand_built_mlp], ids=["transformer", "mlp"])
def test_states_do_not_depend_on_the_number_of_threads(monkeypatch: pytest.MonkeyPatch, threads: int, make):
    operated = transplant(make(13, (1, 3, 4)), own_recipe(40, (1, 3, 4)))
    whole = evaluate(operated)
    monkeypatch.setattr(rows, "BLOCK_ENTRIES", 1)  # every row is a part
    found = evaluate(operated)
    assert torch.equal(found.states, whole.states)
    margins = plain_margins(operated, *operated.task.pairs())
    expected = states_of(margins, found.scale).reshape(40, 40)
    assert torch.equal(found.states, expected)
    assert set(expected.flatten().tolist()) >= {0, 2}


@pytest.mark.parametrize(("rows", "most"), [(105, 32), (3, 32), (64, 32), (1, 1), (0, 5)])
def test_parts_are_equal_small_and_keep_every_thread_busy(threads: int, rows: int, most: int):
    parts = equal_parts(torch.arange(rows), most)
    assert torch.cat(parts).tolist() == list(range(rows)) if parts else rows == 0
    sizes = {len(part) for part in parts}
    assert not sizes or (max(sizes) <= most and max(sizes) - min(sizes) <= 1 and min(sizes) > 0)
    assert len(parts) % threads == 0 or len(parts) == rows


def test_small_work_is_done_on_one_thread_and_the_others_come_back(threads: int):
    with one_thread(small=True):
        assert torch.get_num_threads() == 1
    with one_thread(small=False):
        assert torch.get_num_threads() == threads
    with pytest.raises(ValueError, match="lost"), one_thread(small=True):
        raise ValueError("lost")
    assert torch.get_num_threads() == threads
